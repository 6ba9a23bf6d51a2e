// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/ValueSource.h"

#include "tests/support/LoopbackListener.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <atomic>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray httpAnswer(int status, const QByteArray &body)
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

ValueSource::Parts partsFor(std::uint16_t port, const QString &listener = u"/usr/bin/clavitor-bridge"_s)
{
    ValueSource::Parts parts;
    parts.port = port;
    parts.token = crypto::SecretText::copyOf("clavitor_x");
    parts.whoListens = [listener](link::LoopbackAddress address, std::uint16_t) {
        return address == link::LoopbackAddress::V4 ? std::optional(link::PortUser{listener, 1, ::getuid()}) : std::nullopt;
    };
    return parts;
}

} // namespace

class tst_ValueSource : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void asksWithTheKeyAndSaysWhatRuns()
    {
        LoopbackListener listener(link::LoopbackAddress::V4, httpAnswer(200, R"({"value":"hunter2 \u00e4"})"));
        ValueSource::Parts parts = partsFor(listener.port());
        parts.reason = u"to list"_s;
        const auto value = ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"T=clavitor://a/b /usr/bin/gh"_s);
        QVERIFY(value);
        QVERIFY(value->equals("hunter2 \xc3\xa4"));
        QVERIFY(listener.asked.startsWith("POST /api/use HTTP/1.1\r\n"));
        QVERIFY(listener.asked.contains("\r\nAuthorization: Bearer clavitor_x\r\n"));
        QVERIFY(listener.asked.contains("\r\nContent-Type: application/json\r\n"));
        const QJsonObject body = QJsonDocument::fromJson(listener.asked.mid(listener.asked.indexOf("\r\n\r\n") + 4)).object();
        QCOMPARE(body, (QJsonObject{{"ref"_L1, u"clavitor://a/b"_s}, {"command"_L1, u"T=clavitor://a/b /usr/bin/gh"_s}, {"reason"_L1, u"to list"_s}}));
    }

    void waitsForThePerson()
    {
        auto calls = std::make_shared<std::atomic<int>>(0);
        LoopbackListener listener(link::LoopbackAddress::V4, [calls](const QByteArray &) {
            return ++*calls < 2 ? httpAnswer(202, R"({"approval":{"id":"x","status":"pending","retry_after":1}})") : httpAnswer(200, R"({"value":"v"})");
        });
        QVERIFY(ValueSource(partsFor(listener.port())).value(u"clavitor://a/b"_s, u"gh"_s));
        QCOMPARE(calls->load(), 2);
    }

    void doesNotWaitForEver()
    {
        LoopbackListener listener(link::LoopbackAddress::V4, httpAnswer(202, R"({"approval":{"retry_after":1}})"));
        ValueSource::Parts parts = partsFor(listener.port());
        parts.patience = std::chrono::milliseconds(500);
        const auto value = ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY2(value.error().contains(u"Nobody answered"_s), qPrintable(value.error()));
    }

    void saysWhatTheVaultSaid()
    {
        LoopbackListener listener(link::LoopbackAddress::V4, httpAnswer(423, R"({"error":{"code":"locked","message":"The vault is locked.","hint":"Unlock it."}})"));
        QCOMPARE(ValueSource(partsFor(listener.port())).value(u"clavitor://a/b"_s, u"gh"_s).error(), u"The vault is locked. Unlock it."_s);
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
        LoopbackListener listener(link::LoopbackAddress::V4, answer);
        const auto value = ValueSource(partsFor(listener.port())).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY(value.error().endsWith(u'.') || value.error().endsWith(u'?'));
    }

    void sendsNothingToAnotherProgram()
    {
        LoopbackListener listener(link::LoopbackAddress::V4, httpAnswer(200, R"({"value":"v"})"));
        const auto value = ValueSource(partsFor(listener.port(), u"/usr/bin/other"_s)).value(u"clavitor://a/b"_s, u"gh"_s);
        QVERIFY(!value);
        QVERIFY(value.error().contains(u"Another program"_s));
        QVERIFY(listener.everything.isEmpty());
    }

    void saysThatNobodyIsThere()
    {
        ValueSource::Parts parts = partsFor(1);
        parts.whoListens = [](link::LoopbackAddress, std::uint16_t) { return std::optional<link::PortUser>(); };
        QVERIFY(ValueSource(std::move(parts)).value(u"clavitor://a/b"_s, u"gh"_s).error().contains(u"does not listen on port 1"_s));
    }
};

QTEST_GUILESS_MAIN(tst_ValueSource)
#include "tst_ValueSource.moc"
