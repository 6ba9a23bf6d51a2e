// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/OpenVault.h"

#include "app/model/EntryLimits.h"
#include "app/store/EntryOutline.h"
#include "tests/support/OpenVaultTest.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_OpenVaultImport : public OpenVaultTest {
    Q_OBJECT

private slots:
    void anImportIsOneStepAndCanBeTakenBackAsOne()
    {
        const auto makePlan = [] {
            ImportPlan plan;
            plan.format = u"Test"_s;
            plan.source = u"test.json"_s;
            for (const QString &title : {u"a.example"_s, u"b.example"_s, u"b.example"_s})
                plan.entries.push_back(draft(title, {{"password", FieldKind::Password, "x"}, {"pin", FieldKind::CardPin, "0042"}}));
            return plan;
        };
        const auto first = m_vault->open().applyImport(makePlan(), nullptr);
        QVERIFY(first);
        QCOMPARE(first->written, 3);
        QCOMPARE(first->personalFields, 3);
        QCOMPARE(m_vault->open().catalog().counts()->all, 3);
        QCOMPARE(*m_vault->open().undoImport(first->id), 0);
        QCOMPARE(m_vault->open().catalog().counts()->all, 0);
        QCOMPARE(m_vault->open().undoImport(first->id).error().code, ErrorCode::NotFound);
    }

    void importingTheSameFileTwiceDoublesNothing()
    {
        const auto makePlan = [] {
            ImportPlan plan;
            plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}));
            return plan;
        };
        QVERIFY(m_vault->open().applyImport(makePlan(), nullptr));
        const auto again = m_vault->open().applyImport(makePlan(), nullptr);
        QVERIFY(again);
        QCOMPARE(again->written, 0);
        QCOMPARE(again->alreadyThere, 1);
        QCOMPARE(again->completed, 0);
    }

    void importingPersonalFieldsTwiceDoublesNothingThatCanBeCompared()
    {
        const auto makePlan = [](qint64 updatedAt) {
            ImportPlan plan;
            plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}, {"pin", FieldKind::CardPin, "0042"}}));
            plan.entries.back().updatedAt = updatedAt;
            return plan;
        };
        // A file with dates is known again by them, with Personal shut, even after a change that an import itself made.
        QVERIFY(m_vault->open().applyImport(makePlan(1000), nullptr));
        auto tagged = makePlan(1000);
        tagged.entries.back().tags = {u"work"_s};
        QCOMPARE(m_vault->open().applyImport(std::move(tagged), nullptr)->completed, 1);
        QCOMPARE(m_vault->open().applyImport(makePlan(1000), nullptr)->alreadyThere, 1);
        // One without is compared when Personal is open; when it is shut, the doubling is told.
        QVERIFY(m_vault->openPersonal());
        const auto open = m_vault->open().applyImport(makePlan(0), m_vault->vault().personalKeys());
        QVERIFY(open);
        QCOMPARE(open->alreadyThere, 1);
        QCOMPARE(open->maybeTwice, 0);
        const auto shut = m_vault->open().applyImport(makePlan(0), nullptr);
        QVERIFY(shut);
        QCOMPARE(shut->written, 1);
        QCOMPARE(shut->maybeTwice, 1);
    }

    void anEntryThatIsAlreadyThereGetsTheTagsAndTheStarOfTheFile()
    {
        const auto stored = m_vault->open().save(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, {u"home"_s}));
        QVERIFY(stored);
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, {u"work"_s}));
        plan.entries.back().favourite = true;
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(outcome);
        QCOMPARE(outcome->written, 0);
        QCOMPARE(outcome->alreadyThere, 1);
        QCOMPARE(outcome->completed, 1);
        const auto now = m_vault->open().catalog().find(stored->id);
        QCOMPARE(now->tags, (QStringList{u"home"_s, u"work"_s}));
        QVERIFY(now->favourite);
        const QList<AuditEvent> log = m_vault->open().rows().page({}, 0, 2)->events;
        QCOMPARE(log[0].action, u"import"_s);
        QVERIFY2(log[0].why.endsWith(u"1 already there, 1 of them completed, 0 cut"_s), qPrintable(log[0].why));
        QCOMPARE(log[1].action, u"update"_s);
        QCOMPARE(log[1].entry, stored->id);
        QCOMPARE(log[1].why, u"completed from an import"_s);
        QCOMPARE(m_vault->open().reveal(stored->id, 1, Purpose::Show, nullptr)->view(), std::string_view("x"));
    }

    void tagsBeyondWhatAnEntryMayHaveAreNoReasonToRefuseTheFile()
    {
        const auto names = [](QChar letter, int count) {
            QStringList tags;
            for (int i = 0; i < count; ++i)
                tags.append(letter + QString::number(i));
            return tags;
        };
        const auto stored = m_vault->open().save(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, names(u'a', 150)));
        QVERIFY(stored);
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, names(u'b', 100)));
        plan.entries.push_back(draft(u"b.example"_s, {{"password", FieldKind::Password, "y"}}));
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(outcome);
        QCOMPARE(outcome->written, 1);
        QCOMPARE(outcome->completed, 1);
        QCOMPARE(outcome->cut, 1);
        QCOMPARE(m_vault->open().catalog().find(stored->id)->tags.size(), entryLimits::tags);
    }

    void anEntryFromBeforeTheLimitsStaysAsItIs()
    {
        const auto stored = m_vault->open().save(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}));
        QVERIFY(stored);
        EntrySummary large = *stored;
        large.urls = {u"https://a.example/"_s + QString(entryLimits::url, u'x')};
        QVERIFY(m_vault->open().database().run("UPDATE entries SET outline = ?", QByteArrayView(encodeOutline(large))));
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, {u"work"_s}));
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(outcome);
        QCOMPARE(outcome->alreadyThere, 1);
        QCOMPARE(outcome->completed, 0);
        QCOMPARE(outcome->cut, 1);
        QCOMPARE(m_vault->open().catalog().find(stored->id)->tags, QStringList());
    }

    void anImportThatCannotBeWrittenNamesTheEntryAndWritesNothing()
    {
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}));
        plan.entries.push_back(draft(u"b.example"_s, {{"password", FieldKind::Password, "x"}}));
        plan.entries.back().fields[0].value = crypto::SecretText::copyOf(std::string((std::size_t{1} << 20) + 1, 'x'));
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidValue);
        QVERIFY2(outcome.error().detail.startsWith("entry 2 of 2"_L1), qPrintable(outcome.error().detail));
        QCOMPARE(m_vault->open().catalog().counts()->all, 0);
    }
};

QTEST_GUILESS_MAIN(tst_OpenVaultImport)
#include "tst_OpenVaultImport.moc"
