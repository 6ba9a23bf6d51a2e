// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenCsv.h"

#include "tests/app/import/ImportedPlan.h"
#include "app/import/ImportFile.h"
#include "crypto/SecretBytes.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_BitwardenCsv : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void splitsAddresses_data();
    void splitsAddresses();
    void splitsFields_data();
    void splitsFields();
    void readsTheSample();
    void readsAnOrganisationsExport();
};

void tst_BitwardenCsv::splitsAddresses_data()
{
    QTest::addColumn<QByteArray>("cell");
    QTest::addColumn<QByteArrayList>("addresses");
    QTest::newRow("none") << ""_ba << QByteArrayList{""};
    QTest::newRow("one") << "https://a.example/"_ba << QByteArrayList{"https://a.example/"};
    QTest::newRow("two") << "https://a.example/,http://b.example"_ba
                         << QByteArrayList{"https://a.example/", "http://b.example"};
    QTest::newRow("comma in a path") << "https://a.example/x,y?z=1,2"_ba
                                     << QByteArrayList{"https://a.example/x,y?z=1,2"};
    QTest::newRow("comma in a path, then another")
        << "https://a.example/x,y,androidapp://com.example"_ba
        << QByteArrayList{"https://a.example/x,y", "androidapp://com.example"};
    QTest::newRow("bare hosts") << "192.0.2.10:8443,a.example"_ba
                                << QByteArrayList{"192.0.2.10:8443", "a.example"};
    QTest::newRow("a host after a path is part of it")
        << "https://a.example/q?to=b.example,c.example"_ba
        << QByteArrayList{"https://a.example/q?to=b.example,c.example"};
}

void tst_BitwardenCsv::splitsAddresses()
{
    QFETCH(QByteArray, cell);
    QByteArrayList addresses;
    for (const QByteArrayView address : splitAddresses(cell))
        addresses.append(address.toByteArray());
    QTEST(addresses, "addresses");
}

void tst_BitwardenCsv::splitsFields_data()
{
    QTest::addColumn<QByteArray>("cell");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QByteArrayList>("values");
    QTest::newRow("none") << ""_ba << QStringList{} << QByteArrayList{};
    QTest::newRow("two") << "a: 1\nb c: 2: 3"_ba << QStringList{u"a"_s, u"b c"_s}
                         << QByteArrayList{"1", "2: 3"};
    QTest::newRow("a value of several lines")
        << "codes: 11-22\n33-44\nnext: x"_ba << QStringList{u"codes"_s, u"next"_s}
        << QByteArrayList{"11-22\n33-44", "x"};
    QTest::newRow("CRLF") << "a: 1\r\nb: 2\r\n"_ba << QStringList{u"a"_s, u"b"_s} << QByteArrayList{"1", "2"};
    QTest::newRow("empty value") << "a:\nb: "_ba << QStringList{u"a"_s, u"b"_s} << QByteArrayList{"", ""};
    QTest::newRow("JSON goes on") << "key: {\n \"type\": \"x\",\n\"id\": 1\n}"_ba << QStringList{u"key"_s}
                                  << QByteArrayList{"{\n \"type\": \"x\",\n\"id\": 1\n}"};
    QTest::newRow("an address is no name") << "host: x\nhttps://a.example"_ba << QStringList{u"host"_s}
                                           << QByteArrayList{"x\nhttps://a.example"};
    QTest::newRow("no name at all") << "just text"_ba << QStringList{QString()}
                                    << QByteArrayList{"just text"};
    QTest::newRow("blanks of the value stay")
        << "a:   x  "_ba << QStringList{u"a"_s} << QByteArrayList{"  x  "};
}

void tst_BitwardenCsv::splitsFields()
{
    QFETCH(QByteArray, cell);
    QStringList names;
    QByteArrayList values;
    for (const NamedValue &field : splitFields(cell)) {
        names.append(field.name);
        values.append(field.value.toByteArray());
    }
    QTEST(names, "names");
    QTEST(values, "values");
}

void tst_BitwardenCsv::readsTheSample()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.csv"_s), kNow);
    QVERIFY(plan);
    QCOMPARE(plan->format, u"Bitwarden CSV"_s);
    QCOMPARE(plan->personalFields(), 2);
    const EntryDraft *github = entryOf(*plan, u"GitHub");
    QVERIFY(github);
    QVERIFY(github->favourite);
    QCOMPARE(github->tags, QStringList{u"Work/Dev"_s});
    QCOMPARE(github->urls, (QStringList{u"https://github.com/login"_s, u"https://gist.github.com/"_s}));
    QCOMPARE(valueOf(github, u"password"), "dummy-Gh1!\"quote\",comma;semi"_ba);
    QCOMPARE(valueOf(github, u"Recovery codes"), "11aa-22bb\n33cc-44dd\n55ee-66ff"_ba);
    QCOMPARE(fieldOf(github, u"Recovery codes")->tier, Tier::Personal);
    QVERIFY(isMasked(fieldOf(github, u"Environment")->kind));
    QCOMPARE(fieldOf(entryOf(*plan, u"AWS root"), u"aws_secret_access_key")->kind, FieldKind::Token);
    QCOMPARE(valueOf(entryOf(*plan, u"Spaces kept"), u"password"), "  dummy with spaces  "_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"Bank, \"savings\" & more"), u"notes"),
             "AT&T &lt;not html&gt; back\\slash"_ba);
    const EntryDraft *codes = entryOf(*plan, u"Recovery codes - Example Cloud");
    QVERIFY(codes);
    QCOMPARE(codes->type, EntryType::Note);
    QCOMPARE(codes->fields.front().kind, FieldKind::RecoveryCodes);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"GitHub", u"master password"_s) ==
            false); // reprompt is 0 in the CSV
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Lost, u"JSON export has them"_s), 1);
}

void tst_BitwardenCsv::readsAnOrganisationsExport()
{
    const auto plan = importBytes(
        u"org.csv"_s,
        "collections,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n"
        "\"Web,Ops/Prod\",login,Shared,,,1,https://s.example,u,p,\n"
        ",card,Odd,,,0,,,,\n",
        kNow);
    QVERIFY(plan);
    QCOMPARE(entryOf(*plan, u"Shared")->tags, (QStringList{u"Ops/Prod"_s, u"Web"_s}));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"Shared", u"master password"_s));
    QCOMPARE(entryOf(*plan, u"Odd")->type, EntryType::Other);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"Odd", u"type"_s));
}

QTEST_GUILESS_MAIN(tst_BitwardenCsv)
#include "tst_BitwardenCsv.moc"
