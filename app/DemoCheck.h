// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"

#include <QJsonObject>
#include <QObject>
#include <QTextStream>

#include <functional>
#include <vector>

class QProcess;

namespace clavitor {

/// Where the demonstration can be reached, as it prints it.
struct DemoAddress {
    QString baseUrl;                ///< "http://localhost:1984"
    QString vaultId;
    QString keyId;
    QString keyName;
};

/// Plays the whole story on a running demonstration and judges it: an agent reads, the log says so, the vault locks and
/// unlocks, the key is revoked. Requests are made by curl, a program of its own, since this process opens no socket.
///
/// Lives on the UI thread. Prints each answer and each audit row. `finished(exitCode)` comes once: 0 when every step held.
class DemoCheck : public QObject {
    Q_OBJECT
public:
    struct Tray {
        std::function<void()> lock;             ///< triggers the tray's own Lock action
        std::function<QString()> notice;        ///< what it said last
    };
    /// `password` and `token` are the demonstration's throwaway ones.
    DemoCheck(VaultClient &vault, DemoAddress address, crypto::SecretText token, crypto::SecretText password,
              Tray tray, QObject *parent = nullptr);

    void start();

signals:
    void finished(int exitCode);

private:
    struct HttpAnswer {
        int status = 0;
        QByteArray body;
        QJsonObject json;
    };
    struct Call {
        QString method = QStringLiteral("GET");
        QString path;
        QByteArray body;                ///< JSON of a POST
        QList<QByteArray> headers;
        bool authorised = true;
    };
    using Step = std::function<void()>;
    [[nodiscard]] static Call get(const QString &path);

    void addReadingSteps();
    void addMcpSteps();
    void addAuditSteps();
    void addLockSteps();
    void next();
    void request(const Call &call, std::function<void(const HttpAnswer &)> judge);
    void mcp(const QJsonObject &message, bool modern, std::function<void(const HttpAnswer &)> judge);
    void expect(bool held, const QString &sentence);
    void printAnswer(const Call &call, const HttpAnswer &answer);
    void finish();

    VaultClient &m_vault;
    DemoAddress m_address;
    crypto::SecretText m_token;
    crypto::SecretText m_password;
    Tray m_tray;
    QTextStream m_out;
    std::vector<Step> m_steps;
    std::size_t m_step = 0;
    QString m_entryId;
    int m_held = 0;
    int m_failed = 0;
};

} // namespace clavitor
