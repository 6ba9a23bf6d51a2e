// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/HeaderBytes.h"
#include "app/session/VaultFolder.h"
#include "crypto/KeySlots.h"
#include "tests/support/Adversity.h"
#include "tests/support/VaultSamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

int modeOf(const QString &path)
{
    struct stat facts {};
    return ::stat(QFile::encodeName(path).constData(), &facts) == 0 ? static_cast<int>(facts.st_mode & 07777) : -1;
}

QStringList filesIn(const QString &path)
{
    return QDir(path).entryList(QDir::Files | QDir::Hidden | QDir::System, QDir::Name);
}

} // namespace

class tst_VaultFolder : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void liesInTheDataFolderOfThePerson_data();
    void liesInTheDataFolderOfThePerson();
    void makesPrivateFoldersAndFilesWhateverTheUmask_data();
    void makesPrivateFoldersAndFilesWhateverTheUmask();
    void writesTwoEqualCopiesAndNothingElse();
    void tellsWhatIsWrongWithTheFiles_data();
    void tellsWhatIsWrongWithTheFiles();
    void readsTheCopyWhenTheFirstIsBad_data();
    void readsTheCopyWhenTheFirstIsBad();
    void takesTheNewerOfTwoWholeCopies();
    void survivesEveryFlippedByteOfOneCopy();
    void refusesEveryFlippedBitOfTheOnlyCopy();
    void refusesEveryTruncation();
    void neverWaitsForAPipe();
    void followsNoLink();
    void leavesOldOrNewWhenKilledWhileWriting_data();
    void leavesOldOrNewWhenKilledWhileWriting();
    void changesNothingOnAFullDisk();
    void changesNothingInAReadOnlyFolder();
    void saysWhyAFolderCannotBeMade();
    void keepsALogWithItsDatabaseThroughAKill_data();
    void keepsALogWithItsDatabaseThroughAKill();
    void movesNothingOverWhatCameMeanwhile();
    void takesNoOtherFilesWordForWhatWasSetAside_data();
    void takesNoOtherFilesWordForWhatWasSetAside();

private:
    [[nodiscard]] VaultFolder folder() const { return VaultFolder(m_path); }

    std::unique_ptr<QTemporaryDir> m_root;
    QString m_path;
    std::optional<crypto::VaultHeader> m_old;
    std::optional<crypto::VaultHeader> m_new;
};

void tst_VaultFolder::initTestCase()
{
    QVERIFY(crypto::initialise());
    const auto random = crypto::systemRandom();
    const auto vaultKey = crypto::makeVaultKey(random);
    const auto keys = crypto::PersonalKeyPair::make(random);
    m_old = crypto::makeVaultHeader("Sample", keys.publicKey, random);
    QVERIFY(crypto::addPasswordSlot(*m_old, vaultKey, keys, secretText("a long enough password"),
                                    quickCost()(random)->parameters, random));
    m_new = *m_old;
    QVERIFY(crypto::addKeychainSlot(*m_new, vaultKey, secretBytes(7), random));
    QVERIFY(m_new->revision > m_old->revision);
}

void tst_VaultFolder::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    m_path = m_root->filePath(u"vault"_s);
    QVERIFY(folder().make());
}

void tst_VaultFolder::liesInTheDataFolderOfThePerson_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("folderName");
    QTest::newRow("plain") << u"Personal"_s << u"Personal"_s;
    QTest::newRow("blanks") << u"  My vault 2 "_s << u"My vault 2"_s;
    QTest::newRow("letters of the world") << u"Tresor für Zoë 金庫"_s << u"Tresor für Zoë 金庫"_s;
    QTest::newRow("empty") << QString() << u"vault"_s;
    QTest::newRow("climbing out") << u"../../etc/passwd"_s << u"_._.._etc_passwd"_s;
    QTest::newRow("hidden") << u".ssh"_s << u"_ssh"_s;
    QTest::newRow("control characters") << u"a\nb\u0000c"_s << u"a_b_c"_s;
    QTest::newRow("endless") << QString(300, u'a') << QString(64, u'a');
}

void tst_VaultFolder::liesInTheDataFolderOfThePerson()
{
    QFETCH(QString, name);
    QFETCH(QString, folderName);
    qputenv("XDG_DATA_HOME", QFile::encodeName(m_root->path()));
    const QString path = VaultFolder::standardPath(name);
    qunsetenv("XDG_DATA_HOME");
    QCOMPARE(path, m_root->path() + "/clavitor/"_L1 + folderName);
    QCOMPARE(QDir::cleanPath(path), path);
}

void tst_VaultFolder::makesPrivateFoldersAndFilesWhateverTheUmask_data()
{
    QTest::addColumn<int>("mask");
    QTest::newRow("000") << 0;
    QTest::newRow("022") << 022;
    QTest::newRow("077") << 077;
    QTest::newRow("777") << 0777;
}

void tst_VaultFolder::makesPrivateFoldersAndFilesWhateverTheUmask()
{
    QFETCH(int, mask);
    const VaultFolder deep(m_root->filePath(u"made/on/the way"_s));
    const mode_t before = ::umask(static_cast<mode_t>(mask));
    const auto made = deep.make();
    const auto written = deep.writeHeader(*m_old);
    const bool hasDatabase = overwrite(deep.databasePath(), "database") && overwrite(deep.databasePath() + "-wal"_L1, "log");
    deep.tightenPermissions();
    ::umask(before);
    QVERIFY(made && written && hasDatabase);
    QCOMPARE(modeOf(m_root->filePath(u"made"_s)), 0700);
    QCOMPARE(modeOf(deep.path()), 0700);
    for (const QString &path : {deep.headerPath(), deep.headerCopyPath(), deep.databasePath(), QString(deep.databasePath() + "-wal"_L1)})
        QCOMPARE(modeOf(path), 0600);
}

void tst_VaultFolder::writesTwoEqualCopiesAndNothingElse()
{
    QVERIFY(folder().writeHeader(*m_old));
    QVERIFY(folder().writeHeader(*m_new));
    QCOMPARE(filesIn(m_path), QStringList({u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(contentOf(folder().headerPath()), bytesOf(*m_new));
    QCOMPARE(contentOf(folder().headerCopyPath()), bytesOf(*m_new));
    const auto reading = folder().readHeader();
    QVERIFY(reading);
    QCOMPARE(reading->headers.size(), std::size_t(1));
    QVERIFY(reading->headers.front() == *m_new);
    QVERIFY(!reading->needsRepair);
    QCOMPARE(reading->trouble, QString());
}

void tst_VaultFolder::tellsWhatIsWrongWithTheFiles_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<bool>("hasDatabase");
    QTest::addColumn<ErrorCode>("code");
    auto newerHeader = *m_new;
    ++newerHeader.version;
    const QByteArray whole = bytesOf(*m_new);
    const QByteArray newer = bytesOf(newerHeader);
    const QByteArray damaged = whole.chopped(1);
    const QByteArray foreign("%PDF-1.7 a file that somebody renamed");
    // The cost lies before the salt: passes and memory of four bytes each; zeros are below the floor.
    const auto &salt = m_old->slot(crypto::SlotKind::Password)->parameters->salt();
    const auto saltAt = whole.indexOf(QByteArrayView(reinterpret_cast<const char *>(salt.data()), 16));
    QByteArray cheap = whole;
    QVERIFY(saltAt > 16);
    cheap.replace(saltAt - 8, 8, QByteArray(8, '\0'));
    cheap = withFreshChecksum(cheap);
    const QByteArray none;

    QTest::newRow("an empty folder") << none << none << false << ErrorCode::NoVault;
    QTest::newRow("a database alone") << none << none << true << ErrorCode::DamagedFile;
    QTest::newRow("damaged, no copy") << damaged << none << true << ErrorCode::DamagedFile;
    QTest::newRow("no first, damaged copy") << none << damaged << true << ErrorCode::DamagedFile;
    QTest::newRow("both damaged") << damaged << damaged << true << ErrorCode::DamagedFile;
    QTest::newRow("both foreign") << foreign << foreign << true << ErrorCode::ForeignFile;
    QTest::newRow("foreign, no copy") << foreign << none << false << ErrorCode::ForeignFile;
    QTest::newRow("foreign and damaged") << foreign << damaged << true << ErrorCode::DamagedFile;
    QTest::newRow("both newer") << newer << newer << true << ErrorCode::NewerSchema;
    QTest::newRow("newer beside an old one") << whole << newer << true << ErrorCode::NewerSchema;
    QTest::newRow("newer beside a damaged one") << newer << damaged << true << ErrorCode::NewerSchema;
    QTest::newRow("both too cheap") << cheap << cheap << true << ErrorCode::ParametersRefused;
    QTest::newRow("too cheap and damaged") << damaged << cheap << true << ErrorCode::ParametersRefused;
    QTest::newRow("far too large") << QByteArray(70000, 'C') << none << true << ErrorCode::ForeignFile;
}

void tst_VaultFolder::tellsWhatIsWrongWithTheFiles()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    QFETCH(bool, hasDatabase);
    QFETCH(ErrorCode, code);
    if (!first.isNull())
        QVERIFY(overwrite(folder().headerPath(), first));
    if (!second.isNull())
        QVERIFY(overwrite(folder().headerCopyPath(), second));
    if (hasDatabase)
        QVERIFY(overwrite(folder().databasePath(), "pages"));
    const QStringList before = filesIn(m_path);
    const auto reading = folder().readHeader();
    QVERIFY(!reading);
    QCOMPARE(errorName(reading.error().code), errorName(code));
    // Reading changes nothing.
    QCOMPARE(filesIn(m_path), before);
    QCOMPARE(contentOf(folder().headerPath()), first);
    QCOMPARE(contentOf(folder().headerCopyPath()), second);
    QCOMPARE(folder().isOccupied(), !before.isEmpty());
}

void tst_VaultFolder::readsTheCopyWhenTheFirstIsBad_data()
{
    QTest::addColumn<QByteArray>("bad");
    QTest::addColumn<QString>("word");
    QTest::newRow("missing") << QByteArray() << u"missing"_s;
    QTest::newRow("empty") << QByteArray("") << u"damaged"_s;
    QTest::newRow("torn") << bytesOf(*m_new).left(100) << u"damaged"_s;
    QTest::newRow("foreign") << QByteArray("SQLite format 3") << u"not a vault's file"_s;
}

void tst_VaultFolder::readsTheCopyWhenTheFirstIsBad()
{
    QFETCH(QByteArray, bad);
    QFETCH(QString, word);
    for (const bool firstIsBad : {true, false}) {
        QVERIFY(folder().writeHeader(*m_new));
        const QString path = firstIsBad ? folder().headerPath() : folder().headerCopyPath();
        QVERIFY(bad.isNull() ? QFile::remove(path) : overwrite(path, bad));
        const auto reading = folder().readHeader();
        QVERIFY(reading);
        QVERIFY(reading->headers.front() == *m_new);
        QVERIFY(reading->needsRepair);
        QVERIFY2(reading->trouble.contains(word) && reading->trouble.contains(QFileInfo(path).fileName()),
                 qPrintable(reading->trouble));
    }
}

void tst_VaultFolder::takesTheNewerOfTwoWholeCopies()
{
    for (const bool newerIsFirst : {true, false}) {
        QVERIFY(overwrite(folder().headerPath(), bytesOf(newerIsFirst ? *m_new : *m_old)));
        QVERIFY(overwrite(folder().headerCopyPath(), bytesOf(newerIsFirst ? *m_old : *m_new)));
        const auto reading = folder().readHeader();
        QVERIFY(reading);
        QCOMPARE(reading->headers.size(), std::size_t(2));
        QVERIFY(reading->headers[0] == *m_new);
        QVERIFY(reading->headers[1] == *m_old);
        // Which of them is genuine only a key can tell, so neither is overwritten yet.
        QVERIFY(!reading->needsRepair);
        QVERIFY(!reading->trouble.isEmpty());
    }
}

void tst_VaultFolder::survivesEveryFlippedByteOfOneCopy()
{
    QVERIFY(folder().writeHeader(*m_new));
    const QByteArray whole = bytesOf(*m_new);
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray flipped = whole;
        flipped[i] = static_cast<char>(~flipped[i]);
        QVERIFY(overwrite(i % 2 == 0 ? folder().headerPath() : folder().headerCopyPath(), flipped));
        const auto reading = folder().readHeader();
        QVERIFY2(reading, qPrintable(QString::number(i)));
        QCOMPARE(reading->headers.size(), std::size_t(1));
        QVERIFY(reading->headers.front() == *m_new);
        QVERIFY(reading->needsRepair);
        QVERIFY(overwrite(i % 2 == 0 ? folder().headerPath() : folder().headerCopyPath(), whole));
    }
}

void tst_VaultFolder::refusesEveryFlippedBitOfTheOnlyCopy()
{
    const QByteArray whole = bytesOf(*m_new);
    for (qsizetype bit = 0; bit < whole.size() * 8; ++bit) {
        QByteArray flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        QVERIFY(overwrite(folder().headerPath(), flipped));
        const auto reading = folder().readHeader();
        QVERIFY2(!reading, qPrintable(QString::number(bit)));
        // A flipped bit of the magic word makes the file look foreign; anywhere else it is damage.
        const ErrorCode expected = bit < 64 ? ErrorCode::ForeignFile : ErrorCode::DamagedFile;
        QCOMPARE(errorName(reading.error().code), errorName(expected));
    }
}

void tst_VaultFolder::refusesEveryTruncation()
{
    const QByteArray whole = bytesOf(*m_new);
    for (qsizetype length = 0; length < whole.size(); ++length) {
        QVERIFY(overwrite(folder().headerPath(), whole.left(length)));
        const auto reading = folder().readHeader();
        QVERIFY(!reading);
        QCOMPARE(errorName(reading.error().code), errorName(ErrorCode::DamagedFile));
    }
    QVERIFY(overwrite(folder().headerPath(), whole + '\0'));
    QVERIFY(!folder().readHeader());
}

void tst_VaultFolder::neverWaitsForAPipe()
{
    QCOMPARE(::mkfifo(QFile::encodeName(folder().headerPath()).constData(), 0600), 0);
    const auto reading = folder().readHeader();
    QVERIFY(!reading);
    QCOMPARE(errorName(reading.error().code), errorName(ErrorCode::ForeignFile));
}

void tst_VaultFolder::followsNoLink()
{
    const QString elsewhere = m_root->filePath(u"elsewhere"_s);
    QVERIFY(overwrite(elsewhere, bytesOf(*m_new)));
    QVERIFY(QFile::link(elsewhere, folder().headerPath()));
    QVERIFY(!folder().readHeader());
    // Writing replaces the link, not what it points to; nor may the temporary file be one.
    QVERIFY(QFile::link(elsewhere, folder().headerCopyPath() + ".new"_L1));
    QVERIFY(!folder().writeHeader(*m_old));
    QVERIFY(folder().writeHeader(*m_old)); // the failed write cleaned up
    QCOMPARE(contentOf(elsewhere), bytesOf(*m_new));
    QVERIFY(!QFileInfo(folder().headerPath()).isSymLink());
}

void tst_VaultFolder::leavesOldOrNewWhenKilledWhileWriting_data()
{
    QTest::addColumn<HeaderWriteStep>("step");
    QTest::addColumn<bool>("isNew");
    QTest::newRow("started") << HeaderWriteStep::Started << false;
    QTest::newRow("first written") << HeaderWriteStep::FirstWritten << false;
    QTest::newRow("both written") << HeaderWriteStep::BothWritten << false;
    QTest::newRow("first renamed") << HeaderWriteStep::FirstRenamed << true;
    QTest::newRow("both renamed") << HeaderWriteStep::BothRenamed << true;
    QTest::newRow("finished") << HeaderWriteStep::Finished << true;
}

void tst_VaultFolder::leavesOldOrNewWhenKilledWhileWriting()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isNew);
    QVERIFY(folder().writeHeader(*m_old));
    QVERIFY(diesAt(m_path, step, [&](VaultFolder dying) { (void)dying.writeHeader(*m_new); }));
    const auto reading = folder().readHeader();
    QVERIFY(reading);
    QVERIFY(reading->headers.front() == (isNew ? *m_new : *m_old));
    QVERIFY(!reading->needsRepair); // both copies are whole at every moment

    // And the next write does not stumble over what was left.
    QVERIFY(folder().writeHeader(*m_new));
    QCOMPARE(filesIn(m_path), QStringList({u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(folder().readHeader()->headers.size(), std::size_t(1));
}

void tst_VaultFolder::changesNothingOnAFullDisk()
{
    QVERIFY(folder().writeHeader(*m_old));
    Result<> written;
    {
        const FullDisk full(100);
        written = folder().writeHeader(*m_new);
    }
    QVERIFY(!written);
    QCOMPARE(errorName(written.error().code), errorName(ErrorCode::DiskFull));
    QCOMPARE(filesIn(m_path), QStringList({u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(contentOf(folder().headerPath()), bytesOf(*m_old));
    QCOMPARE(contentOf(folder().headerCopyPath()), bytesOf(*m_old));
}

void tst_VaultFolder::changesNothingInAReadOnlyFolder()
{
    QVERIFY(folder().writeHeader(*m_old));
    QCOMPARE(::chmod(QFile::encodeName(m_root->path()).constData(), 0755), 0);
    QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0555), 0);
    Result<> written;
    {
        const NotRoot nobody;
        written = folder().writeHeader(*m_new);
    }
    QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0700), 0);
    QVERIFY(!written);
    QCOMPARE(errorName(written.error().code), errorName(ErrorCode::ReadOnly));
    QCOMPARE(contentOf(folder().headerPath()), bytesOf(*m_old));
}

void tst_VaultFolder::saysWhyAFolderCannotBeMade()
{
    QVERIFY(overwrite(m_root->filePath(u"file"_s), "in the way"));
    const auto made = VaultFolder(m_root->filePath(u"file/vault"_s)).make();
    QVERIFY(!made);
    QCOMPARE(errorName(made.error().code), errorName(ErrorCode::Io));
    QVERIFY(made.error().detail.contains(u"file"_s));
}

void tst_VaultFolder::keepsALogWithItsDatabaseThroughAKill_data()
{
    QTest::addColumn<HeaderWriteStep>("step");
    QTest::addColumn<bool>("isTaken"); // the first name
    QTest::addColumn<bool>("again");   // by whoever was killed, or at the next start
    for (const bool again : {false, true}) {
        const char *then = again ? "tried again" : "started again";
        QTest::addRow("before the database, %s", then) << HeaderWriteStep::AsideNamed << false << again;
        QTest::addRow("between the two, %s", then) << HeaderWriteStep::DatabaseAside << false << again;
        QTest::addRow("between the two, under the second name, %s", then) << HeaderWriteStep::DatabaseAside << true << again;
    }
}

void tst_VaultFolder::keepsALogWithItsDatabaseThroughAKill()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isTaken);
    QFETCH(bool, again);
    const QString path = folder().databasePath(2);
    const QString aside = path + (isTaken ? u".aside2"_s : u".aside"_s);
    if (isTaken)
        QVERIFY(overwrite(path + u".aside"_s, "an earlier one"));
    QVERIFY(overwrite(path, "the database") && overwrite(path + u"-wal"_s, "its log") && overwrite(path + u"-journal"_s, "more"));
    QVERIFY(diesAt(m_path, step, [](const VaultFolder &watched) { (void)watched.setAside(2); }));
    QVERIFY(again ? folder().setAside(2) : folder().finishSettingAside());
    const QString is = step == HeaderWriteStep::AsideNamed && !again ? path : aside; // it was not begun, and may not be wanted any more
    QCOMPARE(contentOf(is), QByteArray("the database"));
    QCOMPARE(contentOf(is + u"-wal"_s), QByteArray("its log"));
    QCOMPARE(contentOf(is + u"-journal"_s), QByteArray("more"));
    QCOMPARE(filesIn(m_path).size(), isTaken ? 4 : 3);
    QVERIFY(folder().setAside(2));
    QCOMPARE(contentOf(aside + u"-wal"_s), QByteArray("its log"));
}

void tst_VaultFolder::movesNothingOverWhatCameMeanwhile()
{
    const QString path = folder().databasePath(2);
    QVERIFY(overwrite(path, "the database") && overwrite(path + u"-wal"_s, "its log"));
    QVERIFY(diesAt(m_path, HeaderWriteStep::DatabaseAside, [](const VaultFolder &watched) { (void)watched.setAside(2); }));
    QVERIFY(overwrite(path, "from a backup"));
    QVERIFY(folder().finishSettingAside());
    QCOMPARE(contentOf(path), QByteArray("from a backup"));
    QCOMPARE(contentOf(path + u".aside"_s), QByteArray("the database"));
    QVERIFY(folder().setAside(2));
    QCOMPARE(contentOf(path + u".aside2"_s), QByteArray("from a backup"));
    QCOMPARE(contentOf(path + u".aside"_s), QByteArray("the database"));
}

void tst_VaultFolder::takesNoOtherFilesWordForWhatWasSetAside_data()
{
    QTest::addColumn<QByteArray>("mark");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("another folder") << QByteArray("../vault.2.db.aside");
    QTest::newRow("another file") << QByteArray("vault.keys.aside");
    QTest::newRow("more than a name") << QByteArray("vault.2.db.aside\n");
    QTest::newRow("too long") << QByteArray(4096, 'x');
}

void tst_VaultFolder::takesNoOtherFilesWordForWhatWasSetAside()
{
    QFETCH(QByteArray, mark);
    const QString path = folder().databasePath(2);
    QVERIFY(overwrite(m_path + u"/vault.aside"_s, mark));
    QVERIFY(overwrite(path + u"-wal"_s, "a log") && overwrite(path + u".aside"_s, "another database"));
    QVERIFY(folder().finishSettingAside());
    QCOMPARE(contentOf(path + u"-wal"_s), QByteArray("a log"));
    // And it is in nobody's way.
    QVERIFY(folder().setAside(2));
    QCOMPARE(contentOf(path + u".aside2-wal"_s), QByteArray("a log"));
    QVERIFY(!QFile::exists(m_path + u"/vault.aside"_s));
}

QTEST_GUILESS_MAIN(tst_VaultFolder)
#include "tst_VaultFolder.moc"
