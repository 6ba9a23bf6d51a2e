// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/TokenItem.h"

#include "app/session/QtKeychainSlot.h"
#include "crypto/AgentToken.h"
#include "tests/support/ScriptedKeychain.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_TokenItem : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void keepsATokenAndGivesItBack();
    void replacesTheTokenOfTheSameKey();
    void keepsKeysApart();
    void forgetsAToken();
    void refusesWhatIsNoToken();
    void refusesWhatIsNoKeyId();
    void passesOnWhatTheKeychainSays();

private:
    static std::string make(const std::string &id)
    {
        crypto::AgentToken token = crypto::AgentToken::make(crypto::systemRandom());
        token.id = id;
        const crypto::SecretText text = token.text();
        return std::string(text.view());
    }
    ErrorCode keep(const std::string &token);
    std::string read(const QString &keyId);
    ErrorCode forget(const QString &keyId);

    std::unique_ptr<Keychain> m_keychain;
    bool m_isReal = false;
    std::optional<ErrorCode> m_error;   ///< of the last call
};

constexpr ErrorCode kNone = static_cast<ErrorCode>(-1);

void tst_TokenItem::initTestCase()
{
    // Under keychain-scenario the same cases run against a real keyring.
    m_isReal = qEnvironmentVariableIsSet("CLAVITOR_KEYCHAIN_SCENARIO");
    if (m_isReal)
        m_keychain = std::make_unique<QtKeychainSlot>();
    else
        m_keychain = std::make_unique<ScriptedKeychain>();
}

ErrorCode tst_TokenItem::keep(const std::string &token)
{
    std::optional<Result<>> done;
    tokenItem::keep(*m_keychain, crypto::SecretText::copyOf(token), [&done](Result<> result) { done = std::move(result); });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(done, 15'000); }();
    return done && *done ? kNone : done->error().code;
}

std::string tst_TokenItem::read(const QString &keyId)
{
    std::optional<std::string> found;
    m_error.reset();
    tokenItem::read(*m_keychain, keyId, [&](Result<crypto::SecretText> token) {
        if (!token)
            m_error = token.error().code;
        found = token ? std::string(token->view()) : std::string();
    });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(found, 15'000); }();
    return found.value_or("");
}

ErrorCode tst_TokenItem::forget(const QString &keyId)
{
    std::optional<Result<>> done;
    tokenItem::forget(*m_keychain, keyId, [&done](Result<> result) { done = std::move(result); });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(done, 15'000); }();
    return done && *done ? kNone : done->error().code;
}

void tst_TokenItem::keepsATokenAndGivesItBack()
{
    const std::string token = make("Kq7ZrT2k");
    QCOMPARE(keep(token), kNone);
    QVERIFY(read(u"Kq7ZrT2k"_s) == token);
}

void tst_TokenItem::replacesTheTokenOfTheSameKey()
{
    const std::string token = make("Kq7ZrT2k");
    QCOMPARE(keep(make("Kq7ZrT2k")), kNone);
    QCOMPARE(keep(token), kNone);
    QVERIFY(read(u"Kq7ZrT2k"_s) == token);
}

void tst_TokenItem::keepsKeysApart()
{
    const std::string one = make("aaaaaaaa");
    const std::string other = make("AAAAAAAA");
    QCOMPARE(keep(one), kNone);
    QCOMPARE(keep(other), kNone);
    QVERIFY(read(u"aaaaaaaa"_s) == one);
    QVERIFY(read(u"AAAAAAAA"_s) == other);
}

void tst_TokenItem::forgetsAToken()
{
    QCOMPARE(keep(make("bbbbbbbb")), kNone);
    QCOMPARE(forget(u"bbbbbbbb"_s), kNone);
    QVERIFY(read(u"bbbbbbbb"_s).empty());
    QCOMPARE(m_error, ErrorCode::KeychainNoItem);
    QCOMPARE(forget(u"bbbbbbbb"_s), kNone);
}

void tst_TokenItem::refusesWhatIsNoToken()
{
    QCOMPARE(keep("clavitor_nonsense"), ErrorCode::InvalidValue);
    std::string mistyped = make("cccccccc");
    mistyped.back() = mistyped.back() == 'a' ? 'b' : 'a';
    QCOMPARE(keep(mistyped), ErrorCode::InvalidValue);
    QVERIFY(read(u"cccccccc"_s).empty());
}

void tst_TokenItem::refusesWhatIsNoKeyId()
{
    for (const QString &id : {u""_s, u"short"_s, u"Kq7ZrT2k9"_s, u"../../..."_s, u"Kq7ZrT2\u00e9"_s, u"Kq7 rT2k"_s}) {
        QVERIFY(read(id).empty());
        QCOMPARE(m_error, ErrorCode::InvalidValue);
        QCOMPARE(forget(id), ErrorCode::InvalidValue);
    }
}

void tst_TokenItem::passesOnWhatTheKeychainSays()
{
    if (m_isReal)
        QSKIP("a real keyring fails when it wants to");
    auto &keychain = static_cast<ScriptedKeychain &>(*m_keychain);
    keychain.removeError = ErrorCode::KeychainLocked;
    const int writes = keychain.writes;
    QCOMPARE(keep(make("dddddddd")), ErrorCode::KeychainLocked);
    QCOMPARE(keychain.writes, writes);
    keychain.removeError.reset();
    keychain.readError = ErrorCode::KeychainAbsent;
    QVERIFY(read(u"dddddddd"_s).empty());
    QCOMPARE(m_error, ErrorCode::KeychainAbsent);
}

QTEST_GUILESS_MAIN(tst_TokenItem)
#include "tst_TokenItem.moc"
