// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/ValueSource.h"

#include "app/link/LocalDoor.h"
#include "tests/support/LoopbackListener.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray httpAnswer(int status, const QByteArray &body)
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// A bridge behind its door, in a runtime folder of its own.
struct DoorBridge {
    explicit DoorBridge(std::function<QByteArray(const QByteArray &)> answer)
        : door(link::doorPath(runtime.path(), 1))
        , listener(link::openDoor(door).value_or(-1), std::move(answer))
    {
    }
    explicit DoorBridge(const QByteArray &answer)
        : DoorBridge([answer](const QByteArray &) { return answer; })
    {
    }
    [[nodiscard]] ValueSource::Parts parts() const
    {
        ValueSource::Parts parts;
        parts.door = door;
        parts.token = crypto::SecretText::copyOf("clavitor_x");
        return parts;
    }

    QTemporaryDir runtime;
    QString door;
    LoopbackListener listener;
};

} // namespace

class tst_ValueSource : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void asksWithTheKeyAndSaysWhatRuns()
    {
        DoorBridge bridge(httpAnswer(200, R"({"value":"hunter2 \u00e4"})"));
        ValueSource::Parts parts = bridge.parts();
        parts.reason = u"to list"_s;
        const auto value = ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"T=clavitor://a/b /usr/bin/gh"_s);
        QVERIFY(value);
        QVERIFY(value->equals("hunter2 \xc3\xa4"));
        QVERIFY(bridge.listener.asked.startsWith("POST /api/use HTTP/1.1\r\n"));
        QVERIFY(bridge.listener.asked.contains("\r\nAuthorization: Bearer clavitor_x\r\n"));
        QVERIFY(bridge.listener.asked.contains("\r\nContent-Type: application/json\r\n"));
        const QJsonObject body = QJsonDocument::fromJson(bridge.listener.asked.mid(bridge.listener.asked.indexOf("\r\n\r\n") + 4)).object();
        QCOMPARE(body, (QJsonObject{{"ref"_L1, u"clavitor://a/b"_s}, {"command"_L1, u"T=clavitor://a/b /usr/bin/gh"_s}, {"reason"_L1, u"to list"_s}}));
    }

    void waitsForThePerson()
    {
        auto calls = std::make_shared<std::atomic<int>>(0);
        DoorBridge bridge([calls](const QByteArray &) {
            return ++*calls < 2 ? httpAnswer(202, R"({"approval":{"id":"x","status":"pending","retry_after":1}})") : httpAnswer(200, R"({"value":"v"})");
        });
        QVERIFY(ValueSource(bridge.parts()).value(u"clavitor://a/b"_s, u"gh"_s));
        QCOMPARE(calls->load(), 2);
    }

    void doesNotWaitForEver()
    {
        DoorBridge bridge(httpAnswer(202, R"({"approval":{"retry_after":1}})"));
        ValueSource::Parts parts = bridge.parts();
        parts.patience = std::chrono::milliseconds(500);
        const auto value = ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY2(value.error().contains(u"Nobody answered"_s), qPrintable(value.error()));
    }

    void saysWhatTheVaultSaid()
    {
        DoorBridge bridge(httpAnswer(423, R"({"error":{"code":"locked","message":"The vault is locked.","hint":"Unlock it."}})"));
        QCOMPARE(ValueSource(bridge.parts()).value(u"clavitor://a/b"_s, u"gh"_s).error(), u"The vault is locked. Unlock it."_s);
    }

    void takesNoAnswerItDoesNotUnderstandForAValue_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("no value") << httpAnswer(200, "{}");
        QTest::newRow("a number") << httpAnswer(200, R"({"value":7})");
        QTest::newRow("half an object") << "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"value\":\"hun"_ba;
        QTest::newRow("a refusal without words") << httpAnswer(500, "{}");
        QTest::newRow("no HTTP") << "220 ready\r\n"_ba;
        QTest::newRow("nothing") << QByteArray();
    }
    void takesNoAnswerItDoesNotUnderstandForAValue()
    {
        QFETCH(QByteArray, answer);
        DoorBridge bridge(answer);
        const auto value = ValueSource(bridge.parts()).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY(value.error().endsWith(u'.') || value.error().endsWith(u'?'));
    }

    void sendsNothingThroughADoorOthersCouldHaveMade()
    {
        DoorBridge bridge(httpAnswer(200, R"({"value":"v"})"));
        QVERIFY(QFile::setPermissions(QFileInfo(bridge.door).path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::WriteOther | QFile::ExeOther));
        const auto value = ValueSource(bridge.parts()).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY2(value.error().contains(u"Nothing was sent"_s), qPrintable(value.error()));
        QVERIFY(bridge.listener.everything.isEmpty());
    }

    void saysThatNobodyIsThere()
    {
        const QTemporaryDir runtime;
        ValueSource::Parts parts;
        parts.door = link::doorPath(runtime.path(), 1);
        QVERIFY(ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"gh"_s).error().startsWith(u"Clavitor is not there"_s));
    }
};

QTEST_GUILESS_MAIN(tst_ValueSource)
#include "tst_ValueSource.moc"
