// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportFile.h"

#include "tests/app/import/ImportedPlan.h"
#include "app/import/ImportSource.h"
#include "app/import/Importer.h"
#include "crypto/SecretBytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_ImportFile : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void refusesWhatIsNoFile();
    void refusesAFileItMayNotRead();
    void refusesAFileThatIsTooLarge();
    void decidesByContentNotByName();
    void saysWhatAForeignFileIs_data();
    void saysWhatAForeignFileIs();
    void refusesMoreEntriesThanItTakes();
    void neverQuotesTheFileInAnError();
    void offersEveryPatternOnce();
    void overwritesTheBytesItIsGiven();

private:
    QString write(const QString &name, const QByteArray &content);

    QTemporaryDir m_folder;
};

void tst_ImportFile::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(m_folder.isValid());
}

QString tst_ImportFile::write(const QString &name, const QByteArray &content)
{
    const QString path = m_folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        return {};
    return path;
}

void tst_ImportFile::refusesWhatIsNoFile()
{
    const auto codeOf = [](const QString &path) { return importFile(path, kNow).error().code; };
    QCOMPARE(codeOf(m_folder.filePath(u"absent.json"_s)), ErrorCode::NotFound);
    QCOMPARE(codeOf(m_folder.path()), ErrorCode::ImportUnsupported);
    const QString pipe = m_folder.filePath(u"pipe.json"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    QCOMPARE(codeOf(pipe), ErrorCode::ImportUnsupported); // and does not wait for a writer
    QCOMPARE(codeOf(write(u"empty.csv"_s, {})), ErrorCode::ImportEmpty);
    QCOMPARE(codeOf(write(u"blank.csv"_s, " \r\n\t\n")), ErrorCode::ImportEmpty);
    QCOMPARE(codeOf(write(u"header.csv"_s, "name,url,username,password\n")), ErrorCode::ImportEmpty);
    QCOMPARE(codeOf(write(u"none.json"_s, R"({"encrypted":false,"folders":[],"items":[]})")),
             ErrorCode::ImportEmpty);
}

void tst_ImportFile::refusesAFileItMayNotRead()
{
    if (::geteuid() == 0)
        QSKIP("root may read everything");
    const QString path = write(u"shut.json"_s, "{}");
    QVERIFY(QFile::setPermissions(path, {}));
    const auto plan = importFile(path, kNow);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::Io);
}

void tst_ImportFile::refusesAFileThatIsTooLarge()
{
    const QString path = m_folder.filePath(u"large.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(ImportSource::kMostBytes + 1)); // sparse
    const auto plan = importFile(path, kNow);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::ImportTooLarge);
}

void tst_ImportFile::decidesByContentNotByName()
{
    const QString json = write(u"passwords.csv"_s, contentOf(importSample(u"bitwarden/bitwarden.json"_s)));
    const auto fromJson = importFile(json, kNow);
    QVERIFY(fromJson);
    QCOMPARE(fromJson->format, u"Bitwarden JSON"_s);
    const QString csv = write(u"export.json"_s, contentOf(importSample(u"browsers/firefox.csv"_s)));
    const auto fromCsv = importFile(csv, kNow);
    QVERIFY(fromCsv);
    QCOMPARE(fromCsv->format, u"Firefox CSV"_s);
    const auto swapped = importBytes(u"x"_s, "PASSWORD,Username,name,URL\np,u,n,https://a.example\n", kNow);
    QVERIFY(swapped);
    QCOMPARE(valueOf(entryOf(*swapped, u"n"), u"password"), "p"_ba);
}

void tst_ImportFile::saysWhatAForeignFileIs_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("KeePass") << u"a.kdbx"_s << QByteArray("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", 8)
                             << ErrorCode::ImportEncrypted << u"KeePass"_s;
    QTest::newRow("ZIP") << u"a.zip"_s << QByteArray("PK\x03\x04xxxx", 8) << ErrorCode::ImportUnsupported
                         << u"ZIP"_s;
    QTest::newRow("1PUX") << u"a.1pux"_s << QByteArray("PK\x03\x04xxxx", 8) << ErrorCode::ImportUnsupported
                          << u"1Password"_s;
    QTest::newRow("PGP") << u"a.pgp"_s << "-----BEGIN PGP MESSAGE-----\n"_ba << ErrorCode::ImportEncrypted
                         << u"PGP"_s;
    QTest::newRow("picture") << u"a.json"_s << QByteArray("\x89PNG\r\n\x1a\n", 8)
                             << ErrorCode::ImportUnsupported << u"picture"_s;
    QTest::newRow("binary") << u"a.csv"_s << QByteArray("\1\2\3\0\0\4\5\6\0", 9)
                            << ErrorCode::ImportUnsupported << u"not a text"_s;
    QTest::newRow("XML") << u"a.xml"_s << "<?xml version=\"1.0\"?><a/>"_ba << ErrorCode::ImportUnsupported
                         << u"XML"_s;
    QTest::newRow("otpauth") << u"a.txt"_s << "otpauth://totp/a?secret=AA\n"_ba
                             << ErrorCode::ImportUnsupported << u"one-time code"_s;
    QTest::newRow("LastPass") << u"a.csv"_s
                              << "url,username,password,totp,extra,name,grouping,fav\nx,x,x,x,x,x,x,x\n"_ba
                              << ErrorCode::ImportUnsupported << u"LastPass"_s;
    QTest::newRow("1Password CSV")
        << u"a.csv"_s << "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nx\n"_ba
        << ErrorCode::ImportUnsupported << u"1Password"_s;
    QTest::newRow("Dashlane")
        << u"a.csv"_s << "username,username2,username3,title,password,note,url,category,otpUrl\nx\n"_ba
        << ErrorCode::ImportUnsupported << u"Dashlane"_s;
    QTest::newRow("KeePassXC CSV") << u"a.csv"_s
                                   << "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\"\n\"x\"\n"_ba
                                   << ErrorCode::ImportUnsupported << u"KeePass"_s;
    QTest::newRow("Proton JSON")
        << u"a.json"_s << R"({"version":"1.21","userId":"x","encrypted":false,"vaults":{"a":{}}})"_ba
        << ErrorCode::ImportUnsupported << u"Proton"_s;
    QTest::newRow("Enpass") << u"a.json"_s << R"({"folders":[],"items":[{"uuid":"x"}]})"_ba
                            << ErrorCode::ImportUnsupported << u"Enpass"_s;
    QTest::newRow("unknown JSON") << u"a.json"_s << R"([1,2])"_ba << ErrorCode::ImportUnsupported
                                  << u"unknown kind"_s;
    QTest::newRow("unknown CSV") << u"a.csv"_s << "colour,size\nred,5\n"_ba << ErrorCode::ImportUnsupported
                                 << u"columns"_s;
    QTest::newRow("prose") << u"a.txt"_s << "hello\n"_ba << ErrorCode::ImportUnsupported << u"text file"_s;
    QTest::newRow("cut off JSON") << u"a.json"_s
                                  << contentOf(importSample(u"bitwarden/bitwarden.json"_s)).left(5000)
                                  << ErrorCode::ImportUnreadable << u"line "_s;
}

void tst_ImportFile::saysWhatAForeignFileIs()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    const auto plan = importBytes(name, std::move(content), kNow);
    QVERIFY(!plan);
    QTEST(plan.error().code, "code");
    QVERIFY2(plan.error().detail.contains(says), qPrintable(plan.error().detail));
    QVERIFY(plan.error().detail.endsWith(u'.'));
}

void tst_ImportFile::refusesMoreEntriesThanItTakes()
{
    QByteArray csv = "name,url,username,password\n";
    for (int i = 0; i <= kMostImportedEntries; ++i)
        csv += ",,,\n";
    const auto plan = importBytes(u"many.csv"_s, std::move(csv), kNow);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::ImportTooLarge);
}

void tst_ImportFile::neverQuotesTheFileInAnError()
{
    for (const char *content :
         {"canary-4711,x\ncanary-4711,y\n", "{\"canary-4711\": canary-4711}", "[\"canary-4711\\x\"]",
          "{\"encrypted\":true,\"passwordProtected\":true,\"encKeyValidation_DO_NOT_EDIT\":\"canary-4711\"}",
          "name,url,username,password\n\"canary-4711"}) {
        const auto plan = importBytes(u"a"_s, content, kNow);
        QVERIFY(!plan);
        QVERIFY2(!plan.error().detail.contains("canary"_L1), qPrintable(plan.error().detail));
    }
}

void tst_ImportFile::offersEveryPatternOnce()
{
    QCOMPARE(importFilePatterns(), (QStringList{u"*.json"_s, u"*.csv"_s}));
    QCOMPARE(importers().size(), std::size_t{5});
}

void tst_ImportFile::overwritesTheBytesItIsGiven()
{
    // Decoding has to make a new buffer for UTF-16: the one handed in must be empty and gone afterwards.
    QByteArray bytes("\xff\xfe"
                     "x\0",
                     4);
    const auto source = ImportSource::fromBytes(u"a"_s, std::move(bytes));
    QVERIFY(source);
    QVERIFY(bytes.isEmpty());
    QCOMPARE(source->text().toByteArray(), "x"_ba);
}

QTEST_GUILESS_MAIN(tst_ImportFile)
#include "tst_ImportFile.moc"
