// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/Conversation.h"

#include "tests/support/RunningBridge.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::shim;
using namespace Qt::StringLiterals;
using clavitor::tests::RunningBridge;
using clavitor::tests::ScriptedKeeper;

class tst_Conversation : public QObject
{
    Q_OBJECT

    std::unique_ptr<RunningBridge> m_bridge;
    std::uint16_t m_port = 0;
    QString m_door;

private slots:
    void init();
    void cleanup() { m_bridge.reset(); }

    void carriesTheOldEra();
    void carriesTheNewEra();
    void answersEachCallWhenItIsReady();
    void carriesMoreCallsThanItHasUnderWay();
    void withdrawsACallThatIsCancelled();
    void saysWhyThereIsNoToken();
    void fetchesTheTokenOnceMoreWhenItIsRefused();
    void saysThatTheKeyIsRefused();
    void carriesRefusalsOfTheVault();
    void waitsForABridgeThatIsJustStarted();
    void saysThatTheBridgeEndedBeforeItAnswered();
    void saysThatABridgeDoesNotAnswer();
    void givesNothingToASocketThatIsNotOurs_data();
    void givesNothingToASocketThatIsNotOurs();
    void refusesALineThatIsTooLongAndGoesOn();
    void leavesItToTheBridgeToJudge_data();
    void leavesItToTheBridgeToJudge();
    void endsWhenItsClientHasNothingMoreToSay();
    void hangsUpWhenItsClientDoesNotWait();
    void endsWhenNobodyListensAnyMore();
};

namespace {

constexpr auto Meta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

QByteArray call(int id, const QByteArray &tool, const QByteArray &arguments = "{}"_ba)
{
    return R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) + R"(,"method":"tools/call","params":{"name":")" + tool + R"(","arguments":)"
        + arguments + "}}\n";
}

/// The client's side: pipes to and from a conversation, and the key's token as the keychain would give it.
class Client
{
public:
    explicit Client(const QString &door, Patience patience = {std::chrono::seconds(20), std::chrono::seconds(60)})
    {
        if (::pipe2(m_in, O_CLOEXEC) != 0 || ::pipe2(m_out, O_CLOEXEC) != 0)
            qFatal("no pipes");
        ::fcntl(m_out[0], F_SETFL, O_NONBLOCK);
        Conversation::Parts parts;
        parts.input = m_in[0];
        parts.output = m_out[1];
        parts.door = door;
        parts.product = "clavitor-mcp/test";
        parts.patience = patience;
        parts.token = [this](std::function<void(std::expected<QByteArray, QString>)> done) {
            ++fetched;
            QMetaObject::invokeMethod(&m_context, [this, done] { done(tokens.size() > 1 ? tokens.takeFirst() : tokens.first()); },
                                      Qt::QueuedConnection);
        };
        conversation = std::make_unique<Conversation>(std::move(parts));
        conversation->over = [this] { isOver = true; };
    }
    ~Client()
    {
        conversation.reset();
        for (const int end : {m_in[0], m_in[1], m_out[0], m_out[1]})
            if (end >= 0)
                ::close(end);
    }

    void say(const QByteArray &bytes) const
    {
        for (qsizetype at = 0; at < bytes.size();) {
            const ssize_t written = ::write(m_in[1], bytes.constData() + at, static_cast<std::size_t>(std::min<qsizetype>(bytes.size() - at, 4096)));
            if (written <= 0)
                return;
            at += written;
            QCoreApplication::processEvents();
        }
    }
    void stopSpeaking() { ::close(std::exchange(m_in[1], -1)); }
    void stopListening() { ::close(std::exchange(m_out[0], -1)); }

    /// The next line it is sent.
    QJsonObject hear(int milliseconds = 30000)
    {
        static_cast<void>(QTest::qWaitFor([this] {
            listen();
            return m_heard.contains('\n');
        }, milliseconds));
        const qsizetype end = m_heard.indexOf('\n');
        if (end < 0)
            return {};
        const QByteArray line = m_heard.first(end);
        m_heard.remove(0, end + 1);
        return QJsonDocument::fromJson(line).object();
    }
    bool isSilent(int milliseconds = 200)
    {
        QTest::qWait(milliseconds);
        listen();
        return m_heard.isEmpty();
    }

    QList<std::expected<QByteArray, QString>> tokens{QByteArray(ScriptedKeeper::Token)}; ///< one after the other, the last for ever
    int fetched = 0;
    bool isOver = false;
    std::unique_ptr<Conversation> conversation;

private:
    void listen()
    {
        char bytes[65536];
        for (ssize_t size; (size = ::read(m_out[0], bytes, sizeof bytes)) > 0;)
            m_heard.append(bytes, size);
    }

    QObject m_context;
    int m_in[2] = {-1, -1};
    int m_out[2] = {-1, -1};
    QByteArray m_heard;
};

QString messageOf(const QJsonObject &answer)
{
    return answer.value("error"_L1).toObject().value("message"_L1).toString();
}

} // namespace

void tst_Conversation::init()
{
    std::signal(SIGPIPE, SIG_IGN);
    m_bridge = std::make_unique<RunningBridge>();
    m_port = m_bridge->start();
    QVERIFY(m_port != 0);
    m_door = link::doorPath(m_bridge->runtime().path(), m_port);
}

void tst_Conversation::carriesTheOldEra()
{
    Client client(m_door);
    client.say(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"codex-mcp-client","version":"0.169.0"}}})"
               "\n"_ba);
    const QJsonObject greeting = client.hear();
    QCOMPARE(greeting.value("id"_L1).toInt(-1), 0);
    QCOMPARE(greeting.value("result"_L1).toObject().value("protocolVersion"_L1).toString(), u"2025-06-18"_s);
    client.say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
               "\n\n\r\n"_ba);
    QVERIFY(client.isSilent());
    client.say(call(1, "search"_ba, R"({"query":"github"})"_ba));
    const QJsonObject found = client.hear();
    QCOMPARE(found.value("id"_L1).toInt(), 1);
    QCOMPARE(found.value("result"_L1).toObject().value("structuredContent"_L1).toObject().value("total"_L1).toInt(), 1);
    const link::Question &question = m_bridge->keeper().questions.last();
    QCOMPARE(question.token, QByteArray(ScriptedKeeper::Token));
    QCOMPARE(question.door, link::Door::Mcp);
    QCOMPARE(question.client, u"codex-mcp-client/0.169.0 clavitor-mcp/test"_s);
    QCOMPARE(client.fetched, 1);
}

void tst_Conversation::carriesTheNewEra()
{
    Client client(m_door);
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"a","method":"server/discover","params":{)") + Meta + "}}\n");
    QVERIFY(client.hear().value("result"_L1).toObject().value("supportedVersions"_L1).toArray().contains(u"2026-07-28"_s));
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"vault_status","arguments":{},)") + Meta + "}}\n");
    const QJsonObject status = client.hear();
    QCOMPARE(status.value("id"_L1).toString(), u"b"_s);
    QCOMPARE(status.value("result"_L1).toObject().value("resultType"_L1).toString(), u"complete"_s);
    // What a client over HTTP repeats of its arguments, it cannot repeat here.
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"t","method":"tools/call","params":{"name":"list_entries","arguments":{"type":"login"},)") + Meta + "}}\n");
    QVERIFY(client.hear().value("result"_L1).toObject().contains("structuredContent"_L1));
    // Names that are no plain text, and none: it is the bridge that judges them.
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"c","method":"resources/read","params":{"uri":"clavitor://Grüße\r\n",)") + Meta + "}}\n");
    QCOMPARE(client.hear().value("error"_L1).toObject().value("code"_L1).toInt(), -32602);
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"d","method":"tools/call","params":{)") + Meta + "}}\n");
    QCOMPARE(client.hear().value("error"_L1).toObject().value("code"_L1).toInt(), -32020);
    client.say(QByteArray(R"({"jsonrpc":"2.0","id":"e","method":"initialize","params":{)") + Meta + "}}\n");
    QCOMPARE(client.hear().value("error"_L1).toObject().value("code"_L1).toInt(), -32601);
}

void tst_Conversation::answersEachCallWhenItIsReady()
{
    Client client(m_door);
    std::optional<link::Question> held;
    m_bridge->keeper().script = [&held](const link::Question &question) -> std::optional<link::Answer> {
        if (std::holds_alternative<link::ReadQuery>(question.query)) {
            held = question;
            return std::nullopt;
        }
        return ScriptedKeeper::plausible(question);
    };
    const QByteArray id = ScriptedKeeper::EntryId;
    client.say(call(1, "get_entry"_ba, R"({"id":")" + id + R"("})") + call(2, "vault_status"_ba) + call(3, "list_entries"_ba));
    QSet<int> early{client.hear().value("id"_L1).toInt(), client.hear().value("id"_L1).toInt()};
    QCOMPARE(early, (QSet<int>{2, 3}));
    QTRY_VERIFY(held.has_value());
    m_bridge->keeper().answer(ScriptedKeeper::plausible(*held));
    QCOMPARE(client.hear().value("id"_L1).toInt(), 1);
}

void tst_Conversation::carriesMoreCallsThanItHasUnderWay()
{
    Client client(m_door);
    QByteArray all;
    for (int i = 0; i < 400; ++i)
        all += call(i, "vault_status"_ba);
    client.say(all);
    QSet<int> answered;
    for (int i = 0; i < 400; ++i) {
        const QJsonObject answer = client.hear();
        QVERIFY2(answer.contains("result"_L1), qPrintable(messageOf(answer)));
        answered.insert(answer.value("id"_L1).toInt());
    }
    QCOMPARE(answered.size(), qsizetype(400));
    QCOMPARE(client.fetched, 1);
}

void tst_Conversation::withdrawsACallThatIsCancelled()
{
    Client client(m_door);
    Client other(m_door);
    m_bridge->keeper().script = [](const link::Question &question) -> std::optional<link::Answer> {
        return std::holds_alternative<link::ListQuery>(question.query) ? std::nullopt : std::optional(ScriptedKeeper::plausible(question));
    };
    // Both clients count from 0.
    client.say(call(0, "list_entries"_ba));
    QTRY_COMPARE(m_bridge->keeper().questions.size(), qsizetype(1));
    other.say(call(0, "list_entries"_ba));
    QTRY_COMPARE(m_bridge->keeper().questions.size(), qsizetype(2));
    client.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0,"reason":"done"}})"
               "\n"_ba);
    QTRY_COMPARE(m_bridge->keeper().clientsGone.size(), qsizetype(1));
    QCOMPARE(m_bridge->keeper().clientsGone.first(), m_bridge->keeper().questions.first().id);
    QVERIFY(client.isSilent());
    client.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}})"
               "\n"_ba + call(1, "vault_status"_ba));
    QCOMPARE(client.hear().value("id"_L1).toInt(), 1);
    QVERIFY(other.isSilent(50));
}

void tst_Conversation::saysWhyThereIsNoToken()
{
    Client client(m_door);
    client.tokens = {std::unexpected(u"The keychain is locked."_s), QByteArray(ScriptedKeeper::Token)};
    client.say(call(1, "vault_status"_ba) + R"({"jsonrpc":"2.0","method":"notifications/initialized"})" "\n"_ba);
    const QJsonObject refused = client.hear();
    QCOMPARE(refused.value("id"_L1).toInt(), 1);
    QCOMPARE(messageOf(refused), u"The keychain is locked."_s);
    QVERIFY(m_bridge->keeper().questions.isEmpty());
    client.say(call(2, "vault_status"_ba));
    QVERIFY(client.hear().contains("result"_L1));
}

void tst_Conversation::fetchesTheTokenOnceMoreWhenItIsRefused()
{
    Client client(m_door);
    client.tokens = {"clavitor_old"_ba, QByteArray(ScriptedKeeper::Token)};
    client.say(call(1, "vault_status"_ba));
    QVERIFY(client.hear().contains("result"_L1));
    QCOMPARE(client.fetched, 2);
}

void tst_Conversation::saysThatTheKeyIsRefused()
{
    Client client(m_door);
    client.tokens = {"clavitor_revoked"_ba};
    client.say(call(1, "vault_status"_ba));
    const QJsonObject refused = client.hear();
    QVERIFY2(messageOf(refused).contains(u"revoked"), qPrintable(messageOf(refused)));
    // The same token again would be a second wrong try.
    QCOMPARE(m_bridge->keeper().questions.size(), qsizetype(1));
}

void tst_Conversation::carriesRefusalsOfTheVault()
{
    Client client(m_door);
    m_bridge->keeper().script = [](const link::Question &question) {
        return std::optional(link::Answer{question.id, link::Status::Locked, {}, {}, 0});
    };
    client.say(call(1, "list_entries"_ba) + R"({"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"clavitor://entries"}})" "\n"_ba);
    for (int i = 0; i < 2; ++i) {
        const QByteArray answer = QJsonDocument(client.hear()).toJson();
        QVERIFY2(answer.contains("locked"), answer.constData());
    }
}

void tst_Conversation::waitsForABridgeThatIsJustStarted()
{
    m_bridge->keeper().leave();
    QVERIFY(m_bridge->process().waitForFinished(30000));
    Client client(m_door);
    client.say(call(1, "vault_status"_ba));
    QVERIFY(client.isSilent(300));
    RunningBridge next(m_bridge->runtime().path());
    QCOMPARE(next.start(m_port), m_port);
    QVERIFY(client.hear().contains("result"_L1));
}

void tst_Conversation::saysThatTheBridgeEndedBeforeItAnswered()
{
    Client client(m_door, {std::chrono::milliseconds(300), std::chrono::seconds(60)});
    m_bridge->keeper().script = [](const link::Question &) { return std::nullopt; };
    client.say(call(1, "list_entries"_ba));
    QTRY_COMPARE(m_bridge->keeper().questions.size(), qsizetype(1));
    ::kill(static_cast<pid_t>(m_bridge->process().processId()), SIGKILL);
    const QJsonObject answer = client.hear();
    QCOMPARE(answer.value("id"_L1).toInt(), 1);
    QVERIFY2(messageOf(answer).contains(u"ended before it had answered"), qPrintable(messageOf(answer)));
    client.say(call(2, "list_entries"_ba));
    QVERIFY(messageOf(client.hear()).contains(u"Is Clavitor running?"));
}

void tst_Conversation::saysThatABridgeDoesNotAnswer()
{
    Client client(m_door, {std::chrono::seconds(1), std::chrono::milliseconds(300)});
    m_bridge->keeper().script = [](const link::Question &) { return std::nullopt; };
    client.say(call(1, "list_entries"_ba));
    QVERIFY(messageOf(client.hear()).contains(u"did not answer in time"));
}

void tst_Conversation::givesNothingToASocketThatIsNotOurs_data()
{
    QTest::addColumn<bool>("isLink");
    QTest::newRow("a link to a socket") << true;
    QTest::newRow("another user's socket") << false;
}

void tst_Conversation::givesNothingToASocketThatIsNotOurs()
{
    QFETCH(bool, isLink);
    QTemporaryDir runtime;
    const QString path = link::doorPath(runtime.path(), 4321);
    const QString trap = isLink ? runtime.filePath(u"trap"_s) : path;
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    ::chmod(QFile::encodeName(QFileInfo(path).path()).constData(), 0700);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, QFile::encodeName(trap).constData(), static_cast<std::size_t>(QFile::encodeName(trap).size()));
    QCOMPARE(::bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    QCOMPARE(::listen(listener, 8), 0);
    ::chmod(QFile::encodeName(trap).constData(), 0600);
    if (isLink)
        QVERIFY(QFile::link(trap, path));
    else if (::lchown(QFile::encodeName(path).constData(), 65534, 65534) != 0)
        QSKIP("only root can give a socket away");
    Client client(path);
    client.say(call(1, "vault_status"_ba));
    const QString said = messageOf(client.hear());
    QVERIFY2(said.contains(isLink ? u"is a link" : u"belongs to another user"), qPrintable(said));
    QCOMPARE(::accept(listener, nullptr, nullptr), -1); // nobody even knocked
    ::close(listener);
}

void tst_Conversation::refusesALineThatIsTooLongAndGoesOn()
{
    Client client(m_door);
    client.say(QByteArray(3'000'000, 'x') + '\n' + call(1, "vault_status"_ba));
    const QJsonObject refused = client.hear();
    QVERIFY(refused.value("id"_L1).isNull());
    QVERIFY(messageOf(refused).contains(u"longer than 1 MiB"));
    QCOMPARE(client.hear().value("id"_L1).toInt(), 1);
}

void tst_Conversation::leavesItToTheBridgeToJudge_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("code");
    QTest::newRow("nonsense") << "nonsense"_ba << -32700;
    QTest::newRow("a batch") << R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])"_ba << -32600;
    QTest::newRow("a member twice") << R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})"_ba << -32700;
    QTest::newRow("deep") << QByteArray(QByteArray(5000, '[') + QByteArray(5000, ']')) << -32700;
    QTest::newRow("no text") << "\xff\xfe\x00\x01"_ba << -32700;
}

void tst_Conversation::leavesItToTheBridgeToJudge()
{
    QFETCH(QByteArray, line);
    QFETCH(int, code);
    Client client(m_door);
    client.say(line + '\n');
    QCOMPARE(client.hear().value("error"_L1).toObject().value("code"_L1).toInt(), code);
    client.say(call(9, "vault_status"_ba));
    QCOMPARE(client.hear().value("id"_L1).toInt(), 9);
}

void tst_Conversation::endsWhenItsClientHasNothingMoreToSay()
{
    Client client(m_door);
    QByteArray last = call(1, "vault_status"_ba);
    last.chop(1); // without a line end, as printf sends it
    client.say(last);
    client.stopSpeaking();
    QCOMPARE(client.hear().value("id"_L1).toInt(), 1);
    QTRY_VERIFY(client.isOver);
}

void tst_Conversation::hangsUpWhenItsClientDoesNotWait()
{
    Client client(m_door);
    m_bridge->keeper().script = [](const link::Question &) { return std::nullopt; };
    client.say(call(1, "list_entries"_ba));
    QTRY_COMPARE(m_bridge->keeper().questions.size(), qsizetype(1));
    client.stopSpeaking();
    QTRY_VERIFY(client.isOver);
    QTRY_COMPARE(m_bridge->keeper().clientsGone.size(), qsizetype(1));
}

void tst_Conversation::endsWhenNobodyListensAnyMore()
{
    Client client(m_door);
    client.stopListening();
    client.say(call(1, "vault_status"_ba));
    QTRY_VERIFY(client.isOver);
}

QTEST_GUILESS_MAIN(tst_Conversation)
#include "tst_Conversation.moc"
