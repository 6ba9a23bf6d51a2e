// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>

namespace clavitor {

/// Has the Secret Service open one item of ours, or the collection it would lie in: it asks the person for the password in a
/// window of its own. UI thread; one run, answered once and later, then it deletes itself. Dropped with its parent.
///
/// Holds no secret: what is open then is read as ever. KeychainDenied: the person closed the window · KeychainTimeout: nobody
/// answered it, and it was taken away · KeychainAbsent: no service, or it ended · KeychainFailed. Success also when there was nothing to open.
class SecretServiceOpening : public QObject {
    Q_OBJECT
public:
    using Answer = std::move_only_function<void(Result<>)>;

    /// Milliseconds: `timeout` for an answer of the service, `patience` for one of the person.
    SecretServiceOpening(QObject *parent, QString service, QString key, int timeout, int patience, Answer answer);

    void start();

private slots:
    void completed(bool dismissed, const QDBusVariant &result);

private:
    void openDefaultCollection();
    void unlock(const QList<QDBusObjectPath> &locked);
    void prompt();
    void dismiss();
    template<typename... Types, typename Next>
    void ask(const QDBusMessage &question, Next next);
    void finish(Result<> result);

    QDBusConnection m_bus;
    QString m_service;
    QString m_key;
    QString m_prompt;       ///< the window's object
    int m_timeout;
    QTimer m_patience;
    Answer m_answer;        ///< empty once given
};

} // namespace clavitor
