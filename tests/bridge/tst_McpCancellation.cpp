// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/BridgeRig.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using clavitor::tests::BridgeRig;
using clavitor::tests::RawAnswer;
using clavitor::tests::RawClient;
using clavitor::tests::ScriptedKeeper;

namespace {

constexpr char Agent[] = "User-Agent: codex-mcp-client/0.169.0\r\n";

QByteArray read(const QByteArray &id)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":"get_entry","arguments":{"id":"x"}}})";
}

QByteArray cancelled(const QByteArray &id)
{
    return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id + R"(,"reason":"timed out"}})";
}

/// Holds what a person would be asked about, answers the rest.
void holdReads(BridgeRig &rig)
{
    rig.keeper().script = [](const link::Question &question) -> std::optional<link::Answer> {
        if (std::holds_alternative<link::ReadQuery>(question.query))
            return std::nullopt;
        link::Answer answer{question.id, link::Status::Ok, "{}"_ba, {}, 0};
        return answer;
    };
}

QList<link::Question> readsOf(BridgeRig &rig)
{
    QList<link::Question> reads;
    for (const link::Question &question : rig.keeper().questions)
        if (std::holds_alternative<link::ReadQuery>(question.query))
            reads.append(question);
    return reads;
}

/// Sends a call that is put aside; true once the keeper has it, after those it has already.
[[nodiscard]] bool isHeld(BridgeRig &rig, RawClient &client, const QByteArray &id = "7"_ba)
{
    const qsizetype before = readsOf(rig).size();
    client.send(rig.post(read(id), Agent));
    return QTest::qWaitFor([&] { return readsOf(rig).size() == before + 1; });
}

[[nodiscard]] RawAnswer cancels(BridgeRig &rig, RawClient &client, const QByteArray &id = "7"_ba)
{
    return client.send(rig.post(cancelled(id), Agent)).answer();
}

} // namespace

class tst_McpCancellation : public QObject
{
    Q_OBJECT
private slots:
    void endsTheCallItNames_data();
    void endsTheCallItNames();
    void leavesOtherCallsAlone_data();
    void leavesOtherCallsAlone();
    void leavesBothAloneWhenTwoCouldBeMeant();
    void leavesACallAloneWhenOneOfItsIdWasJustAnswered();
    void endsNoCallOfAnotherProcess_data();
    void endsNoCallOfAnotherProcess();
    void isNotSpoiltByACallThatWasRefusedAtOnce_data();
    void isNotSpoiltByACallThatWasRefusedAtOnce();
    void isSpoiltForAMomentOnlyByACallThatLeft_data();
    void isSpoiltForAMomentOnlyByACallThatLeft();
    void meansNoCallThatCameAfterIt();
    void comesTooLateWithoutHarm();
    void isNoNewsToACallThatLeft();
    void survivesManyAtOnce();
};

void tst_McpCancellation::endsTheCallItNames_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("a number") << "7"_ba;
    QTest::newRow("zero") << "0"_ba;
    QTest::newRow("a text") << R"("call \"7\"")"_ba;
}

void tst_McpCancellation::endsTheCallItNames()
{
    QFETCH(QByteArray, id);
    BridgeRig rig;
    holdReads(rig);
    RawClient waiting(rig.port());
    QVERIFY(isHeld(rig, waiting, id));
    RawClient other(rig.port());
    const RawAnswer taken = cancels(rig, other, id);
    QCOMPARE(taken.status, 202);
    QVERIFY(taken.body.isEmpty());
    QTRY_COMPARE(rig.keeper().clientsGone, QList<std::uint64_t>{readsOf(rig).first().id});
    // No response to the call, and the connection goes on.
    const RawAnswer ended = waiting.answer();
    QCOMPARE(ended.status, 202);
    QVERIFY(ended.body.isEmpty());
    rig.keeper().answer({readsOf(rig).first().id, link::Status::Ok, R"({"late":1})"_ba, {}, 0});
    QCOMPARE(waiting.send(rig.get("/api/status"_ba)).answer().body, "{}"_ba);
    QVERIFY(waiting.unread().isEmpty());
}

void tst_McpCancellation::leavesOtherCallsAlone_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("agent");
    const QByteArray own = ScriptedKeeper::Token;
    QTest::newRow("another id") << cancelled("8"_ba) << own << QByteArray(Agent);
    QTest::newRow("the number as a text") << cancelled(R"("7")"_ba) << own << QByteArray(Agent);
    QTest::newRow("no id") << R"({"jsonrpc":"2.0","method":"notifications/cancelled"})"_ba << own << QByteArray(Agent);
    QTest::newRow("an id that cannot be one") << cancelled("null"_ba) << own << QByteArray(Agent);
    QTest::newRow("an object for an id") << cancelled("{}"_ba) << own << QByteArray(Agent);
    QTest::newRow("another key") << cancelled("7"_ba) << "clavitor_other"_ba << QByteArray(Agent);
    QTest::newRow("the key and more") << cancelled("7"_ba) << QByteArray(own + "x") << QByteArray(Agent);
    QTest::newRow("another client with the same key") << cancelled("7"_ba) << own << "User-Agent: claude-code/2.1.330\r\n"_ba;
    QTest::newRow("not a notification")
        << R"({"jsonrpc":"2.0","id":9,"method":"notifications/cancelled","params":{"requestId":7}})"_ba << own << QByteArray(Agent);
}

void tst_McpCancellation::leavesOtherCallsAlone()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, agent);
    BridgeRig rig;
    holdReads(rig);
    RawClient waiting(rig.port());
    QVERIFY(isHeld(rig, waiting));
    RawClient other(rig.port());
    QVERIFY(other.send(RawClient::post(rig.port(), "/mcp"_ba, token, body, agent)).answer().status != 0);
    QVERIFY(rig.keeper().clientsGone.isEmpty());
    rig.keeper().answer({readsOf(rig).first().id, link::Status::Ok, R"({"title":"x"})"_ba, {}, 0});
    QVERIFY(waiting.answer().body.contains(R"("structuredContent":{"title":"x"})"));
}

void tst_McpCancellation::leavesBothAloneWhenTwoCouldBeMeant()
{
    BridgeRig rig;
    holdReads(rig);
    RawClient one(rig.port());
    RawClient two(rig.port());
    QVERIFY(isHeld(rig, one));
    QVERIFY(isHeld(rig, two));
    RawClient other(rig.port());
    QCOMPARE(cancels(rig, other).status, 202);
    QVERIFY(rig.keeper().clientsGone.isEmpty());
    // Hanging up is clear in any case. A word about it that comes later is not about the other call of that id.
    one.leave();
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
    QCOMPARE(cancels(rig, other).status, 202);
    QCOMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
    rig.keeper().answer({readsOf(rig).last().id, link::Status::Ok, R"({"title":"x"})"_ba, {}, 0});
    QVERIFY(two.answer().body.contains(R"("structuredContent":{"title":"x"})"));
}

void tst_McpCancellation::leavesACallAloneWhenOneOfItsIdWasJustAnswered()
{
    BridgeRig rig;
    RawClient one(rig.port());
    QCOMPARE(one.send(rig.post(read("7"_ba), Agent)).answer().status, 200);
    holdReads(rig);
    RawClient two(rig.port());
    QVERIFY(isHeld(rig, two));
    QCOMPARE(cancels(rig, one).status, 202);
    QVERIFY(rig.keeper().clientsGone.isEmpty());
    rig.keeper().answer({readsOf(rig).last().id, link::Status::Ok, R"({"title":"x"})"_ba, {}, 0});
    QVERIFY(two.answer().body.contains(R"("structuredContent":{"title":"x"})"));
}

void tst_McpCancellation::endsNoCallOfAnotherProcess_data()
{
    constexpr int none = -1;
    QTest::addColumn<int>("answered");          // by whom a call of that id was answered just now
    QTest::addColumn<QList<int>>("waiting");    // by whom the others are, 0 of one nobody knows
    QTest::addColumn<int>("canceller");
    QTest::addColumn<int>("ended");             // which of them
    QTest::newRow("one, of the same process") << none << QList{2} << 2 << 0;
    QTest::newRow("one, of another process") << none << QList{1} << 2 << none;
    QTest::newRow("one, of who knows whom") << none << QList{0} << 2 << 0;
    QTest::newRow("one, and who knows who cancels") << none << QList{1} << 0 << 0;
    QTest::newRow("two, the first is meant") << none << QList{2, 1} << 2 << 0;
    QTest::newRow("two, the second is meant") << none << QList{1, 2} << 2 << 1;
    QTest::newRow("two, of other processes") << none << QList{1, 3} << 2 << none;
    QTest::newRow("two of the same process") << none << QList{2, 2} << 2 << none;
    QTest::newRow("two, one of who knows whom") << none << QList{0, 2} << 2 << none;
    QTest::newRow("two, and who knows who cancels") << none << QList{1, 2} << 0 << none;
    QTest::newRow("another process was just answered") << 1 << QList{2} << 2 << 0;
    QTest::newRow("the same process was just answered") << 2 << QList{2} << 2 << none;
    QTest::newRow("who knows who was just answered") << 0 << QList{2} << 2 << none;
}

void tst_McpCancellation::endsNoCallOfAnotherProcess()
{
    QFETCH(int, answered);
    QFETCH(QList<int>, waiting);
    QFETCH(int, canceller);
    QFETCH(int, ended);
    BridgeRig rig;
    QHash<std::uint16_t, int> processes;
    rig.keeper().processAt = [&](const link::Peer &peer) { return static_cast<std::uint64_t>(processes.value(peer.port)); };
    if (answered >= 0) {
        rig.keeper().script = [&](const link::Question &question) {
            link::Answer answer = ScriptedKeeper::plausible(question);
            answer.process = static_cast<std::uint64_t>(answered);
            return std::optional(answer);
        };
        QCOMPARE(RawClient(rig.port()).send(rig.post(read("7"_ba), Agent)).answer().status, 200);
        rig.keeper().questions.clear();
    }
    holdReads(rig);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (const int process : std::as_const(waiting)) {
        clients.push_back(std::make_unique<RawClient>(rig.port()));
        processes.insert(clients.back()->port(), process);
        QVERIFY(isHeld(rig, *clients.back()));
    }
    RawClient other(rig.port());
    processes.insert(other.port(), canceller);
    QCOMPARE(cancels(rig, other).status, 202);
    // What became of it is so before the cancelling message is answered; the keeper is told behind it.
    QCOMPARE(rig.link().openQuestions(), static_cast<qsizetype>(clients.size()) - (ended < 0 ? 0 : 1));
    if (ended >= 0) {
        QTRY_COMPARE(rig.keeper().clientsGone, QList<std::uint64_t>{readsOf(rig).at(ended).id});
        QCOMPARE(clients.at(static_cast<std::size_t>(ended))->answer().status, 202);
    } else {
        QVERIFY(rig.keeper().clientsGone.isEmpty());
    }
}

void tst_McpCancellation::isNotSpoiltByACallThatWasRefusedAtOnce_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("heldFor"); // milliseconds
    QTest::addColumn<bool>("isEnded");
    QTest::newRow("a wrong token") << int(link::Status::Unauthorized) << 0 << true;
    QTest::newRow("another program's key") << int(link::Status::CallerRefused) << 0 << true;
    QTest::newRow("too many") << int(link::Status::RateLimited) << 0 << true;
    QTest::newRow("a locked vault") << int(link::Status::Locked) << 0 << true;
    QTest::newRow("one that waited and was refused then") << int(link::Status::KeyPaused) << 1200 << false;
    QTest::newRow("a no of the person") << int(link::Status::ApprovalDenied) << 0 << false;
    QTest::newRow("not found, which the vault looked for") << int(link::Status::NotFound) << 0 << false;
    QTest::newRow("an answer") << int(link::Status::Ok) << 0 << false;
    QTest::newRow("told to come back") << int(link::Status::Pending) << 0 << false;
}

void tst_McpCancellation::isNotSpoiltByACallThatWasRefusedAtOnce()
{
    QFETCH(int, status);
    QFETCH(int, heldFor);
    QFETCH(bool, isEnded);
    BridgeRig rig;
    holdReads(rig);
    RawClient first(rig.port());
    QVERIFY(isHeld(rig, first));
    if (heldFor > 0)
        QTest::qWait(heldFor);
    rig.keeper().answer({readsOf(rig).first().id, static_cast<link::Status>(status), "{}"_ba, {}, 0}); // of nobody known
    QVERIFY(first.answer().status != 0);
    RawClient waiting(rig.port());
    QVERIFY(isHeld(rig, waiting));
    RawClient other(rig.port());
    QCOMPARE(cancels(rig, other).status, 202);
    QCOMPARE(rig.link().openQuestions(), isEnded ? 0 : 1);
}

void tst_McpCancellation::isSpoiltForAMomentOnlyByACallThatLeft_data()
{
    QTest::addColumn<int>("waits");     // whose the waiting call is, 0 of one nobody knows
    QTest::addColumn<int>("canceller");
    QTest::addColumn<int>("later");     // milliseconds
    QTest::addColumn<bool>("isEnded");
    QTest::newRow("at once: it may be about the one that left") << 2 << 2 << 0 << false;
    QTest::newRow("after a moment, of the same process") << 2 << 2 << 2200 << true;
    QTest::newRow("after a moment, of another process") << 1 << 2 << 2200 << false;
    QTest::newRow("after a moment, of who knows whom") << 0 << 2 << 2200 << false;
    QTest::newRow("after a moment, and who knows who cancels") << 2 << 0 << 2200 << false;
}

void tst_McpCancellation::isSpoiltForAMomentOnlyByACallThatLeft()
{
    QFETCH(int, waits);
    QFETCH(int, canceller);
    QFETCH(int, later);
    QFETCH(bool, isEnded);
    BridgeRig rig;
    QHash<std::uint16_t, int> processes;
    rig.keeper().processAt = [&](const link::Peer &peer) { return static_cast<std::uint64_t>(processes.value(peer.port)); };
    holdReads(rig);
    RawClient left(rig.port());
    QVERIFY(isHeld(rig, left));
    left.leave();
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
    RawClient waiting(rig.port());
    processes.insert(waiting.port(), waits);
    QVERIFY(isHeld(rig, waiting));
    if (later > 0)
        QTest::qWait(later);
    RawClient other(rig.port());
    processes.insert(other.port(), canceller);
    QCOMPARE(cancels(rig, other).status, 202);
    QCOMPARE(rig.link().openQuestions(), isEnded ? 0 : 1);
}

void tst_McpCancellation::meansNoCallThatCameAfterIt()
{
    BridgeRig rig;
    holdReads(rig);
    rig.keeper().holdsCallers = true;
    RawClient first(rig.port());
    QVERIFY(isHeld(rig, first));
    RawClient other(rig.port());
    other.send(rig.post(cancelled("7"_ba), Agent));
    QTRY_COMPARE(rig.keeper().whoCalls.size(), qsizetype(1));
    // While the keeper looks, another process begins one of the same id.
    RawClient later(rig.port());
    QVERIFY(isHeld(rig, later));
    rig.keeper().tellCallers();
    QTRY_COMPARE(rig.keeper().clientsGone, QList<std::uint64_t>{readsOf(rig).first().id});
    QCOMPARE(first.answer().status, 202);
    QCOMPARE(rig.link().openQuestions(), 1);
}

void tst_McpCancellation::comesTooLateWithoutHarm()
{
    BridgeRig rig;
    RawClient client(rig.port());
    QCOMPARE(client.send(rig.post(read("7"_ba), Agent)).answer().status, 200);
    QCOMPARE(cancels(rig, client).status, 202);
    QVERIFY(rig.keeper().clientsGone.isEmpty());
}

void tst_McpCancellation::isNoNewsToACallThatLeft()
{
    BridgeRig rig;
    holdReads(rig);
    RawClient waiting(rig.port());
    QVERIFY(isHeld(rig, waiting));
    waiting.leave();
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
    RawClient other(rig.port());
    QCOMPARE(cancels(rig, other).status, 202);
    QCOMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
}

void tst_McpCancellation::survivesManyAtOnce()
{
    BridgeRig rig;
    holdReads(rig);
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (int id = 0; id < 40; ++id) {
        waiting.push_back(std::make_unique<RawClient>(rig.port()));
        waiting.back()->send(rig.post(read(QByteArray::number(id)), Agent));
    }
    QTRY_COMPARE(readsOf(rig).size(), qsizetype(40));
    RawClient other(rig.port());
    for (int id = 39; id >= 0; --id)
        QCOMPARE(cancels(rig, other, QByteArray::number(id)).status, 202);
    for (const std::unique_ptr<RawClient> &client : waiting)
        QCOMPARE(client->answer().status, 202);
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(40));
    QTRY_COMPARE(rig.link().openQuestions(), qsizetype(0));
}

QTEST_GUILESS_MAIN(tst_McpCancellation)
#include "tst_McpCancellation.moc"
