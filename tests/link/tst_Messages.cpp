// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Characters.h"
#include "app/link/Messages.h"

#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;
using namespace clavitor::link;

namespace {

QByteArrayView payloadOf(const QByteArray &frame)
{
    return QByteArrayView(frame).sliced(4);
}

Question questionWith(Query query)
{
    Question question;
    question.id = 0x0102030405060708;
    question.door = Door::Mcp;
    question.token = "clavitor_not-a-real-token"_ba;
    question.vaultPrefix = u"0123456789ab"_s;
    question.reason = u"deploy \u2192 staging"_s;
    question.client = u"codex-mcp-client/0.169.0"_s;
    question.requestId = u"req_1"_s;
    question.peer = {54321, true, 987654321};
    question.query = std::move(query);
    return question;
}

QList<ToKeeper> everyMessageToTheKeeper()
{
    GenerateQuery generate;
    generate.length = 256;
    generate.symbols = false;
    generate.avoidAmbiguous = true;
    generate.words = 6;
    generate.separator = u"\u00b7"_s;
    return {
        BridgeUp{1984, u"127.0.0.1:1984 is taken"_s},
        questionWith(HealthQuery{}),
        questionWith(AuthenticateQuery{}),
        questionWith(StatusQuery{}),
        questionWith(ListQuery{u"login"_s, u"dev"_s, u"opaque"_s, 100}),
        questionWith(ReadQuery{u"0192f0c1-0000-7000-8000-000000000000"_s, true}),
        questionWith(SearchQuery{u"\ufeffgit \U0001F511"_s, 20}),
        questionWith(TotpQuery{u"0192f0c1-0000-7000-8000-000000000000"_s}),
        questionWith(generate),
        questionWith(ApprovalQuery{u"0192f0c1-0000-7000-8000-000000000000"_s}),
        questionWith(RequestQuery{u"Staging"_s, u"to deploy"_s, {u"user"_s, u"password"_s}}),
        questionWith(CompleteQuery{u"git"_s, true}),
        questionWith(UseQuery{u"clavitor://a/b"_s, u"/usr/bin/gh pr list"_s}),
        Question{},
        ClientGone{std::numeric_limits<std::uint64_t>::max()},
        WhoCalls{12, {{54321, true, 987654321}, {}}},
    };
}

QList<ToBridge> everyMessageToTheBridge()
{
    return {
        Start{"0.1.0+abc"_ba, 0},
        Answer{9, Status::Ok, R"({"entries":[]})"_ba, {}, 0},
        Answer{11, Status::Pending, R"({"approval":{}})"_ba, {}, 2},
        Answer{10, Status::BudgetExceeded, {}, u"10 credentials an hour"_s, 3600},
        Answer{12, Status::Ok, "{}"_ba, {}, 0, std::numeric_limits<std::uint64_t>::max()},
        Answer{},
        Callers{12, {1, 0}},
    };
}

} // namespace

class tst_Messages : public QObject
{
    Q_OBJECT
private slots:
    void everyMessageComesBackAsItWasSent();
    void framesCarryTheirLength();
    void refusesEveryTruncationAndEveryExtraByte();
    void acceptsAFlippedByteOnlyAsAnotherValidMessage();
    void refusesValuesOutOfRange_data();
    void countsASurrogatePairAsOneCharacter();
    void refusesValuesOutOfRange();
    void refusesTextThatIsNotUtf8();
    void refusesLengthsBeyondThePayload();
    void refusesUnknownTags();
    void stampNamesTheVersion();
    void readsTheStampOfAnotherBuildsStart_data();
    void readsTheStampOfAnotherBuildsStart();
    void readsNoStampOfWhatIsCutOrFlipped();
};

void tst_Messages::everyMessageComesBackAsItWasSent()
{
    for (const ToKeeper &message : everyMessageToTheKeeper()) {
        const std::optional<ToKeeper> back = decodeToKeeper(payloadOf(encode(message)));
        QVERIFY(back.has_value());
        QVERIFY(*back == message);
    }
    for (const ToBridge &message : everyMessageToTheBridge()) {
        const std::optional<ToBridge> back = decodeToBridge(payloadOf(encode(message)));
        QVERIFY(back.has_value());
        QVERIFY(*back == message);
    }
}

void tst_Messages::framesCarryTheirLength()
{
    const QByteArray frame = encode(ToKeeper(ClientGone{1}));
    QCOMPARE(frame.size(), qsizetype(4 + 1 + 8));
    QCOMPARE(qFromBigEndian<std::uint32_t>(frame.constData()), std::uint32_t(9));
    QCOMPARE(frame.capacity(), frame.size());
}

void tst_Messages::refusesEveryTruncationAndEveryExtraByte()
{
    for (const ToKeeper &message : everyMessageToTheKeeper()) {
        const QByteArray frame = encode(message);
        const QByteArrayView payload = payloadOf(frame);
        for (qsizetype size = 0; size < payload.size(); ++size)
            QVERIFY(!decodeToKeeper(payload.first(size)).has_value());
        QVERIFY(!decodeToKeeper(payload.toByteArray().append('\0')).has_value());
    }
    for (const ToBridge &message : everyMessageToTheBridge()) {
        const QByteArray frame = encode(message);
        const QByteArrayView payload = payloadOf(frame);
        for (qsizetype size = 0; size < payload.size(); ++size)
            QVERIFY(!decodeToBridge(payload.first(size)).has_value());
        QVERIFY(!decodeToBridge(payload.toByteArray().append('\0')).has_value());
    }
}

void tst_Messages::acceptsAFlippedByteOnlyAsAnotherValidMessage()
{
    int accepted = 0;
    int refused = 0;
    for (const ToKeeper &message : everyMessageToTheKeeper()) {
        const QByteArray payload = payloadOf(encode(message)).toByteArray();
        for (qsizetype at = 0; at < payload.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                QByteArray flipped = payload;
                flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped.at(at)) ^ (1U << bit));
                const std::optional<ToKeeper> decoded = decodeToKeeper(flipped);
                decoded ? ++accepted : ++refused;
                // Canonical: one reading per frame, and no two frames read alike.
                if (decoded)
                    QCOMPARE(payloadOf(encode(*decoded)).toByteArray(), flipped);
            }
        }
    }
    QVERIFY(accepted > 0);
    QVERIFY(refused > accepted / 4);
}

void tst_Messages::refusesValuesOutOfRange_data()
{
    QTest::addColumn<QByteArray>("frame");
    const auto row = [](const char *name, Query query) {
        QTest::newRow(name) << encode(ToKeeper(questionWith(std::move(query))));
    };
    row("no entries", ListQuery{{}, {}, {}, 0});
    row("too many entries", ListQuery{{}, {}, {}, 101});
    row("negative limit", ListQuery{{}, {}, {}, -1});
    row("search without results", SearchQuery{u"a"_s, 0});
    row("search too large", SearchQuery{u"a"_s, 21});
    GenerateQuery generate;
    generate.length = 7;
    row("password too short", generate);
    generate.length = 257;
    row("password too long", generate);
    generate.length = 32;
    generate.words = 2;
    row("passphrase too short", generate);
    generate.words = 21;
    row("passphrase too long", generate);

    const QStringList labels(MaxRequestFields, u"x"_s);
    row("request without a title", RequestQuery{{}, u"x"_s, labels});
    row("request with a long title", RequestQuery{QString(MaxRequestTitle + 1, u'x'), u"x"_s, labels});
    row("request without a reason", RequestQuery{u"x"_s, {}, labels});
    row("request with a long reason", RequestQuery{u"x"_s, QString(MaxReason + 1, u'x'), labels});
    row("request for too much", RequestQuery{u"x"_s, u"x"_s, labels + QStringList{u"x"_s}});
    row("request with a long label", RequestQuery{u"x"_s, u"x"_s, {QString(MaxRequestLabel + 1, u'x')}});
    row("a reference too long", UseQuery{QString(MaxReference + 1, u'x'), u"gh"_s});
    row("a use for no command", UseQuery{u"clavitor://a/b"_s, {}});
    row("a command too long", UseQuery{u"clavitor://a/b"_s, QString(MaxCommand + 1, u'x')});
    row("too much to complete", CompleteQuery{QString(MaxTyped + 1, u'x'), false});

    QTest::newRow("too many connections") << encode(ToKeeper(WhoCalls{1, QList<Peer>(WhoCalls::Most + 1)}));

    Question question = questionWith(StatusQuery{});
    question.reason = QString(MaxReason + 1, u'x');
    QTest::newRow("reason too long") << encode(ToKeeper(question));
    question.reason.clear();
    question.client = QString(MaxClient + 1, u'x');
    QTest::newRow("client too long") << encode(ToKeeper(question));
    question.client.clear();
    question.requestId = QString(MaxRequestId + 1, u'x');
    QTest::newRow("request id too long") << encode(ToKeeper(question));
    question.requestId.clear();
    question.door = static_cast<Door>(2);
    QTest::newRow("unknown door") << encode(ToKeeper(question));
}

void tst_Messages::countsASurrogatePairAsOneCharacter()
{
    QCOMPARE(characters(u"a\U0001F600b"), qsizetype(3));
    Question question = questionWith(StatusQuery{});
    question.reason = QString(u"\U0001F600"_s).repeated(MaxReason);
    QVERIFY(decodeToKeeper(payloadOf(encode(ToKeeper(question)))).has_value());
    question.reason += u'x';
    QVERIFY(!decodeToKeeper(payloadOf(encode(ToKeeper(question)))).has_value());
}

void tst_Messages::refusesValuesOutOfRange()
{
    QFETCH(QByteArray, frame);
    QVERIFY(!decodeToKeeper(payloadOf(frame)).has_value());
}

void tst_Messages::refusesTextThatIsNotUtf8()
{
    const QByteArray frame = encode(ToKeeper(BridgeUp{1, u"abcd"_s}));
    for (const QByteArrayView bad :
         {QByteArrayView("\xff"
                         "bcd"),
          QByteArrayView("ab\xc0\x80"), QByteArrayView("a\xed\xa0\x80"), QByteArrayView("abc\xc3")}) {
        QByteArray payload = payloadOf(frame).toByteArray();
        payload.replace("abcd"_ba, bad.toByteArray());
        QCOMPARE(payload.size(), payloadOf(frame).size());
        QVERIFY(!decodeToKeeper(payload).has_value());
    }
}

void tst_Messages::refusesLengthsBeyondThePayload()
{
    QByteArray payload = payloadOf(encode(ToBridge(Start{"build"_ba, 1}))).toByteArray();
    for (const std::uint32_t length : {6U, 1000U, MaxFrame, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        qToBigEndian(length, payload.data() + 1);
        QVERIFY(!decodeToBridge(payload).has_value());
    }
}

void tst_Messages::refusesUnknownTags()
{
    for (int tag = 0; tag < 256; ++tag) {
        const QByteArray payload = QByteArray(1, static_cast<char>(tag)) + QByteArray(8, '\1');
        const bool isKnown = tag == 2; // ClientGone: exactly eight bytes
        QCOMPARE(decodeToKeeper(payload).has_value(), isKnown);
        QVERIFY(!decodeToBridge(payload).has_value());
    }
    QVERIFY(!decodeToKeeper({}).has_value());
}

void tst_Messages::stampNamesTheVersion()
{
    QVERIFY(buildStamp().contains('+'));
    QVERIFY(buildStamp().size() > 20);
    QVERIFY(buildStamp().size() <= MaxStamp);
}

void tst_Messages::readsTheStampOfAnotherBuildsStart_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("stamp"); // empty: none
    const auto sized = [](const QByteArray &text) -> QByteArray { return QByteArray::fromHex("000000") + static_cast<char>(text.size()) + text; };
    const auto start = [](const QByteArray &stamp) { return payloadOf(encode(ToBridge(Start{stamp, 1984}))).toByteArray(); };
    QTest::newRow("of the same layout") << start("9.0.0+abc.def"_ba) << "9.0.0+abc.def"_ba;
    QTest::newRow("with more behind it") << start("9.0.0+abc.def"_ba) + sized("a later field"_ba) << "9.0.0+abc.def"_ba;
    QTest::newRow("with nothing behind it") << '\0' + sized("9.0.0+abc.def"_ba) << "9.0.0+abc.def"_ba;
    QTest::newRow("the longest") << start(QByteArray(MaxStamp, '9')) << QByteArray(MaxStamp, '9');
    QTest::newRow("too long") << start(QByteArray(MaxStamp + 1, '9')) << ""_ba;
    QTest::newRow("empty") << start({}) << ""_ba;
    QTest::newRow("with a control character") << start("9.0\n0"_ba) << ""_ba;
    QTest::newRow("with a space") << start("9.0 0"_ba) << ""_ba;
    QTest::newRow("beyond ASCII") << start("9.0\xc3\xbc"_ba) << ""_ba;
    QTest::newRow("our own") << start(buildStamp()) << ""_ba;
    QTest::newRow("our own with more behind it") << start(buildStamp()) + "x" << ""_ba;
    QTest::newRow("a length beyond the payload") << QByteArray::fromHex("0000000010") + "9.0" << ""_ba;
    QTest::newRow("a length beyond all") << QByteArray::fromHex("00ffffffff") + "9.0" << ""_ba;
    QTest::newRow("an answer") << payloadOf(encode(ToBridge(Answer{9, Status::Ok, "{}"_ba, {}, 0}))).toByteArray() << ""_ba;
    QTest::newRow("nothing") << ""_ba << ""_ba;
    QTest::newRow("a tag alone") << QByteArray(1, '\0') << ""_ba;
}

void tst_Messages::readsTheStampOfAnotherBuildsStart()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, stamp);
    QCOMPARE(foreignBuild(payload).value_or(QByteArray()), stamp);
}

void tst_Messages::readsNoStampOfWhatIsCutOrFlipped()
{
    const QByteArray whole = payloadOf(encode(ToBridge(Start{"9.0.0+abc.def"_ba, 1984}))).toByteArray();
    for (qsizetype size = 0; size < whole.size() - 2; ++size) // but the port, which may be otherwise in another build
        QVERIFY(!foreignBuild(QByteArrayView(whole).first(size)));
    for (qsizetype at = 0; at < whole.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            if (const auto stamp = foreignBuild(flipped)) {
                QVERIFY(!stamp->isEmpty() && stamp->size() <= MaxStamp);
                QCOMPARE(flipped.first(5 + stamp->size()), '\0' + QByteArray::fromHex("000000") + static_cast<char>(stamp->size()) + *stamp);
            }
        }
}

QTEST_GUILESS_MAIN(tst_Messages)
#include "tst_Messages.moc"
