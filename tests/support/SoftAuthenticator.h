// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/SecurityKeyPort.h"
#include "tests/support/SoftCrypto.h"

#include <QCborMap>
#include <QHash>

#include <deque>
#include <functional>
#include <optional>

namespace clavitor::test {

/// How a SoftAuthenticator is made.
struct SoftModel {
    QByteArray pin{};         ///< empty: none is set
    int pinProtocol = 2;
    bool fido2 = true;        ///< false: a U2F key of the years before
    bool hmacSecret = true;
    bool credProtect = true;
    bool silentQuestion = true; ///< answers "up": false
};

/// A FIDO2 security key in software: CTAP 2.0 over CTAPHID reports, with real cryptography, a PIN, the extensions hmac-secret and
/// credProtect, and a person who touches it or does not. One thread. Lives as long as a key does: plugging it in
/// again is replug().
class SoftAuthenticator {
public:
    enum class Hand { Touches, KeepsAway, Refuses };
    using Model = SoftModel;

    explicit SoftAuthenticator(SoftModel model = {});

    void setHand(Hand hand) { m_hand = hand; }
    /// Keep-alives sent before the hand comes.
    void setPatience(int keepAlives) { m_patience = keepAlives; }
    void setPin(const QByteArray &pin) { m_model.pin = pin; }
    /// Out at that many reports from now on; -1 for never.
    void removeAfter(int reports) { m_reportsLeft = reports; }
    void replug();
    /// As a reset does: forgets all it made, and its PIN.
    void reset();

    /// Talks to another program between its answers to us, as a key does that two have open.
    void setChatter(bool chatter) { m_chatter = chatter; }
    [[nodiscard]] int touches() const { return m_touches; }
    [[nodiscard]] int reports() const { return m_reports; }
    [[nodiscard]] int cancels() const { return m_cancels; }
    [[nodiscard]] int retries() const { return m_retries; }
    [[nodiscard]] qsizetype credentials() const { return m_credentials.size(); }
    [[nodiscard]] const QList<QByteArray> &residents() const { return m_residents; }
    /// What was said over the wire, both ways, without the reports' heads.
    [[nodiscard]] const QByteArray &traffic() const { return m_traffic; }
    /// The last answer of hmac-secret, before it was encrypted.
    [[nodiscard]] const QByteArray &lastSecret() const { return m_lastSecret; }
    /// Told with each keep-alive.
    std::function<void()> onWait;

    // As the line sees it.
    [[nodiscard]] bool take(std::span<const std::byte, SecurityKeyLine::ReportSize> report);
    [[nodiscard]] SecurityKeyLine::Read give(std::span<std::byte, SecurityKeyLine::ReportSize> report);

private:
    struct Made {
        SoftCrypto::Key key;
        QByteArray randomWithPin;
        QByteArray randomWithoutPin;
        bool needsPin = false;
        QByteArray relyingParty;
    };
    struct Answer {
        quint8 status = 0;
        QCborMap content{};
    };
    struct Agreed {
        QByteArray macKey;
        QByteArray cipherKey;
    };
    using Finish = std::function<Answer()>;

    [[nodiscard]] bool passes();
    void hear(quint32 channel, quint8 command, const QByteArray &message);
    void say(quint32 channel, quint8 command, const QByteArray &message);
    void say(const Answer &answer);
    void perform(quint8 command, const QCborMap &request);
    void afterTouch(Finish finish);

    [[nodiscard]] Answer info() const;
    [[nodiscard]] Answer clientPin(const QCborMap &request);
    [[nodiscard]] Answer pinToken(const QCborMap &request);
    void makeCredential(const QCborMap &request);
    void getAssertion(const QCborMap &request);
    [[nodiscard]] Answer finishCredential(const QCborMap &request, bool verified);
    [[nodiscard]] Answer finishAssertion(const QCborMap &request, const QByteArray &id, bool verified, bool touched);
    /// 0 and whether the PIN was proved, or the error.
    [[nodiscard]] std::pair<quint8, bool> verified(const QCborMap &request, int parameter, int protocol) const;

    [[nodiscard]] std::optional<Agreed> agreed(const QCborMap &coseKey, qint64 protocol) const;
    [[nodiscard]] QByteArray open(const Agreed &with, qint64 protocol, const QByteArray &sealed) const;
    [[nodiscard]] QByteArray seal(const Agreed &with, qint64 protocol, const QByteArray &plain) const;
    [[nodiscard]] static QByteArray mac(const QByteArray &key, qint64 protocol, const QByteArray &data);

    Model m_model;
    Hand m_hand = Hand::Touches;
    int m_patience = 2;
    int m_reportsLeft = -1;
    int m_retries = 8;
    int m_wrongInARow = 0;
    int m_touches = 0;
    bool m_chatter = false;
    int m_reports = 0;
    int m_cancels = 0;
    SoftCrypto::Key m_agreement;
    QByteArray m_pinToken;
    QHash<QByteArray, Made> m_credentials;
    QList<QByteArray> m_residents;
    QByteArray m_traffic;
    QByteArray m_lastSecret;

    quint32 m_channel = 0;
    quint8 m_command = 0;
    qsizetype m_expected = 0;
    QByteArray m_message;
    std::deque<QByteArray> m_outgoing;
    Finish m_waiting;
    int m_waited = 0;
};

/// A hub with such keys in it.
class SoftPort : public SecurityKeyPort {
public:
    explicit SoftPort(QList<std::shared_ptr<SoftAuthenticator>> *keys)
        : m_keys(keys)
    {
    }
    [[nodiscard]] QList<Device> devices() const override;
    [[nodiscard]] Result<std::unique_ptr<SecurityKeyLine>> open(const QString &path) override;

    bool mayOpen = true;

private:
    QList<std::shared_ptr<SoftAuthenticator>> *m_keys;
};

} // namespace clavitor::test
