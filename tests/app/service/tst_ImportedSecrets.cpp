// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Policy.h"
#include "app/import/ImportFile.h"
#include "crypto/SecretBytes.h"

#include <QTest>

#include <algorithm>

using namespace clavitor;
using namespace Qt::StringLiterals;

/// What an import makes of secrets, seen as an agent would that may do everything.
class tst_ImportedSecrets : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void givesAgentsNeitherSeedsNorOldPasswords_data();
    void givesAgentsNeitherSeedsNorOldPasswords();
};

void tst_ImportedSecrets::givesAgentsNeitherSeedsNorOldPasswords_data()
{
    QTest::addColumn<QByteArray>("item");
    const auto login = [](const QByteArray &members) {
        return QByteArray(R"([{"type":1,"name":"a","login":{"username":"u")" + members + "}]");
    };
    QTest::newRow("a counter-based seed") << login(R"(,"totp":"otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ&counter=5"})");
    QTest::newRow("an unreadable seed") << login(R"(,"totp":"GEZDGNBVGY3TQOJQ!?"})");
    QTest::newRow("another algorithm") << login(R"(,"totp":"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=MD5"})");
    QTest::newRow("a seed in a custom field")
        << login(R"(},"fields":[{"name":"2FA secret","type":1,"value":"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"}])");
    QTest::newRow("an unusable seed in a custom field")
        << login(R"(},"fields":[{"name":"2FA secret","type":0,"value":"OTPAUTH://hotp/x?secret=GEZDGNBVGY3TQOJQ"}])");
    QTest::newRow("a bare seed under its name")
        << login(R"(},"fields":[{"name":"TOTP secret","type":1,"value":"GEZDGNBVGY3TQOJQ"}])");
    QTest::newRow("a seed within a custom field")
        << login(R"(},"fields":[{"name":"set-up","type":0,"value":"scan otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"}])");
    QTest::newRow("a seed as the notes") << login(R"(},"notes":"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\n")");
    QTest::newRow("a seed within the notes")
        << login(R"(},"notes":"the app:\notpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\nphone in the drawer")");
    QTest::newRow("a seed as an address") << login(R"(,"uris":[{"uri":"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"}]})");
    QTest::newRow("seeds on their way to another phone")
        << login(R"(},"notes":"otpauth-migration://offline?data=GEZDGNBVGY3TQOJQ")");
    QTest::newRow("an old password") << login(R"(},"passwordHistory":[{"lastUsedDate":null,"password":"GEZDGNBVGY3TQOJQ"}])");
}

void tst_ImportedSecrets::givesAgentsNeitherSeedsNorOldPasswords()
{
    QFETCH(QByteArray, item);
    const auto plan = importBytes(u"export.json"_s, R"({"encrypted":false,"folders":[],"items":)" + item + '}', 1'790'000'000'000);
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().detail));
    QCOMPARE(plan->entries.size(), std::size_t{1});
    const EntryDraft *entry = &plan->entries[0];
    QVERIFY(!entry->urls.join(u' ').contains("GEZDGNBV"_L1));
    Agent anyAgent;
    anyAgent.actions = {Action::Read, Action::Search, Action::List, Action::Totp};
    anyAgent.scope.everything = true;
    int found = 0;
    for (const FieldDraft &field : entry->fields) {
        if (!QByteArray::fromStdString(std::string(field.value->view())).contains("GEZDGNBV"))
            continue;
        ++found;
        const Delivery delivery = deliveryOf(anyAgent, {}, {1, field.label, field.kind, field.tier});
        QVERIFY2(delivery == Delivery::CodeOnly || delivery == Delivery::Never, qPrintable(field.label));
        QCOMPARE(delivery == Delivery::Never, plan->personalFields() == 1);
    }
    QCOMPARE(found, 1);
    QCOMPARE(static_cast<int>(std::ranges::count(plan->remarks, ImportRemark::Kind::Personal, &ImportRemark::kind)),
             plan->personalFields());
    for (const ImportRemark &remark : plan->remarks)
        QVERIFY(!remark.text.contains("GEZDGNBV"_L1));
}

QTEST_GUILESS_MAIN(tst_ImportedSecrets)
#include "tst_ImportedSecrets.moc"
