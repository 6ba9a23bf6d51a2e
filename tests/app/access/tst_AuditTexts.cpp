// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"
#include "app/link/Utf8.h"

#include "tests/support/GateTest.h"
#include "tests/support/ResultChecks.h"

#include <QFile>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// T32: whatever an agent says is in the log as it was said, up to its limit, and the log is still one that verifies.
class tst_AuditTexts : public GateTest {
    Q_OBJECT

    [[nodiscard]] static QStringList hostileTexts()
    {
        QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        QStringList texts;
        for (const QJsonValue &value : QJsonDocument::fromJson(file.readAll()).array())
            texts.append(value.toString());
        texts << QString(QChar(QChar::ByteOrderMark)) + u"mark"_s << QString(3, QChar(QChar::ByteOrderMark)) << QString(QChar(0xD83D))
              << QString(QChar(0xDE00) + u"x"_s) << u"😀"_s.repeated(200) << u"a"_s + u"😀"_s.repeated(200) << u"é"_s.repeated(300)
              << QString(u"nul "_s + QChar(0) + u" nul"_s) << QString(QChar(0)) << u"a\r\nb\tc\033[31mred\"\\"_s << QString(300, u'x')
              << u"\u202Egnp.exe"_s << u"\\ud83d"_s << u"\uFFFE\uFFFF"_s;
        return texts;
    }

    /// As the log has it.
    [[nodiscard]] static QString kept(const QString &text, qsizetype limit = AuditLog::agentTextLimit)
    {
        const QString cut = link::cutToUtf8(text, limit);
        Q_ASSERT(cut.toUtf8().size() <= limit && cut.isValidUtf16());
        return cut;
    }

    [[nodiscard]] link::Answer say(const QByteArray &token, const QString &text, link::Query query)
    {
        link::Question question;
        question.id = 7;
        question.door = link::Door::Rest;
        question.token = token;
        question.reason = question.client = text;
        question.requestId = u"req-1"_s;
        question.query = std::move(query);
        // A request that waits for the person: its row is there.
        return settle(question).value_or(link::Answer{});
    }

    void verify(qint64 rowsAtLeast)
    {
        REQUIRE_OK(m_vault->openPersonal());
        std::optional<Result<LogVerdict>> verdict;
        m_vault->vault().verifyLog({}, [&](Result<LogVerdict> answer) { verdict = std::move(answer); });
        QTRY_VERIFY_WITH_TIMEOUT(verdict, 60'000);
        REQUIRE_OK(*verdict);
        QVERIFY2((*verdict)->fault == LogVerdict::Fault::None, qPrintable(u"row %1"_s.arg((*verdict)->row)));
        QVERIFY((*verdict)->rows >= rowsAtLeast);
    }

private slots:
    void cutsBetweenCharacters()
    {
        QCOMPARE(link::cutToUtf8(u"", 4), QString());
        QCOMPARE(link::cutToUtf8(u"abcd", 4), u"abcd"_s);
        QCOMPARE(link::cutToUtf8(u"abcde", 4), u"abcd"_s);
        QCOMPARE(link::cutToUtf8(u"abc😀", 4), u"abc"_s);
        QCOMPARE(link::cutToUtf8(u"abcé", 4), u"abc"_s);
        QCOMPARE(link::cutToUtf8(u"😀", 4), u"😀"_s);
        QCOMPARE(link::cutToUtf8(u"😀", 3), QString());
        QCOMPARE(link::cutToUtf8(u"\uFEFFa", 4), u"\uFEFFa"_s);
        QVERIFY(link::cutToUtf8(QString(QChar(0xD83D)), 4).isValidUtf16());
        // What is no UTF-8 is not swallowed: else a byte could be added to a column and nobody would see it.
        for (const QByteArray &bytes : {"a\xe2\x82"_ba, "\xff"_ba, "a\xf0\x9f\x98"_ba, "\xc3(\xa9"_ba})
            QCOMPARE(link::fromUtf8(bytes), QString::fromUtf8(bytes));
        for (qsizetype limit = 0; limit <= 12; ++limit) {
            const QString cut = link::cutToUtf8(u"é😀€😀", limit);
            QVERIFY(cut.isValidUtf16() && cut.toUtf8().size() <= limit && u"é😀€😀"_s.startsWith(cut));
        }
    }

    void whatAnAgentSaysIsKeptAsItWasSaidAndVerifies()
    {
        const QStringList texts = hostileTexts();
        QVERIFY(texts.size() > 500);
        // It finds nothing, so each row is the last one.
        const QByteArray token = key(u"codex-agent"_s, {false, {}, {u"none"_s}, {}});
        qint64 requests = 0;
        for (const QString &text : texts) {
            // Refusals are limited to so many a minute, which is not what is looked at here.
            m_vault->now += 61'000;
            (void)say(token, text, link::SearchQuery{text, 5});
            AuditEvent row = rows(1).first();
            QCOMPARE(row.action, u"search"_s);
            QCOMPARE(row.subject, QString(u'"' + kept(text, AuditLog::agentTextLimit - 2) + u'"'));
            QCOMPARE(row.reason, kept(text));
            QCOMPARE(row.caller.client, kept(text));
            (void)say(token, text, link::RequestQuery{text, text, {text}});
            const AuditEvent asked = rows(1).first();
            // Another of a title that is asked for already waits with it, without a row.
            if (asked.sequence != row.sequence) {
                QCOMPARE(asked.action, u"request"_s);
                QCOMPARE(asked.subject, kept(text));
                ++requests;
            }
            (void)say(token, text, link::ListQuery{text, text, {}, 5});
            QVERIFY(rows(1).first().subject.toUtf8().size() <= AuditLog::agentTextLimit);
        }
        QVERIFY(requests > 400);
        verify(2 * texts.size() + requests);
    }

    void whereACallCameFromVerifiesWhateverItsNames()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        for (const QString &text : hostileTexts()) {
            m_vault->caller.caller = {text, 42, text, text.repeated(8), {}};
            m_vault->caller.programs = {text};
            QCOMPARE(say(token, text, link::StatusQuery{}).status, link::Status::Ok);
            QCOMPARE(rows(1).first().caller.program, kept(text, 1024));
        }
        verify(500);
    }

    void titlesOfAnyTextVerify()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.budget = {0, 0, 0};
        const QByteArray token = keyWith(policy);
        int read = 0;
        for (const QString &text : hostileTexts()) {
            const auto saved = m_vault->open().save(draft(text, {{"password", FieldKind::Password, "pw"}}));
            if (!saved)
                continue; // not a title
            QCOMPARE(say(token, {}, link::ReadQuery{saved->id.toString()}).status, link::Status::Ok);
            ++read;
        }
        QVERIFY(read > 300);
        verify(300);
    }
};

QTEST_GUILESS_MAIN(tst_AuditTexts)
#include "tst_AuditTexts.moc"
