// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/Examination.h"

#include "app/connect/TokenItem.h"
#include "app/link/Messages.h"
#include "crypto/AgentToken.h"
#include "tests/app/connect/LoopbackListener.h"
#include "tests/support/WiringSamples.h"
#include "tests/support/ScriptedKeychain.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_Examination : public QObject {
    Q_OBJECT
private slots:
    void init();
    void findsNothingWhereNothingIs();
    void recognisesClavitorAndAnotherProgram();
    void triesTheTokenOfAFile_data();
    void triesTheTokenOfAFile();
    void triesTheTokenOfTheKeychain();
    void saysWhyTheKeychainGivesNoToken();
    void keepsNoToken();
    void asksTheBridgeForItsBuild_data();
    void asksTheBridgeForItsBuild();
    void seesThatTheClockIsBehind();
    void answersBusyWhileItIsAtWork();
    void diesInTheMiddleOfIt();

private:
    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes, bool isProgram = false);
    [[nodiscard]] Examiner::Parts parts(quint16 port = 1);
    Examination examine(const Examiner::Parts &parts);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<ScriptedKeychain> m_keychain;
    qint64 m_now = 0;
};

namespace {

QByteArray json(int status, const QByteArray &body)
{
    return "HTTP/1.1 " + QByteArray::number(status) + " x\r\nContent-Type: application/json\r\n\r\n" + body;
}

/// As the bridge answers: /health, and /api/status with `status`.
std::function<QByteArray(const QByteArray &)> bridge(const QByteArray &status)
{
    return [status](const QByteArray &asked) {
        return asked.startsWith("GET /health ") ? json(200, R"({"name":"clavitor","api_version":"1.0.0","status":"unlocked"})") : status;
    };
}

} // namespace

void tst_Examination::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_keychain = std::make_unique<ScriptedKeychain>();
    m_now = QDateTime::currentMSecsSinceEpoch() + 10'000;
}

void tst_Examination::put(const QString &name, const QByteArray &bytes, bool isProgram)
{
    QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
    QFile file(at(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    if (isProgram)
        file.setPermissions(file.permissions() | QFile::ExeOwner);
}

Examiner::Parts tst_Examination::parts(quint16 port)
{
    Examiner::Parts parts;
    parts.places = ClientPlaces::of({}, m_home->path());
    parts.port = port;
    parts.vaultFolder = at(u"vault"_s);
    parts.keychain = m_keychain.get();
    parts.clock = [this] { return m_now; };
    parts.version = u"0.1.0"_s;
    return parts;
}

Examination tst_Examination::examine(const Examiner::Parts &parts)
{
    Examiner examiner(parts);
    std::optional<Result<Examination>> found;
    examiner.examine({&examiner, [&found](Result<Examination> result) { found = std::move(result); }});
    [&] { QTRY_VERIFY_WITH_TIMEOUT(found, 20'000); }();
    return found && *found ? std::move(**found) : Examination{};
}

void tst_Examination::findsNothingWhereNothingIs()
{
    const Examination found = examine(parts());
    QVERIFY(!found.v4.isOurs());
    QCOMPARE(found.v4.answer.kind, LoopbackAnswer::Kind::Refused);
    QVERIFY(!found.v4.user);
    QVERIFY(found.clients.isEmpty());
    QVERIFY(!found.hasVault);
    QVERIFY(!found.keychain); // reachable: it said that there is no item
    QCOMPARE(m_keychain->reads, 1);
    QVERIFY(found.bridgeProgram.isEmpty());
    QCOMPARE(found.build.toLatin1(), link::buildStamp());
}

void tst_Examination::recognisesClavitorAndAnotherProgram()
{
    {
        LoopbackListener clavitor(LoopbackAddress::V4, bridge(QByteArray()));
        const Examination found = examine(parts(clavitor.port()));
        QVERIFY(found.v4.isOurs());
        QVERIFY(!found.v4.isLocked());
        QVERIFY(!found.v6.isOurs());
    }
    LoopbackListener other(LoopbackAddress::V4, json(200, R"({"name":"nginx"})"));
    const Examination found = examine(parts(other.port()));
    QVERIFY(!found.v4.isOurs());
#ifdef Q_OS_LINUX
    QVERIFY(found.v4.user);
    QCOMPARE(found.v4.user->pid, QCoreApplication::applicationPid());
#endif
}

void tst_Examination::triesTheTokenOfAFile_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("check");
    const auto refused = [](int status, const QByteArray &code) { return json(status, R"({"error":{"code":")" + code + R"("}})"); };
    QTest::newRow("accepted") << json(200, R"({"locked":false})") << int(TokenCheck::Accepted);
    QTest::newRow("locked, said so") << json(200, R"({"locked":true})") << int(TokenCheck::VaultLocked);
    QTest::newRow("locked") << refused(423, "locked") << int(TokenCheck::VaultLocked);
    QTest::newRow("unknown") << refused(401, "unauthorized") << int(TokenCheck::Unknown);
    QTest::newRow("paused") << refused(403, "key_paused") << int(TokenCheck::KeyPaused);
    QTest::newRow("frozen") << refused(403, "key_frozen") << int(TokenCheck::KeyFrozen);
    QTest::newRow("pinned elsewhere") << refused(403, "caller_refused") << int(TokenCheck::CallerRefused);
    QTest::newRow("too many") << refused(429, "rate_limited") << int(TokenCheck::TooMany);
    QTest::newRow("no sense") << json(500, "oops") << int(TokenCheck::NoAnswer);
}

void tst_Examination::triesTheTokenOfAFile()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, check);
    LoopbackListener clavitor(LoopbackAddress::V4, bridge(answer));
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:" + QByteArray::number(clavitor.port())
            + "/mcp\"\nhttp_headers = { Authorization = \"Bearer " + sampleToken() + "\" }\n");
    const Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.size(), 1);
    QVERIFY(found.clients.first()->setting.isRight());
    QCOMPARE(int(found.clients.first()->token), check);
    QVERIFY(clavitor.asked.contains(QByteArray("Bearer " + sampleToken())));
}

void tst_Examination::triesTheTokenOfTheKeychain()
{
    LoopbackListener clavitor(LoopbackAddress::V4, bridge(json(200, "{}")));
    const auto token = crypto::AgentToken::parse(std::string_view(sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())));
    QVERIFY(token);
    m_keychain->items.insert_or_assign(u"token-"_s + sampleKeyId(), crypto::SecretBytes::copyOf(token->secret.bytes()));
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://127.0.0.1:" + QByteArray::number(clavitor.port())
            + "/mcp\"\nhttp_headers_helper = \"/usr/bin/clavitor headers " + sampleKeyId().toLatin1() + "\"\n");
    const Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.first()->token, TokenCheck::Accepted);
    QVERIFY(!found.clients.first()->keychain);
    QVERIFY(clavitor.asked.contains(QByteArray("Bearer " + sampleToken())));
}

void tst_Examination::saysWhyTheKeychainGivesNoToken()
{
    LoopbackListener clavitor(LoopbackAddress::V4, bridge(json(200, "{}")));
    put(u".claude.json"_s, R"({"mcpServers":{"clavitor":{"type":"http","url":"http://localhost:)" + QByteArray::number(clavitor.port())
            + R"(/mcp","headersHelper":"/usr/bin/clavitor headers Kq7ZrT2k"}}})");
    Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.first()->keychain->code, ErrorCode::KeychainNoItem);
    QCOMPARE(found.clients.first()->token, TokenCheck::NotTried);
    m_keychain->readError = ErrorCode::KeychainLocked;
    found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.first()->keychain->code, ErrorCode::KeychainLocked);
    QCOMPARE(found.keychain->code, ErrorCode::KeychainLocked);
}

void tst_Examination::keepsNoToken()
{
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1/mcp\"\nhttp_headers = { Authorization = \"Bearer " + sampleToken() + "\" }\n");
    const Examination found = examine(parts());
    QVERIFY(found.clients.first()->setting.token.isEmpty());
    QCOMPARE(found.clients.first()->setting.keyId, sampleKeyId());
}

void tst_Examination::asksTheBridgeForItsBuild_data()
{
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<QString>("build");
    QTest::newRow("says it") << "#!/bin/sh\n[ \"$1\" = --version ] && echo 0.1.0+abc\n"_ba << u"0.1.0+abc"_s;
    QTest::newRow("fails") << "#!/bin/sh\necho 0.1.0\nexit 64\n"_ba << QString();
    QTest::newRow("is no program") << "\x7f" "ELF nonsense"_ba << QString();
}

void tst_Examination::asksTheBridgeForItsBuild()
{
    QFETCH(QByteArray, program);
    QFETCH(QString, build);
    put(u"clavitor-bridge"_s, program, true);
    Examiner::Parts with = parts();
    with.bridgeProgram = at(u"clavitor-bridge"_s);
    const Examination found = examine(with);
    QCOMPARE(found.bridgeProgram, with.bridgeProgram);
    QCOMPARE(found.bridgeBuild, build);
}

void tst_Examination::seesThatTheClockIsBehind()
{
    put(u"clavitor"_s, "program");
    Examiner::Parts with = parts();
    with.program = at(u"clavitor"_s);
    m_now -= 3'600'000;
    const Examination found = examine(with);
    QVERIFY(found.newestFile > found.now);
}

void tst_Examination::answersBusyWhileItIsAtWork()
{
    Examiner examiner(parts());
    std::optional<ErrorCode> second;
    bool isFirstWell = false;
    examiner.examine({&examiner, [&](const Result<Examination> &result) { isFirstWell = result.has_value(); }});
    examiner.examine({&examiner, [&](const Result<Examination> &result) { second = result.error().code; }});
    QTRY_VERIFY_WITH_TIMEOUT(isFirstWell, 20'000);
    QCOMPARE(second, ErrorCode::Busy);
}

void tst_Examination::diesInTheMiddleOfIt()
{
    m_keychain->delay = 50;
    for (const int patience : {0, 20, 200}) {
        auto examiner = std::make_unique<Examiner>(parts());
        examiner->examine({this, [](const Result<Examination> &) {}});
        QTest::qWait(patience);
        examiner.reset();
    }
    QTest::qWait(200);
}

QTEST_GUILESS_MAIN(tst_Examination)
#include "tst_Examination.moc"
