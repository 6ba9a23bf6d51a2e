// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/DraftBuilder.h"

#include "tests/app/import/ImportedPlan.h"
#include "app/import/WebAddress.h"
#include "app/model/EntryLimits.h"
#include "crypto/SecretBytes.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_DraftBuilder : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void keepsNamesOnOneLine();
    void sortsTagsAndDropsRepeats();
    void remarksEveryPersonalField();
    void namesAFieldWithoutAName();
    void refinesTheType_data();
    void refinesTheType();
    void splitsAddresses_data();
    void splitsAddresses();
    void keepsOneLargeThingFromFailingAll();
    void countsItsFields();
    void knowsWebAddresses();
};

void tst_DraftBuilder::keepsNamesOnOneLine()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Login, u" two\nlines\t "_s, u"row 1"_s);
    draft.addTag(u"a\rb"_s);
    draft.addCustom(u"x\u2028y"_s, false, "line\nbreaks stay in values\n");
    std::move(draft).finish(plan);
    QCOMPARE(plan.entries[0].title, u"two lines"_s);
    QCOMPARE(plan.entries[0].tags, QStringList{u"a b"_s});
    QCOMPARE(valueOf(&plan.entries[0], u"x y"), "line\nbreaks stay in values\n"_ba);
}

void tst_DraftBuilder::sortsTagsAndDropsRepeats()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Login, u"t"_s, u"row 1"_s);
    for (const auto &tag : {u"b"_s, u"a"_s, u" b "_s, u" "_s, QString()})
        draft.addTag(tag);
    draft.addAddress("https://a.example");
    draft.addAddress("https://a.example");
    draft.addAddress(" ");
    std::move(draft).finish(plan);
    QCOMPARE(plan.entries[0].tags, (QStringList{u"a"_s, u"b"_s}));
    QCOMPARE(plan.entries[0].urls, QStringList{u"https://a.example"_s});
}

void tst_DraftBuilder::remarksEveryPersonalField()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Card, u"t"_s, u"row 1"_s);
    draft.add(u"card number"_s, FieldKind::CardNumber, "4111111111111111");
    draft.addCustom(u"PIN"_s, true, "0042");
    draft.addCustom(u"value only"_s, true, "GB82 WEST 1234 5698 7654 32");
    draft.addCustom(u"color"_s, false, "blue");
    std::move(draft).finish(plan);
    QCOMPARE(plan.personalFields(), 3);
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Personal), 3);
    for (const ImportRemark &remark : plan.remarks) {
        QCOMPARE(remark.subject, u"t"_s);
        QVERIFY(!remark.text.contains("4111"_L1) && !remark.text.contains("0042"_L1) &&
                !remark.text.contains("WEST"_L1));
    }
}

void tst_DraftBuilder::namesAFieldWithoutAName()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Login, u"t"_s, u"row 1"_s);
    draft.addCustom({}, true, "x");
    std::move(draft).finish(plan);
    QCOMPARE(valueOf(&plan.entries[0], u"field"), "x"_ba);
}

void tst_DraftBuilder::refinesTheType_data()
{
    QTest::addColumn<EntryType>("type");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("label");
    QTest::addColumn<bool>("password");
    QTest::addColumn<EntryType>("refined");
    QTest::newRow("login stays") << EntryType::Login << u"a"_s << u"https://a.example"_s << u"API key"_s
                                 << true << EntryType::Login;
    QTest::newRow("token alone") << EntryType::Login << u"a"_s << u"https://a.example"_s << u"API key"_s
                                 << false << EntryType::ApiKey;
    QTest::newRow("database by scheme")
        << EntryType::Login << u"a"_s << u"postgresql://h/d"_s << u"x"_s << true << EntryType::Database;
    QTest::newRow("database by field")
        << EntryType::Note << u"a"_s << u""_s << u"DATABASE_URL"_s << false << EntryType::Database;
    QTest::newRow("server") << EntryType::Login << u"a"_s << u"SSH://h"_s << u"x"_s << true
                            << EntryType::Server;
    QTest::newRow("Wi-Fi") << EntryType::Note << u"a"_s << u""_s << u"SSID"_s << true << EntryType::Wifi;
    QTest::newRow("a scheme is whole")
        << EntryType::Login << u"a"_s << u"sshop.example"_s << u"x"_s << true << EntryType::Login;
    QTest::newRow("passport") << EntryType::Identity << u"My passport"_s << u""_s << u"Passport number"_s
                              << false << EntryType::Passport;
    QTest::newRow("identity stays") << EntryType::Identity << u"Me"_s << u""_s << u"Passport number"_s
                                    << false << EntryType::Identity;
    QTest::newRow("card stays") << EntryType::Card << u"a"_s << u""_s << u"SSID"_s << false
                                << EntryType::Card;
}

void tst_DraftBuilder::refinesTheType()
{
    QFETCH(EntryType, type);
    QFETCH(QString, title);
    QFETCH(QString, url);
    QFETCH(QString, label);
    QFETCH(bool, password);
    ImportPlan plan;
    DraftBuilder draft(type, title, u"row 1"_s);
    draft.addAddress(url.toUtf8());
    draft.addCustom(label, true, "value");
    if (password)
        draft.add(u"password"_s, FieldKind::Password, "p");
    std::move(draft).finish(plan);
    QTEST(plan.entries[0].type, "refined");
}

void tst_DraftBuilder::splitsAddresses_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QString>("open");
    QTest::addColumn<bool>("secret");
    QTest::newRow("plain") << "https://a.example/?a=1&b=2#f"_ba << u"https://a.example/?a=1&b=2#f"_s << false;
    QTest::newRow("bare host and port") << "192.0.2.10:8443"_ba << u"192.0.2.10:8443"_s << false;
    QTest::newRow("app") << "androidapp://com.example.app"_ba << u"androidapp://com.example.app"_s << false;
    QTest::newRow("Android with a hash")
        << "android://aGFzaA==@com.example/"_ba << u"android://aGFzaA==@com.example/"_s << false;
    QTest::newRow("user alone") << "ssh://git@a.example"_ba << u"ssh://git@a.example"_s << false;
    QTest::newRow("at sign in the path")
        << "https://a.example/u:p@x"_ba << u"https://a.example/u:p@x"_s << false;
    QTest::newRow("password") << "redis://u:p@a.example:6379/0"_ba << u"redis://a.example:6379/0"_s << true;
    QTest::newRow("password without a user") << "redis://:p@a.example"_ba << u"redis://a.example"_s << true;
    QTest::newRow("password with an at sign")
        << "https://u:p@q@a.example"_ba << u"https://a.example"_s << true;
    QTest::newRow("a token for a user") << "https://ghp_16C7e42F292c6912E7710c838347Ae178B4a@github.com/o/r"_ba
                                        << u"https://github.com/o/r"_s << true;
    QTest::newRow("a short token of a known kind") << "https://glpat-x1@git.example"_ba << u"https://git.example"_s << true;
    QTest::newRow("a token of no known kind") << "https://0123456789abcdefABCD@git.example/o/r"_ba
                                              << u"https://git.example/o/r"_s << true;
    QTest::newRow("a user with a name") << "https://x-access-token@git.example"_ba
                                        << u"https://x-access-token@git.example"_s << false;
    QTest::newRow("an e-mail address for a user") << "https://rowan.testperson%40example.org@git.example"_ba
                                                  << u"https://rowan.testperson%40example.org@git.example"_s << false;
    QTest::newRow("password without a scheme") << "app:s3cret@db.example:5432/x"_ba << u"db.example:5432/x"_s << true;
    QTest::newRow("mail") << "mailto:rowan@example.org"_ba << u"mailto:rowan@example.org"_s << false;
    QTest::newRow("SSH as git writes it") << "git@github.com:o/r.git"_ba << u"git@github.com:o/r.git"_s << false;
    QTest::newRow("IDN stays as typed")
        << QByteArray("https://bücher.example/") << u"https://bücher.example/"_s << false;
}

void tst_DraftBuilder::splitsAddresses()
{
    QFETCH(QByteArray, given);
    const ImportedAddress address = importedAddress(given);
    QTEST(address.open, "open");
    QTEST(address.hasPassword, "secret");
}

void tst_DraftBuilder::keepsOneLargeThingFromFailingAll()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Login, QString(2000, u't'), u"row 1"_s);
    draft.add(u"password"_s, FieldKind::Password, "p");
    draft.addNotes(QByteArray((1 << 20) + 1, 'x'));
    draft.addOldPassword({}, QByteArray((1 << 20) + 1, 'x'));
    draft.addTotp(QByteArray("otpauth://hotp/" + QByteArray(1 << 20, 'x')), {});
    draft.addCustom(QString(2000, u'l'), true, QByteArray(1 << 20, 'y'));
    draft.addAddress(QByteArray("https://a.example/" + QByteArray(5000, 'z')));
    draft.addAddress("https://b.example");
    draft.addTag(QString(entryLimits::tag - 1, u'a') + u"🔑 cut between characters"_s);
    std::move(draft).finish(plan);
    const EntryDraft &entry = plan.entries[0];
    QCOMPARE(entry.title.size(), entryLimits::title);
    QCOMPARE(entry.urls, QStringList{u"https://b.example"_s});
    QCOMPARE(valueOf(&entry, u"address").size(), 5018);
    QCOMPARE(entry.tags, QStringList{QString(entryLimits::tag - 1, u'a')});
    QCOMPARE(valueOf(&entry, QString(entryLimits::label, u'l')).size(), 1 << 20);
    QCOMPARE(entry.fields.size(), std::size_t{3});
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Lost, u"1 MiB"_s), 3);
    for (const auto &what : {u"“notes”"_s, u"“old password”"_s, u"“one-time code”"_s})
        QCOMPARE(countRemarks(plan, ImportRemark::Kind::Lost, what), 1);
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Note, u"cut off"_s), 3);
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Note, u"masked fields"_s), 1);
}

void tst_DraftBuilder::countsItsFields()
{
    ImportPlan plan;
    DraftBuilder draft(EntryType::Login, u"t"_s, u"row 1"_s);
    for (std::size_t i = 0; i < entryLimits::fields + 2; ++i)
        draft.addCustom(u"x"_s, true, "value");
    for (qsizetype i = 0; i < entryLimits::tags + 2; ++i)
        draft.addTag(QString::number(i));
    std::move(draft).finish(plan);
    QCOMPARE(plan.entries[0].fields.size(), entryLimits::fields);
    QCOMPARE(plan.entries[0].tags.size(), entryLimits::tags);
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Lost, u"1000 fields"_s), 1);
    QCOMPARE(countRemarks(plan, ImportRemark::Kind::Lost, u"200 tags"_s), 1);
}

void tst_DraftBuilder::knowsWebAddresses()
{
    QVERIFY(isWebAddress(u"https://a.example"_s));
    QVERIFY(isWebAddress(u"http://192.0.2.1:8080/x"_s));
    for (const auto &other : {u"androidapp://com.example"_s, u"192.0.2.10:8443"_s, u"a.example"_s,
                              u"https://"_s, u"javascript:alert(1)"_s})
        QVERIFY2(!isWebAddress(other), qPrintable(other));
}

QTEST_GUILESS_MAIN(tst_DraftBuilder)
#include "tst_DraftBuilder.moc"
