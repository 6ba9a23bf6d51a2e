// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportFile.h"
#include "app/model/Entry.h"
#include "crypto/SecretBytes.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'790'000'000'000; // September 2026

QString dataPath(const QString &file)
{
    return QStringLiteral(CLAVITOR_TEST_DATA) + "/import/"_L1 + file;
}

QJsonObject expectations()
{
    QFile file(dataPath(u"EXPECTED.json"_s));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object()["files"_L1].toObject();
}

int countEntries(const ImportPlan &plan, EntryType type)
{
    return static_cast<int>(std::ranges::count(plan.entries, type, &EntryDraft::type));
}

int countFields(const ImportPlan &plan, FieldKind kind)
{
    int count = 0;
    for (const EntryDraft &entry : plan.entries)
        count += static_cast<int>(std::ranges::count(entry.fields, kind, &FieldDraft::kind));
    return count;
}

int countRemarks(const ImportPlan &plan, ImportRemark::Kind kind, const QString &part = {})
{
    return static_cast<int>(std::ranges::count_if(plan.remarks, [&](const ImportRemark &remark) {
        return remark.kind == kind && remark.text.contains(part);
    }));
}

} // namespace

/// Every sample of the formats Clavitor reads, against the counts its maker wrote down beside it.
class tst_ImportSamples : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void isReadAsExpected_data();
    void isReadAsExpected();
};

void tst_ImportSamples::isReadAsExpected_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QJsonObject>("expected");
    const QJsonObject all = expectations();
    int rows = 0;
    for (auto row = all.begin(); row != all.end(); ++row) {
        if (!QFile::exists(dataPath(row.key())))
            continue;
        QTest::newRow(qPrintable(row.key())) << row.key() << row.value().toObject();
        ++rows;
    }
    QVERIFY2(rows >= 24, "the samples are missing");
}

void tst_ImportSamples::isReadAsExpected()
{
    QFETCH(QString, file);
    QFETCH(QJsonObject, expected);
    const auto plan = importFile(dataPath(file), kNow);

    const bool locked = expected.contains("password"_L1); // an encrypted export
    const bool binary = file.endsWith(".zip"_L1) || file.endsWith(".1pux"_L1) || file.endsWith(".kdbx"_L1);
    if (expected.contains("mustRefuse"_L1) || locked || binary) {
        QVERIFY(!plan);
        QVERIFY2(plan.error().detail.endsWith(u'.'), qPrintable(plan.error().detail));
        return;
    }
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().detail));

    const auto number = [&expected](QLatin1StringView name) { return expected[name].toInt(); };
    for (const auto records : {"items"_L1, "rows"_L1})
        if (expected.contains(records))
            QCOMPARE(plan->read, number(records));
    const auto skipped = expected["skipped"_L1].toArray().size();
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Skipped), skipped);
    QCOMPARE(static_cast<qsizetype>(plan->entries.size()) + skipped,
             static_cast<qsizetype>(plan->read) -
                 (expected.contains("mustReport"_L1) && file.contains("quote"_L1) ? 1 : 0));

    for (const auto &[name, type] : {std::pair{"logins"_L1, EntryType::Login},
                                     {"notes"_L1, EntryType::Note},
                                     {"cards"_L1, EntryType::Card},
                                     {"identities"_L1, EntryType::Identity},
                                     {"sshKeys"_L1, EntryType::SshKey}})
        if (expected.contains(name))
            QCOMPARE(countEntries(*plan, type), number(name));
    if (expected.contains("totp"_L1))
        QCOMPARE(plan->totpFields(), number("totp"_L1));
    if (expected.contains("passkeys"_L1))
        QCOMPARE(countFields(*plan, FieldKind::Passkey), number("passkeys"_L1));
    if (expected.contains("multiUrl"_L1))
        QCOMPARE(static_cast<int>(std::ranges::count_if(
                     plan->entries, [](const EntryDraft &entry) { return entry.urls.size() > 1; })),
                 number("multiUrl"_L1));
    if (expected.contains("folders"_L1)) {
        QStringList tags;
        for (const EntryDraft &entry : plan->entries)
            tags.append(entry.tags);
        tags.removeDuplicates();
        tags.sort();
        QCOMPARE(QJsonArray::fromStringList(tags), expected["folders"_L1].toArray());
    }
    int old = 0;
    int entriesWithOld = 0;
    for (const EntryDraft &entry : plan->entries) {
        const auto count = std::ranges::count_if(entry.fields, [](const FieldDraft &field) {
            return field.label.startsWith("old password"_L1) && field.tier == Tier::Personal;
        });
        old += static_cast<int>(count);
        entriesWithOld += count > 0 ? 1 : 0;
    }
    QCOMPARE(old, number("passwordHistory"_L1));
    if (expected.contains("mustReport"_L1))
        QVERIFY(!plan->remarks.isEmpty());
    // One remark for each Personal field, but old passwords of an entry have one together.
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Personal), plan->personalFields() - old + entriesWithOld);
}

QTEST_GUILESS_MAIN(tst_ImportSamples)
#include "tst_ImportSamples.moc"
