// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditTransaction.h"
#include "tests/support/OpenVaultTest.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_AuditLog : public OpenVaultTest {
    Q_OBJECT

    AuditEvent event(const QString &subject)
    {
        AuditEvent row = m_vault->open().owner().row("read"_L1, subject);
        row.actor = u"mcp:codex-agent"_s;
        return row;
    }

private slots:
    void eachRowIsLinkedToTheOneBefore()
    {
        for (int i = 0; i < 5; ++i)
            QVERIFY(m_vault->open().owner().record({event(QString::number(i))}));
        const auto rows = m_vault->open().rows().rowsAfter(0, 100);
        QVERIFY(rows && rows->size() >= 5);
        for (std::size_t i = 0; i < rows->size(); ++i) {
            QCOMPARE((*rows)[i].event.sequence, static_cast<qint64>(i + 1));
            QCOMPARE((*rows)[i].canonical, canonicalJson((*rows)[i].event));
            if (i > 0)
                QVERIFY((*rows)[i].mac != (*rows)[i - 1].mac);
        }
    }

    /// The published rule, recomputed here from the sealed start with the Personal key, as a verifier would.
    void theChainCanBeRecomputedFromItsSealedStart()
    {
        QVERIFY(m_vault->open().owner().record({event(u"github.com"_s)}));
        QVERIFY(m_vault->openPersonal());
        const auto chain = m_vault->open().rows().chain();
        QVERIFY(chain && chain->has_value());
        const QByteArray sealed = (*chain)->sealedStart;
        const auto *keys = m_vault->vault().personalKeys();
        QVERIFY(keys);
        const crypto::SealContext context{m_vault->vault().initialFacts().vaultId.toStdString(), {}, 0, "audit_key", 1};
        const auto start = crypto::openPersonal(std::as_bytes(std::span(sealed.constData(), static_cast<std::size_t>(sealed.size()))),
                                                context, *keys, m_vault->vault().recordKey());
        QVERIFY(start.has_value());
        crypto::SecretBytes key = crypto::SecretBytes::copyOf(start->bytes());
        crypto::Digest32 previous{};
        const auto rows = m_vault->open().rows().rowsAfter(0, 100);
        QVERIFY(rows && !rows->empty());
        for (const AuditRow &row : *rows) {
            crypto::KeyedDigest mac(key.bytes());
            mac.add(std::as_bytes(std::span(previous)));
            mac.add(std::as_bytes(std::span(row.canonical.constData(), static_cast<std::size_t>(row.canonical.size()))));
            previous = mac.finish();
            QCOMPARE(previous, row.mac);
            crypto::KeyedDigest next(key.bytes());
            next.add("next");
            key = crypto::SecretBytes::copyOf(next.finish());
        }
        QCOMPARE((*chain)->sequence, rows->back().event.sequence);
        QVERIFY(key.equals((*chain)->key.bytes()));
    }

    void aRowOfATransactionThatWasGivenUpNeverWas()
    {
        const qint64 before = *m_vault->open().rows().lastSequence();
        {
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            QVERIFY(m_vault->open().audit().append(event(u"given up"_s)));
        }
        QCOMPARE(*m_vault->open().rows().lastSequence(), before);
        QVERIFY(m_vault->open().owner().record({event(u"kept"_s)}));
        QCOMPARE(*m_vault->open().rows().lastSequence(), before + 1);
        QCOMPARE(m_vault->open().rows().page({}, 0, 1)->events.first().subject, u"kept"_s);
    }

    void committedRowsAreToldOnceAndInOrder()
    {
        QStringList told;
        m_vault->open().audit().committed = [&](const QList<AuditEvent> &rows) {
            for (const AuditEvent &row : rows)
                told.append(row.subject);
        };
        {
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            QVERIFY(m_vault->open().audit().append(event(u"a"_s)));
            QVERIFY(m_vault->open().audit().append(event(u"b"_s)));
            QVERIFY(told.isEmpty());
            QVERIFY(transaction->commit());
        }
        QCOMPARE(told, QStringList({u"a"_s, u"b"_s}));
    }

    void theChainGoesOnAfterARestart()
    {
        QVERIFY(m_vault->open().owner().record({event(u"before"_s)}));
        const qint64 before = *m_vault->open().rows().lastSequence();
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().owner().record({event(u"after"_s)}));
        QCOMPARE(m_vault->open().rows().page({}, 0, 1)->events.first().subject, u"after"_s);
        QVERIFY(*m_vault->open().rows().lastSequence() > before);
    }

    /// T32: whatever is in a row, its canonical bytes are one line of JSON that reads back as the row.
    void hostileTextIsOneLineOfJsonThatReadsBackAsItWas()
    {
        QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QStringList strings;
        for (const QJsonValue &value : QJsonDocument::fromJson(file.readAll()).array())
            strings.append(value.toString());
        QVERIFY(strings.size() > 500);
        strings << u"a\r\nb\tc\033[31mred\"\\"_s << QString(QChar(0)) << u"\u202Egnp.exe"_s << u"2026-03-08 read github.com mcp:codex\n"_s;
        for (const QString &text : std::as_const(strings)) {
            AuditEvent row = event(text);
            row.actor = u"mcp:"_s + text.left(60);
            row.why = row.reason = text.left(60);
            row.caller = {text, 1, text, text, text.left(200)};
            row.sequence = 1;
            const QByteArray canonical = canonicalJson(row);
            for (const char byte : canonical)
                QVERIFY2(static_cast<unsigned char>(byte) >= 0x20, canonical.constData());
            const QJsonObject back = QJsonDocument::fromJson(canonical).object();
            QVERIFY2(!back.isEmpty(), canonical.constData());
            QStringList told;
            for (const QJsonValue &value : back)
                if (value.isObject())
                    for (const QJsonValue &inner : value.toObject())
                        told.append(inner.toString());
                else
                    told.append(value.toString());
            QVERIFY2(told.contains(text), qPrintable(text));
            QVERIFY(told.contains(row.actor));
        }
    }

    void tellsOnceOfAClockThatWasSetBack_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<bool>("isTold");
        QTest::newRow("a day back") << u"2026-03-10T10:00:00Z"_s << u"2026-03-09T10:00:00Z"_s << true;
        QTest::newRow("a day on") << u"2026-03-10T10:00:00Z"_s << u"2026-03-11T10:00:00Z"_s << false;
        QTest::newRow("ten years back") << u"2036-06-01T00:00:00Z"_s << u"2026-06-01T00:00:00Z"_s << true;
        QTest::newRow("ten years on") << u"2026-06-01T00:00:00Z"_s << u"2036-06-01T00:00:00Z"_s << false;
        QTest::newRow("back over the end of 32 bits") << u"2038-01-19T03:14:08Z"_s << u"2038-01-19T03:11:00Z"_s << true;
        QTest::newRow("on over the end of 32 bits") << u"2038-01-19T03:14:07Z"_s << u"2038-01-19T03:14:08Z"_s << false;
        QTest::newRow("from 1970 again after 2038") << u"2038-01-19T03:14:08Z"_s << u"1970-01-01T00:00:00Z"_s << true;
        QTest::newRow("from a leap day to the day before") << u"2028-02-29T12:00:00Z"_s << u"2028-02-28T12:00:00Z"_s << true;
        QTest::newRow("from a leap day on") << u"2028-02-29T12:00:00Z"_s << u"2028-03-01T12:00:00Z"_s << false;
        QTest::newRow("back to a leap day") << u"2028-03-01T12:00:00Z"_s << u"2028-02-29T12:00:00Z"_s << true;
        QTest::newRow("two minutes, as a clock that is set right") << u"2026-03-10T10:02:00Z"_s << u"2026-03-10T10:00:00Z"_s << false;
        QTest::newRow("a moment more") << u"2026-03-10T10:02:00.001Z"_s << u"2026-03-10T10:00:00Z"_s << true;
    }

    /// T33. Also once in all, whether the vault is locked meanwhile or the clock goes on by itself.
    void tellsOnceOfAClockThatWasSetBack()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, after);
        QFETCH(const bool, isTold);
        const auto set = [this](const QString &time) { m_vault->now = QDateTime::fromString(time, Qt::ISODateWithMs).toMSecsSinceEpoch(); };
        const auto told = [this] {
            AuditFilter filter;
            filter.actions = {u"clock.back"_s};
            return m_vault->open().rows().page(filter, 0, 100)->events;
        };
        set(before);
        QVERIFY(m_vault->open().owner().record({event(u"before"_s)}));
        QVERIFY(told().isEmpty());
        set(after);
        QVERIFY(m_vault->open().owner().record({event(u"after"_s), event(u"after"_s)}));
        m_vault->now += 1000;
        QVERIFY(m_vault->open().owner().record({event(u"after"_s)}));
        QCOMPARE(told().size(), isTold ? 1 : 0);
        if (isTold) {
            QCOMPARE(told().first().actor, u"app:clavitor"_s);
            QCOMPARE(told().first().outcome, Outcome::Allowed);
            QVERIFY2(told().first().why.contains(before.left(19)), qPrintable(told().first().why));
            // Before the rows whose times it explains.
            const auto rows = m_vault->open().rows().page({}, 0, 4)->events;
            QCOMPARE(rows.last().action, u"clock.back"_s);
            QCOMPARE(rows.last().time, rows.at(1).time);
        }
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(told().size(), isTold ? 1 : 0);
        // A second step is a second row, also a small one after a small one.
        m_vault->now += 600'000;
        QVERIFY(m_vault->open().owner().record({event(u"later"_s)}));
        m_vault->now -= 90'000;
        QVERIFY(m_vault->open().owner().record({event(u"a little"_s)}));
        QCOMPARE(told().size(), isTold ? 1 : 0);
        m_vault->now -= 90'000;
        QVERIFY(m_vault->open().owner().record({event(u"a little more"_s)}));
        QCOMPARE(told().size(), isTold ? 2 : 1);
    }

    void aRowOfTheClockThatWasUndoneIsWrittenAgain()
    {
        m_vault->now -= 3'600'000;
        {
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            QVERIFY(m_vault->open().audit().append(event(u"given up"_s)));
        }
        QVERIFY(m_vault->open().owner().record({event(u"kept"_s)}));
        QCOMPARE(m_vault->open().rows().page({}, 0, 2)->events.last().action, u"clock.back"_s);
    }

    void aCallToALockedVaultIsNoStepBack()
    {
        AuditEvent late = event(u"late"_s);
        late.time -= 3'600'000;
        late.outcome = Outcome::Locked;
        QVERIFY(m_vault->open().owner().record({late, event(u"now"_s)}));
        QCOMPARE(m_vault->open().rows().page({}, 0, 2)->events.last().subject, u"late"_s);
    }

    void cutsWhatAnAgentSaidToItsLimitBetweenCharacters()
    {
        AuditEvent row = event(u"github.com"_s);
        row.reason = QString(255, u'a') + u"🔑🔑"_s;
        QVERIFY(m_vault->open().owner().record({row}));
        const QString stored = m_vault->open().rows().page({}, 0, 1)->events.first().reason;
        QCOMPARE(stored, QString(255, u'a'));
        row.reason = QString(252, u'a') + u"🔑🔑"_s;
        QVERIFY(m_vault->open().owner().record({row}));
        QCOMPARE(m_vault->open().rows().page({}, 0, 1)->events.first().reason, QString(QString(252, u'a') + u"🔑"_s));
    }
};

QTEST_GUILESS_MAIN(tst_AuditLog)
#include "tst_AuditLog.moc"
