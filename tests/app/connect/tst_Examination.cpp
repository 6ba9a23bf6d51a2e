// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/Examination.h"

#include "app/connect/ProcessAge.h"
#include "app/connect/TokenItem.h"
#include "app/link/Messages.h"
#include "crypto/AgentToken.h"
#include "tests/support/LoopbackListener.h"
#include "tests/support/WiringSamples.h"
#include "tests/support/ScriptedKeychain.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_Examination : public QObject {
    Q_OBJECT
private slots:
    void init();
    void findsNothingWhereNothingIs();
    void recognisesClavitorAndAnotherProgram();
    void takesNobodyForOursByItsAnswerAlone_data();
    void takesNobodyForOursByItsAnswerAlone();
    void sendsNoTokenToAProgramThatAnswersLikeUs();
    void sendsNoTokenWhenThePortChangedHands();
    void triesTheTokenOfAFile_data();
    void triesTheTokenOfAFile();
    void triesTheTokenOfTheKeychain_data();
    void triesTheTokenOfTheKeychain();
    void saysWhyTheKeychainGivesNoToken();
    void triesTheTokensOfProjects();
    void triesTheTokenOfAProfile();
    void keepsNoToken();
    void asksTheBridgeForItsBuild_data();
    void asksTheBridgeForItsBuild();
    void seesThatTheClockIsBehind();
    void asksTheKernelWhetherTheClockIsKeptRight();
    void goesThroughTheBridgesDoor();
    void answersBusyWhileItIsAtWork();
    void diesInTheMiddleOfIt();

private:
    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes, bool isProgram = false);
    [[nodiscard]] Examiner::Parts parts(quint16 port = 1);
    Examination examine(const Examiner::Parts &parts);
    void putCodex(quint16 port);

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

link::PortUser ourBridge()
{
    return {u"/usr/bin/clavitor-bridge"_s, 4711, ::getuid()};
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
    parts.runtimeFolder = at(u"run"_s);
    // The listeners of these tests are of this program. Who asks the system for it says so.
    parts.whoListens = [](link::LoopbackAddress address, std::uint16_t at) {
        return link::userOfPort(address, at) ? std::optional(ourBridge()) : std::nullopt;
    };
    return parts;
}

void tst_Examination::putCodex(quint16 port)
{
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:" + QByteArray::number(port)
            + "/mcp\"\nhttp_headers = { Authorization = \"Bearer " + sampleToken() + "\" }\n");
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
        LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(QByteArray()));
        const Examination found = examine(parts(clavitor.port()));
        QVERIFY(found.v4.isOurs());
        QVERIFY(!found.v4.isLocked());
        QVERIFY(!found.v6.isOurs());
    }
    LoopbackListener other(link::LoopbackAddress::V4, json(200, R"({"name":"nginx"})"));
    Examiner::Parts with = parts(other.port());
    with.whoListens = &link::userOfPort;
    const Examination found = examine(with);
    QVERIFY(!found.v4.isOurs());
#ifdef Q_OS_LINUX
    QVERIFY(found.v4.user);
    QCOMPARE(found.v4.user->pid, QCoreApplication::applicationPid());
#endif
}

void tst_Examination::takesNobodyForOursByItsAnswerAlone_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::addColumn<QString>("program");
    QTest::addColumn<uint>("uid");
    QTest::addColumn<bool>("isOurs");
    const uint own = ::getuid();
    QTest::newRow("our bridge") << true << u"/opt/clavitor/bin/clavitor-bridge"_s << own << true;
    QTest::newRow("our bridge, which lets nobody look at it") << true << QString() << own << true;
    QTest::newRow("another program of ours") << true << u"/usr/bin/python3"_s << own << false;
    QTest::newRow("a program in a folder of that name") << true << u"/tmp/clavitor-bridge/fake"_s << own << false;
    QTest::newRow("another user") << true << QString() << own + 1 << false;
    QTest::newRow("another user's bridge") << true << u"/usr/bin/clavitor-bridge"_s << own + 1 << false;
    QTest::newRow("nobody knows who") << false << QString() << own << false;
}

void tst_Examination::takesNobodyForOursByItsAnswerAlone()
{
    QFETCH(bool, isKnown);
    QFETCH(QString, program);
    QFETCH(uint, uid);
    QFETCH(bool, isOurs);
    LoopbackListener listener(link::LoopbackAddress::V4, bridge(json(200, R"({"locked":false})")));
    putCodex(listener.port());
    Examiner::Parts with = parts(listener.port());
    with.whoListens = [=](link::LoopbackAddress address, std::uint16_t) {
        return isKnown && address == link::LoopbackAddress::V4 ? std::optional(link::PortUser{program, 4711, uid}) : std::nullopt;
    };
    const Examination found = examine(with);
    QVERIFY(found.v4.answersLikeUs());
    QCOMPARE(found.v4.isOurs(), isOurs);
    QCOMPARE(found.v4.user.has_value(), isKnown);
    QCOMPARE(found.clients.first()->token, isOurs ? TokenCheck::Accepted : TokenCheck::NotTried);
    QCOMPARE(listener.everything.contains("Bearer"), isOurs);
    QCOMPARE(listener.everything.contains(sampleToken()), isOurs);
}

void tst_Examination::sendsNoTokenToAProgramThatAnswersLikeUs()
{
#ifdef Q_OS_LINUX
    for (const link::LoopbackAddress address : {link::LoopbackAddress::V4, link::LoopbackAddress::V6}) {
        LoopbackListener fake(address, bridge(json(200, R"({"locked":false})")));
        if (!fake.works())
            continue; // no such address here
        putCodex(fake.port());
        Examiner::Parts with = parts(fake.port());
        with.whoListens = &link::userOfPort;
        const Examination found = examine(with);
        const AddressFinding &finding = address == link::LoopbackAddress::V4 ? found.v4 : found.v6;
        QVERIFY(finding.answersLikeUs());
        QVERIFY(!finding.isOurs());
        QCOMPARE(finding.user->program, QCoreApplication::applicationFilePath());
        QCOMPARE(found.clients.first()->token, TokenCheck::NotTried);
        QVERIFY(fake.everything.contains("GET /health "));
        QVERIFY(!fake.everything.contains("Authorization"));
        QVERIFY(!fake.everything.contains(sampleToken().mid(9)));
    }
#else
    QSKIP("/proc is Linux's");
#endif
}

void tst_Examination::sendsNoTokenWhenThePortChangedHands()
{
    LoopbackListener fake(link::LoopbackAddress::V4, bridge(json(200, R"({"locked":false})")));
    putCodex(fake.port());
    Examiner::Parts with = parts(fake.port());
    with.whoListens = [asked = std::make_shared<int>(0)](link::LoopbackAddress address, std::uint16_t) -> std::optional<link::PortUser> {
        if (address == link::LoopbackAddress::V6)
            return std::nullopt;
        return ++*asked == 1 ? ourBridge() : link::PortUser{u"/usr/bin/other"_s, 4712, ::getuid()};
    };
    const Examination found = examine(with);
    QVERIFY(!fake.everything.contains(sampleToken()));
    QCOMPARE(found.clients.first()->token, TokenCheck::NotTried);
    QVERIFY(!found.v4.isOurs());
    QCOMPARE(found.v4.user->program, u"/usr/bin/other"_s); // the line names who holds it now
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
    QTest::newRow("refused for another reason") << refused(403, "action_not_allowed") << int(TokenCheck::NoAnswer);
    QTest::newRow("too many") << refused(429, "rate_limited") << int(TokenCheck::TooMany);
    QTest::newRow("no sense") << json(500, "oops") << int(TokenCheck::NoAnswer);
}

void tst_Examination::triesTheTokenOfAFile()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, check);
    LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(answer));
    putCodex(clavitor.port());
    const Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.size(), 1);
    QVERIFY(found.clients.first()->setting.isRight());
    QCOMPARE(int(found.clients.first()->token), check);
    QVERIFY(clavitor.asked.contains(QByteArray("Bearer " + sampleToken())));
}

void tst_Examination::triesTheTokenOfTheKeychain_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("for a command") << "url = \"http://127.0.0.1:PORT/mcp\"\nhttp_headers_helper = \"clavitor headers KEY\"\n"_ba;
    QTest::newRow("for a program") << "command = \"clavitor-mcp\"\nargs = [\"KEY\", \"--port\", \"PORT\"]\n"_ba;
}

void tst_Examination::triesTheTokenOfTheKeychain()
{
    QFETCH(QByteArray, lines);
    LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(json(200, "{}")));
    const auto token = crypto::AgentToken::parse(std::string_view(sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())));
    QVERIFY(token);
    m_keychain->items.insert_or_assign(u"token-"_s + sampleKeyId(), crypto::SecretBytes::copyOf(token->secret.bytes()));
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\n" + lines.replace("PORT", QByteArray::number(clavitor.port())).replace("KEY", sampleKeyId().toLatin1()));
    const Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.first()->token, TokenCheck::Accepted);
    QVERIFY(!found.clients.first()->keychain);
    QVERIFY(clavitor.asked.contains(QByteArray("Bearer " + sampleToken())));
}

void tst_Examination::saysWhyTheKeychainGivesNoToken()
{
    LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(json(200, "{}")));
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

void tst_Examination::triesTheTokensOfProjects()
{
    LoopbackListener clavitor(link::LoopbackAddress::V4, [](const QByteArray &asked) {
        if (asked.startsWith("GET /health "))
            return json(200, R"({"name":"clavitor","api_version":"1.0.0","status":"unlocked"})");
        return asked.contains(sampleToken()) ? json(200, R"({"locked":false})") : json(401, R"({"error":{"code":"unauthorized"}})");
    });
    const QByteArray port = QByteArray::number(clavitor.port());
    // The keychain has one of two keys. Whatever it is, the vault does not know it.
    m_keychain->items.insert_or_assign(u"token-Kq7ZrT2k"_s, crypto::SecretBytes(Keychain::SecretSize));
    put(u"bin/clavitor-mcp"_s, "#!/bin/sh\n", true);
    const auto started = [&](const QByteArray &program, const QByteArray &keyId) -> QByteArray {
        return R"({"mcpServers": {"clavitor": {"type": "stdio", "command": ")" + program + R"(", "args": [")" + keyId + R"(", "--port", ")" + port + R"("]}}})";
    };
    const QByteArray shim = at(u"bin/clavitor-mcp"_s).toUtf8();
    const QByteArray inFile = R"({"mcpServers": {"clavitor": {"type": "http", "url": "http://localhost:)" + port + R"(/mcp", "headers": {"Authorization": "Bearer )"
        + sampleToken() + R"("}}}})";
    put(u"a/.mcp.json"_s, started(shim, "Kq7ZrT2k"));
    put(u"b/.mcp.json"_s, started("/opt/gone/clavitor-mcp", "Kq7ZrT2k"));
    put(u"c/.mcp.json"_s, started(shim, "Vb8sJ5mX"));
    put(u"d/.mcp.json"_s, inFile);
    const auto folder = [this](const QString &name) { return at(name).toUtf8(); };
    put(u".claude.json"_s, "{\"projects\": {\"" + folder(u"a"_s) + "\": {}, \"" + folder(u"b"_s) + "\": {}, \"" + folder(u"c"_s) + "\": {}, \"" + folder(u"d"_s)
            + "\": {}, \"" + folder(u"e"_s) + "\": " + inFile + "}, " + started(shim, "Kq7ZrT2k").sliced(1));
    const Examination found = examine(parts(clavitor.port()));
    const ClientFinding &claude = *found.clients.first();
    QCOMPARE(claude.token, TokenCheck::Unknown);
    QVERIFY(claude.setting.projects.isEmpty());
    QHash<QString, ProjectFinding> of;
    for (const ProjectFinding &project : claude.projects) {
        QVERIFY(!project.server.token);
        of.insert(QFileInfo(project.server.folder).fileName(), project);
    }
    QCOMPARE(of.size(), 5);
    QCOMPARE(of[u"a"_s].token, TokenCheck::Unknown);
    QVERIFY(of[u"a"_s].server.faults.isEmpty() && !of[u"a"_s].keychain);
    QCOMPARE(of[u"b"_s].server.faults, QList{SettingFault::MissingCommand});
    QCOMPARE(of[u"c"_s].keychain->code, ErrorCode::KeychainNoItem);
    QCOMPARE(of[u"c"_s].token, TokenCheck::NotTried);
    QCOMPARE(of[u"d"_s].token, TokenCheck::Accepted);
    QCOMPARE(of[u"e"_s].token, TokenCheck::Accepted);
    // Each token once: whoever tries a wrong one often is told to wait.
    QCOMPARE(clavitor.everything.count("GET /api/status "), 2);
    QCOMPARE(m_keychain->reads, 3); // with the one of the vault
}

void tst_Examination::triesTheTokenOfAProfile()
{
    LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(json(200, R"({"locked":false})")));
    put(u".config/Code/User/profiles/-1a2b3c/mcp.json"_s, "{\"servers\": {\"clavitor\": {\"type\": \"http\", \"url\": \"http://localhost:"
            + QByteArray::number(clavitor.port()) + "/mcp\", \"headers\": {\"Authorization\": \"Bearer " + sampleToken() + "\"}}}}");
    const Examination found = examine(parts(clavitor.port()));
    QCOMPARE(found.clients.size(), 2);
    QCOMPARE(found.clients.at(0)->client.name, u"VS Code"_s);
    QCOMPARE(found.clients.at(0)->token, TokenCheck::NotTried);
    QCOMPARE(found.clients.at(1)->client.name, u"VS Code (-1a2b3c)"_s);
    QCOMPARE(found.clients.at(1)->token, TokenCheck::Accepted);
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

void tst_Examination::asksTheKernelWhetherTheClockIsKeptRight()
{
#ifdef Q_OS_LINUX
    QCOMPARE(examine(parts()).isClockSynchronised, isClockSynchronised());
    QVERIFY(isClockSynchronised());
#endif
    for (const std::optional<bool> told : {std::optional(true), std::optional(false), std::optional<bool>()}) {
        Examiner::Parts asked = parts();
        asked.clockState = [told] { return told; };
        QCOMPARE(examine(asked).isClockSynchronised, told);
    }
}

void tst_Examination::goesThroughTheBridgesDoor()
{
    LoopbackListener clavitor(link::LoopbackAddress::V4, bridge(QByteArray()));
    QVERIFY(QDir(m_home->path()).mkdir(u"run"_s));
    Examination found = examine(parts(clavitor.port()));
    QVERIFY(found.door);
    QCOMPARE(found.door->kind, link::DoorRefusal::Kind::Absent);
    QVERIFY(!found.isShutIn);
    const auto door = link::openDoor(link::doorPath(at(u"run"_s), clavitor.port()));
    QVERIFY(door.has_value());
#ifdef Q_OS_LINUX
    // So that this process is told from who started it. Not by mlock(), which the sanitizers turn into nothing.
    const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void *const page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    QVERIFY(page != MAP_FAILED);
    QCOMPARE(::syscall(SYS_mlock, page, size), 0L);
    QVERIFY(lockedMemoryOf(::getpid())->locked != lockedMemoryOf(::getppid())->locked);
#endif
    put(u"clavitor"_s, "program");
    Examiner::Parts with = parts(clavitor.port());
    with.program = at(u"clavitor"_s);
    found = examine(with);
    QVERIFY(!found.door);
#ifdef Q_OS_LINUX
    // The socket is this program's, so the keeper would be whoever started it.
    QCOMPARE(found.memory, lockedMemoryOf(::getppid()));
    QCOMPARE(found.isShutIn, std::optional(false)); // this test filters nothing
    QVERIFY(found.isOutdated);
    QCOMPARE(found.isOutdated, wasStartedBefore(::getppid(), with.program));
#endif
    ::close(*door);
#ifdef Q_OS_LINUX
    QCOMPARE(examine(parts(1)).memory, lockedMemoryOf(::getpid()));
    ::munmap(page, size);
#endif
#ifdef Q_OS_LINUX
    // Root may read everything, so of root nothing is said.
    const std::optional<bool> read = ::geteuid() == 0 ? std::nullopt : std::optional(true);
    QCOMPARE(found.isProgramReadable, read);
    QVERIFY(QFile::setPermissions(with.program, QFile::ExeOwner));
    QCOMPARE(examine(with).isProgramReadable, read ? std::optional(false) : std::nullopt);
#endif
    // Nobody serves there, so the door is not looked at.
    QVERIFY(!examine(parts(1)).door);
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
