// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BrowserCsv.h"

#include "tests/app/import/ImportedPlan.h"
#include "app/import/ImportFile.h"
#include "crypto/SecretBytes.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_BrowserCsv : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void readsTheSameFromEveryBrowser_data();
    void readsTheSameFromEveryBrowser();
    void skipsFirefoxsOwnAccount();
    void keepsRealmAndTimesOfFirefox();
    void takesTheUserNameOffSafarisTitles();
    void keepsShortAndLongRows();
    void keepsTheRowsBeforeATornOne();
    void refusesAFileThatIsTornFromTheStart();
    void skipsEmptyRows();
    void readsOtherEncodingsAndSeparators_data();
    void readsOtherEncodingsAndSeparators();
};

void tst_BrowserCsv::readsTheSameFromEveryBrowser_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("format");
    for (const char *file : {"chrome.csv", "edge-bom-crlf.csv", "brave-no-note.csv"})
        QTest::newRow(file) << u"browsers/"_s + QString::fromLatin1(file) << u"Chrome, Edge or Brave CSV"_s;
    for (const char *file : {"safari.csv", "safari-old.csv"})
        QTest::newRow(file) << u"browsers/"_s + QString::fromLatin1(file) << u"Safari CSV"_s;
}

void tst_BrowserCsv::readsTheSameFromEveryBrowser()
{
    QFETCH(QString, file);
    const auto plan = importFile(importSample(file), kNow);
    QVERIFY(plan);
    QTEST(plan->format, "format");
    const auto password = [&plan](QStringView title) { return valueOf(entryOf(*plan, title), u"password"); };
    QCOMPARE(password(u"GitHub"), "dummy-Gh1!\"quote\",comma;semi"_ba);
    QCOMPARE(password(u"Bank, \"savings\" & more"), "<b>dummy&amp;bank</b>"_ba);
    QCOMPARE(password(u"=SUM(1+1)"), "-dummy@formula"_ba);
    QCOMPARE(password(u"Spaces kept"), "  dummy with spaces  "_ba);
    QCOMPARE(password(u"Ünïcödé 日本語 🔐"), QByteArray("пароль-密码-🔑"));
    QCOMPARE(password(u"Long password").size(), 256);
    QCOMPARE(password(u"Empty password"), "<absent>"_ba);
    QCOMPARE(entryOf(*plan, u"LAN device")->urls, QStringList{u"192.0.2.10:8443"_s});
    QCOMPARE(entryOf(*plan, u"Android app")->urls, QStringList{u"androidapp://com.example.app"_s});
    QVERIFY(entryOf(*plan, u"untitled.example.org"));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Note, u"twice"_s), 1);
    if (!file.contains("old"_L1) && !file.contains("no-note"_L1)) {
        // Composed and decomposed é stay different.
        QCOMPARE(valueOf(entryOf(*plan, u"Ünïcödé 日本語 🔐"), u"notes"),
                 "e\xcc\x81 is decomposed, \xc3\xa9 is composed"_ba);
        QVERIFY(valueOf(entryOf(*plan, u"GitHub"), u"notes")
                    .startsWith("First line\nSecond line, with comma\n\"Quoted\""));
    }
}

void tst_BrowserCsv::skipsFirefoxsOwnAccount()
{
    const auto plan = importFile(importSample(u"browsers/firefox.csv"_s), kNow);
    QVERIFY(plan);
    QCOMPARE(plan->entries.size(), std::size_t{17});
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Skipped, u"row 18", u"chrome://FirefoxAccounts"_s));
    for (const EntryDraft &entry : plan->entries)
        QVERIFY(!entry.urls.join(u' ').contains("FirefoxAccounts"_L1));
}

void tst_BrowserCsv::keepsRealmAndTimesOfFirefox()
{
    const auto plan = importFile(importSample(u"browsers/firefox.csv"_s), kNow);
    QVERIFY(plan);
    const EntryDraft *basic = entryOf(*plan, u"basic.example.org");
    QCOMPARE(valueOf(basic, u"HTTP realm"), "Restricted, \"area\""_ba);
    QCOMPARE(basic->createdAt, 1736935200000);
    QCOMPARE(entryOf(*plan, u"vpn.example.com")->updatedAt, 1736935200001);
    QVERIFY(!fieldOf(entryOf(*plan, u"vpn.example.com"), u"HTTP realm"));
}

void tst_BrowserCsv::takesTheUserNameOffSafarisTitles()
{
    const auto plan = importBytes(u"p.csv"_s,
                                  "Title,URL,Username,Password\nA (u),https://a.example,u,p\nB "
                                  "(other),https://b.example,u,p\nC (),https://c.example,,p\n",
                                  kNow);
    QVERIFY(plan);
    QVERIFY(entryOf(*plan, u"A"));
    QVERIFY(entryOf(*plan, u"B (other)"));
    QVERIFY(entryOf(*plan, u"C ()"));
}

void tst_BrowserCsv::keepsShortAndLongRows()
{
    const auto plan = importFile(importSample(u"hostile/short-and-long-rows.csv"_s), kNow);
    QVERIFY(plan);
    QCOMPARE(plan->read, 3);
    QCOMPARE(valueOf(entryOf(*plan, u"short"), u"username"), "u"_ba);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"short", u"3 of 5 cells"_s));
    QCOMPARE(valueOf(entryOf(*plan, u"long"), u"notes"), "note"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"long"), u"column 6"), "extra"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"long"), u"column 7"), "extra2"_ba);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"long", u"2 cells too many"_s));
}

void tst_BrowserCsv::keepsTheRowsBeforeATornOne()
{
    const auto plan = importFile(importSample(u"hostile/unclosed-quote.csv"_s), kNow);
    QVERIFY(plan);
    QCOMPARE(plan->entries.size(), std::size_t{1});
    QVERIFY(entryOf(*plan, u"ok"));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Broken, u"row 2", u"line 3"_s));
}

void tst_BrowserCsv::refusesAFileThatIsTornFromTheStart()
{
    const auto plan = importBytes(u"p.csv"_s, "name,url,username,password\n\"open,x,u,p\n", kNow);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::ImportUnreadable);
    QVERIFY(plan.error().detail.contains("line 2"_L1));
}

void tst_BrowserCsv::skipsEmptyRows()
{
    const auto plan =
        importBytes(u"p.csv"_s, "name,url,username,password\n,,,\na,https://a.example,u,p\n", kNow);
    QVERIFY(plan);
    QCOMPARE(plan->entries.size(), std::size_t{1});
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Skipped, u"row 1", u"empty"_s));
}

void tst_BrowserCsv::readsOtherEncodingsAndSeparators_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("notes");
    QTest::newRow("Latin-1") << u"hostile/latin1.csv"_s << u"café"_s << QByteArray("dummy-ß") << 1;
    QTest::newRow("UTF-16LE") << u"hostile/utf16le.csv"_s << u"wide"_s << "dummy-wide"_ba << 0;
    QTest::newRow("semicolons") << u"hostile/semicolon.csv"_s << u"semi"_s << "dummy,comma"_ba << 0;
}

void tst_BrowserCsv::readsOtherEncodingsAndSeparators()
{
    QFETCH(QString, file);
    QFETCH(QString, title);
    const auto plan = importFile(importSample(file), kNow);
    QVERIFY(plan);
    QVERIFY(entryOf(*plan, title));
    QTEST(valueOf(entryOf(*plan, title), u"password"), "password");
    QTEST(countRemarks(*plan, ImportRemark::Kind::Note, u"Windows-1252"_s), "notes");
}

QTEST_GUILESS_MAIN(tst_BrowserCsv)
#include "tst_BrowserCsv.moc"
