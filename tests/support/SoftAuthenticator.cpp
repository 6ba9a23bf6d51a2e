// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/SoftAuthenticator.h"

#include <QCborArray>
#include <QCborValue>
#include <QtEndian>

#include <cstring>
#include <thread>

namespace clavitor::test {

using namespace Qt::StringLiterals;

namespace {

constexpr quint32 OwnChannel = 0x01020304;
// CTAPHID commands (CTAP 2.1, §11.2.9)
constexpr quint8 HidInit = 0x06, HidCbor = 0x10, HidCancel = 0x11, HidKeepAlive = 0x3b, HidError = 0x3f;
// status codes (§8.2)
constexpr quint8 Ok = 0x00, InvalidCommand = 0x01, InvalidParameter = 0x02, NoCredentials = 0x2e, OperationDenied = 0x27,
                 UnsupportedOption = 0x2b, KeepAliveCancel = 0x2d, PinInvalid = 0x31, PinBlocked = 0x32, PinAuthInvalid = 0x33,
                 PinAuthBlocked = 0x34, PinNotSet = 0x35, PinRequired = 0x36;
// flags of authenticator data
constexpr char UserPresent = 0x01, UserVerified = 0x04, AttestedCredential = 0x40, Extensions = static_cast<char>(0x80);

QByteArray bigEndian(quint32 number, int size)
{
    QByteArray out(4, '\0');
    qToBigEndian(number, out.data());
    return out.last(size);
}

QByteArray encoded(const QCborMap &map)
{
    return QCborValue(map).toCbor();
}

QCborMap coseKey(const SoftCrypto::Point &point, int algorithm)
{
    return {{1, 2}, {3, algorithm}, {-1, 1}, {-2, point.x}, {-3, point.y}};
}

} // namespace

SoftAuthenticator::SoftAuthenticator(Model model)
    : m_model(std::move(model))
{
    replug();
}

void SoftAuthenticator::replug()
{
    m_agreement = SoftCrypto::makeKey();
    m_pinToken = SoftCrypto::random(32);
    m_wrongInARow = 0;
    m_reportsLeft = -1;
    m_outgoing.clear();
    m_waiting = nullptr;
}

void SoftAuthenticator::reset()
{
    m_credentials.clear();
    m_model.pin.clear();
    m_retries = 8;
    replug();
}

bool SoftAuthenticator::passes()
{
    if (m_reportsLeft == 0)
        return false;
    if (m_reportsLeft > 0)
        --m_reportsLeft;
    ++m_reports;
    return true;
}

bool SoftAuthenticator::take(std::span<const std::byte, SecurityKeyLine::ReportSize> report)
{
    if (!passes())
        return false;
    const QByteArray packet(reinterpret_cast<const char *>(report.data()), static_cast<qsizetype>(report.size()));
    const auto channel = qFromBigEndian<quint32>(packet.constData());
    const auto control = static_cast<quint8>(packet.at(4));
    if ((control & 0x80) != 0) {
        m_channel = channel;
        m_command = control & 0x7F;
        m_expected = qFromBigEndian<quint16>(packet.constData() + 5);
        m_message = packet.sliced(7);
    } else {
        m_message += packet.sliced(5);
    }
    if (m_message.size() >= m_expected)
        hear(m_channel, m_command, m_message.first(m_expected));
    return true;
}

SecurityKeyLine::Read SoftAuthenticator::give(std::span<std::byte, SecurityKeyLine::ReportSize> report)
{
    if (m_outgoing.empty() && m_waiting) {
        if (onWait)
            onWait();
        if (m_hand != Hand::KeepsAway && m_waited++ >= m_patience) {
            const Finish finish = std::exchange(m_waiting, nullptr);
            if (m_hand == Hand::Touches)
                ++m_touches;
            say(m_hand == Hand::Touches ? finish() : Answer{OperationDenied});
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            say(m_channel, HidKeepAlive, QByteArray(1, '\x02'));
        }
    }
    if (m_reportsLeft == 0)
        return SecurityKeyLine::Read::Gone;
    if (m_outgoing.empty()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return SecurityKeyLine::Read::Nothing;
    }
    if (!passes())
        return SecurityKeyLine::Read::Gone;
    std::memcpy(report.data(), m_outgoing.front().constData(), report.size());
    m_outgoing.pop_front();
    return SecurityKeyLine::Read::Report;
}

void SoftAuthenticator::say(quint32 channel, quint8 command, const QByteArray &message)
{
    m_traffic += message;
    constexpr auto Size = static_cast<qsizetype>(SecurityKeyLine::ReportSize);
    const QByteArray to = bigEndian(channel, 4);
    QByteArray packet = to + QByteArray(1, static_cast<char>(command | 0x80)) + bigEndian(static_cast<quint32>(message.size()), 2) + message.left(57);
    m_outgoing.push_back(packet.leftJustified(Size, '\0'));
    char sequence = 0;
    for (qsizetype at = 57; at < message.size(); at += 59) {
        packet = to + QByteArray(1, sequence++) + message.mid(at, 59);
        m_outgoing.push_back(packet.leftJustified(Size, '\0'));
    }
}

void SoftAuthenticator::say(const Answer &answer)
{
    QByteArray message(1, static_cast<char>(answer.status));
    if (answer.status == Ok && !answer.content.isEmpty())
        message += encoded(answer.content);
    if (m_chatter)
        say(OwnChannel + 1, HidKeepAlive, QByteArray(1, '\x02'));
    say(m_channel, HidCbor, message);
}

void SoftAuthenticator::hear(quint32 channel, quint8 command, const QByteArray &message)
{
    m_traffic += message;
    switch (command) {
    case HidInit: {
        const char abilities = m_model.fido2 ? 0x04 | 0x08 : 0x00;
        say(channel, HidInit, message.first(8) + bigEndian(OwnChannel, 4) + QByteArray("\x02\x01\x00\x00", 4) + QByteArray(1, abilities));
        return;
    }
    case HidCancel:
        ++m_cancels;
        if (std::exchange(m_waiting, nullptr))
            say(Answer{KeepAliveCancel});
        return;
    case HidCbor:
        perform(static_cast<quint8>(message.at(0)), QCborValue::fromCbor(message.sliced(1)).toMap());
        return;
    default:
        say(channel, HidError, QByteArray(1, '\x01'));
    }
}

void SoftAuthenticator::perform(quint8 command, const QCborMap &request)
{
    switch (command) {
    case 0x01:
        makeCredential(request);
        return;
    case 0x02:
        getAssertion(request);
        return;
    case 0x04:
        say(info());
        return;
    case 0x06:
        say(clientPin(request));
        return;
    default:
        say(Answer{InvalidCommand});
    }
}

void SoftAuthenticator::afterTouch(Finish finish)
{
    m_waiting = std::move(finish);
    m_waited = 0;
}

SoftAuthenticator::Answer SoftAuthenticator::info() const
{
    QCborArray extensions;
    if (m_model.credProtect)
        extensions.append(u"credProtect"_s);
    if (m_model.hmacSecret)
        extensions.append(u"hmac-secret"_s);
    return {Ok,
            {{1, QCborArray{u"FIDO_2_0"_s}},
             {2, extensions},
             {3, QByteArray(16, '\x42')},
             {4, QCborMap{{u"rk"_s, true}, {u"up"_s, true}, {u"clientPin"_s, !m_model.pin.isEmpty()}}},
             {5, 1200},
             {6, QCborArray{m_model.pinProtocol}}}};
}

std::optional<SoftAuthenticator::Agreed> SoftAuthenticator::agreed(const QCborMap &cose, qint64 protocol) const
{
    const SoftCrypto::Point other{cose.value(-2).toByteArray(), cose.value(-3).toByteArray()};
    if (protocol != m_model.pinProtocol || other.x.size() != 32 || other.y.size() != 32)
        return std::nullopt;
    const QByteArray shared = SoftCrypto::agree(m_agreement, other);
    if (shared.isEmpty())
        return std::nullopt;
    if (protocol == 1)
        return Agreed{SoftCrypto::sha256(shared), SoftCrypto::sha256(shared)};
    return Agreed{SoftCrypto::expand(shared, "CTAP2 HMAC key"), SoftCrypto::expand(shared, "CTAP2 AES key")};
}

QByteArray SoftAuthenticator::open(const Agreed &with, qint64 protocol, const QByteArray &sealed) const
{
    if (protocol == 1)
        return SoftCrypto::decrypt(with.cipherKey, QByteArray(16, '\0'), sealed);
    return sealed.size() < 16 ? QByteArray() : SoftCrypto::decrypt(with.cipherKey, sealed.first(16), sealed.sliced(16));
}

QByteArray SoftAuthenticator::seal(const Agreed &with, qint64 protocol, const QByteArray &plain) const
{
    if (protocol == 1)
        return SoftCrypto::encrypt(with.cipherKey, QByteArray(16, '\0'), plain);
    const QByteArray start = SoftCrypto::random(16);
    return start + SoftCrypto::encrypt(with.cipherKey, start, plain);
}

QByteArray SoftAuthenticator::mac(const QByteArray &key, qint64 protocol, const QByteArray &data)
{
    return SoftCrypto::hmac(key, data).first(protocol == 1 ? 16 : 32);
}

SoftAuthenticator::Answer SoftAuthenticator::clientPin(const QCborMap &request)
{
    switch (request.value(2).toInteger()) {
    case 1:
        return {Ok, {{3, m_retries}}};
    case 2:
        return {Ok, {{1, coseKey(SoftCrypto::publicPoint(m_agreement), -25)}}};
    case 5:
        return pinToken(request);
    default:
        return {InvalidParameter};
    }
}

SoftAuthenticator::Answer SoftAuthenticator::pinToken(const QCborMap &request)
{
    const qint64 protocol = request.value(1).toInteger();
    const auto with = agreed(request.value(3).toMap(), protocol);
    if (!with)
        return {InvalidParameter};
    if (m_model.pin.isEmpty())
        return {PinNotSet};
    if (m_retries == 0)
        return {PinBlocked};
    if (m_wrongInARow == 3)
        return {PinAuthBlocked};
    --m_retries;
    if (open(*with, protocol, request.value(6).toByteArray()) != SoftCrypto::sha256(m_model.pin).first(16)) {
        m_agreement = SoftCrypto::makeKey();
        ++m_wrongInARow;
        return {m_retries == 0 ? PinBlocked : m_wrongInARow == 3 ? PinAuthBlocked : PinInvalid};
    }
    m_retries = 8;
    m_wrongInARow = 0;
    return {Ok, {{2, seal(*with, protocol, m_pinToken)}}};
}

std::pair<quint8, bool> SoftAuthenticator::verified(const QCborMap &request, int parameter, int protocol) const
{
    if (!request.contains(parameter))
        return {Ok, false};
    if (m_model.pin.isEmpty())
        return {PinNotSet, false};
    const QByteArray hash = request.value(parameter == 8 ? 1 : 2).toByteArray();
    const bool proved = request.value(parameter).toByteArray() == mac(m_pinToken, request.value(protocol).toInteger(), hash);
    return {proved ? Ok : PinAuthInvalid, proved};
}

void SoftAuthenticator::makeCredential(const QCborMap &request)
{
    const auto [status, withPin] = verified(request, 8, 9);
    if (status != Ok)
        return say(Answer{status});
    if (!m_model.pin.isEmpty() && !withPin)
        return say(Answer{PinRequired});
    afterTouch([this, request, verified = withPin] { return finishCredential(request, verified); });
}

SoftAuthenticator::Answer SoftAuthenticator::finishCredential(const QCborMap &request, bool verified)
{
    const QCborMap wanted = request.value(6).toMap();
    const QByteArray relyingParty = request.value(2).toMap().value(u"id"_s).toString().toUtf8();
    QCborMap extensions;
    Made made{SoftCrypto::makeKey(), SoftCrypto::random(32), SoftCrypto::random(32), false, SoftCrypto::sha256(relyingParty)};
    if (m_model.credProtect && wanted.contains(u"credProtect"_s)) {
        made.needsPin = wanted.value(u"credProtect"_s).toInteger() == 3;
        extensions.insert(u"credProtect"_s, wanted.value(u"credProtect"_s));
    }
    if (m_model.hmacSecret && wanted.value(u"hmac-secret"_s).toBool())
        extensions.insert(u"hmac-secret"_s, true);
    const QByteArray id = SoftCrypto::random(64);
    if (request.value(7).toMap().value(u"rk"_s).toBool())
        m_residents.append(id);
    QByteArray data = made.relyingParty;
    data += static_cast<char>(UserPresent | AttestedCredential | (verified ? UserVerified : 0) | (extensions.isEmpty() ? 0 : Extensions));
    data += QByteArray(4, '\0') + QByteArray(16, '\x42') + bigEndian(64, 2) + id + encoded(coseKey(SoftCrypto::publicPoint(made.key), -7));
    if (!extensions.isEmpty())
        data += encoded(extensions);
    const QByteArray signature = SoftCrypto::sign(made.key, data + request.value(1).toByteArray());
    m_credentials.insert(id, made);
    return {Ok, {{1, u"packed"_s}, {2, data}, {3, QCborMap{{u"alg"_s, -7}, {u"sig"_s, signature}}}}};
}

void SoftAuthenticator::getAssertion(const QCborMap &request)
{
    const auto [status, withPin] = verified(request, 6, 7);
    if (status != Ok)
        return say(Answer{status});
    const QByteArray relyingParty = SoftCrypto::sha256(request.value(1).toString().toUtf8());
    QByteArray id;
    const QCborArray allowed = request.value(3).toArray();
    for (const QCborValue &credential : allowed) {
        const QByteArray candidate = credential.toMap().value(u"id"_s).toByteArray();
        const auto found = m_credentials.constFind(candidate);
        if (found != m_credentials.constEnd() && found->relyingParty == relyingParty && (withPin || !found->needsPin))
            id = candidate;
    }
    const QCborValue presence = request.value(5).toMap().value(u"up"_s);
    const bool silent = presence.isFalse();
    if (silent && (!m_model.silentQuestion || request.contains(4)))
        return say(Answer{UnsupportedOption});
    if (id.isEmpty())
        return say(Answer{NoCredentials});
    if (silent)
        return say(finishAssertion(request, id, withPin, false));
    afterTouch([this, request, id, verified = withPin] { return finishAssertion(request, id, verified, true); });
}

SoftAuthenticator::Answer SoftAuthenticator::finishAssertion(const QCborMap &request, const QByteArray &id, bool verified, bool touched)
{
    const Made &made = m_credentials[id];
    QCborMap extensions;
    const QCborMap asked = request.value(4).toMap().value(u"hmac-secret"_s).toMap();
    if (!asked.isEmpty() && m_model.hmacSecret) {
        const qint64 protocol = asked.contains(4) ? asked.value(4).toInteger() : 1;
        const auto with = agreed(asked.value(1).toMap(), protocol);
        const QByteArray sealedSalt = asked.value(2).toByteArray();
        if (!with || asked.value(3).toByteArray() != mac(with->macKey, protocol, sealedSalt))
            return {InvalidParameter};
        const QByteArray salt = open(*with, protocol, sealedSalt);
        if (salt.size() != 32)
            return {InvalidParameter};
        m_lastSecret = SoftCrypto::hmac(verified ? made.randomWithPin : made.randomWithoutPin, salt);
        extensions.insert(u"hmac-secret"_s, seal(*with, protocol, m_lastSecret));
    }
    QByteArray data = made.relyingParty;
    data += static_cast<char>((touched ? UserPresent : 0) | (verified ? UserVerified : 0) | (extensions.isEmpty() ? 0 : Extensions));
    data += QByteArray(4, '\0');
    if (!extensions.isEmpty())
        data += encoded(extensions);
    const QByteArray signature = SoftCrypto::sign(made.key, data + request.value(2).toByteArray());
    return {Ok, {{1, QCborMap{{u"id"_s, id}, {u"type"_s, u"public-key"_s}}}, {2, data}, {3, signature}}};
}

namespace {

class SoftLine : public SecurityKeyLine {
public:
    explicit SoftLine(std::shared_ptr<SoftAuthenticator> key)
        : m_key(std::move(key))
    {
    }
    Read read(std::span<std::byte, ReportSize> report, std::chrono::milliseconds) override { return m_key->give(report); }
    bool write(std::span<const std::byte, ReportSize> report) override { return m_key->take(report); }

private:
    std::shared_ptr<SoftAuthenticator> m_key;
};

} // namespace

QList<SecurityKeyPort::Device> SoftPort::devices() const
{
    QList<Device> found;
    for (qsizetype i = 0; i < m_keys->size(); ++i)
        found.append({QString::number(i), u"Soft key %1"_s.arg(i), mayOpen});
    return found;
}

Result<std::unique_ptr<SecurityKeyLine>> SoftPort::open(const QString &path)
{
    return std::make_unique<SoftLine>(m_keys->at(path.toInt()));
}

} // namespace clavitor::test
