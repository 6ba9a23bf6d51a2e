// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/HeaderBytes.h"
#include "app/store/MetaStore.h"
#include "app/store/Transaction.h"
#include "crypto/KeySlots.h"
#include "tests/app/session/SessionFixture.h"

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_VaultSession : public SessionFixture {
    Q_OBJECT
private slots:
    void createsAVaultThatOpensAgain();
    void keepsWhatWasWrittenAcrossLocking();
    void refusesToCreate_data();
    void refusesToCreate();
    void leavesNothingOfACreationOnAFullDisk();
    void tellsAWrongPasswordFromWrongFiles_data();
    void tellsAWrongPasswordFromWrongFiles();
    void repairsABadHeaderCopy();
    void fallsBackToTheGenuineCopyWhenOneIsForged();
    void refusesAHeaderForgedTwice();
    void normalisesPasswords();
    void isOpenInOnePlaceOnly();
    void namesAnotherThatIsMakingAVaultInThisFolder();
    void tellsAChangedKeyFileFromAWrongPassword();
    void locksAtAnyTime();
    void letsItsKeysGoAndIsStillWritten();
};

void tst_VaultSession::createsAVaultThatOpensAgain()
{
    const QString path = m_root->filePath(u"new/vault"_s);
    QString id;
    {
        auto vault = session(path);
        REQUIRE_ERROR(vault.load(), ErrorCode::NoVault);
        QCOMPARE(vault.state(), VaultSession::State::NoVault);
        const auto secret = secretBytes(0x5a);
        REQUIRE_OK(vault.create(u"  Mine "_s, secretText(Password)));
        REQUIRE_OK(vault.addKeychainSlot(secret));
        QCOMPARE(vault.state(), VaultSession::State::Unlocked);
        QCOMPARE(vault.name(), u"Mine"_s);
        id = vault.vaultId();
        QCOMPARE(id.size(), 12);
        QVERIFY(vault.hasKeychainSlot());
        QCOMPARE(vault.tokenKey().size(), std::size_t(32));
        QCOMPARE(vault.manifestKey().size(), std::size_t(32));
        QVERIFY(!vault.tokenKey().equals(vault.manifestKey().bytes()));
        QCOMPARE(vault.sealingKeys().vaultId, id.toStdString());
        QVERIFY(vault.lock());
        REQUIRE_OK(vault.unlockWithKeychainSecret(secret));
    }
    auto vault = session(path);
    REQUIRE_OK(vault.load());
    QCOMPARE(vault.state(), VaultSession::State::Locked);
    QCOMPARE(vault.name(), u"Mine"_s);
    QCOMPARE(vault.vaultId(), id);
    QVERIFY(vault.hasKeychainSlot());
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("correct horse batterY")), ErrorCode::WrongPassword);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("")), ErrorCode::WrongPassword);
    QCOMPARE(vault.state(), VaultSession::State::Locked);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.state(), VaultSession::State::Unlocked);
    for (const QString &name : {u"vault.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s, u"lock"_s}) {
        struct stat facts {};
        QCOMPARE(::stat(QFile::encodeName(path + u'/' + name).constData(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, mode_t(0600));
    }
}

void tst_VaultSession::keepsWhatWasWrittenAcrossLocking()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(MetaStore(vault.database()).setValue("second"_L1, "value"));
    REQUIRE_OK(vault.lock());
    QCOMPARE(vault.state(), VaultSession::State::Locked);
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
    QCOMPARE(*MetaStore(vault.database()).value("second"_L1).value(), QByteArray("value"));
}

void tst_VaultSession::refusesToCreate_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QString>("inTheWay");
    QTest::addColumn<ErrorCode>("code");
    const QByteArray good(Password);
    QTest::newRow("no name") << u"  "_s << good << QString() << ErrorCode::InvalidValue;
    QTest::newRow("no password") << u"A"_s << QByteArray() << QString() << ErrorCode::WeakPassword;
    QTest::newRow("short and common") << u"A"_s << QByteArray("qwerty123") << QString() << ErrorCode::WeakPassword;
    QTest::newRow("a header there") << u"A"_s << good << u"vault.keys"_s << ErrorCode::VaultExists;
    QTest::newRow("a copy there") << u"A"_s << good << u"vault.keys.copy"_s << ErrorCode::VaultExists;
    QTest::newRow("a database there") << u"A"_s << good << u"vault.db"_s << ErrorCode::VaultExists;
}

void tst_VaultSession::refusesToCreate()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, password);
    QFETCH(QString, inTheWay);
    QFETCH(ErrorCode, code);
    const QString path = m_root->filePath(u"vault"_s);
    if (!inTheWay.isEmpty()) {
        QVERIFY(QDir().mkpath(path));
        QVERIFY(overwrite(path + u'/' + inTheWay, "somebody's last copy"));
    }
    auto vault = session(path);
    REQUIRE_ERROR(vault.create(name, secretText({password.constData(), static_cast<std::size_t>(password.size())})), code);
    QVERIFY(vault.state() != VaultSession::State::Unlocked);
    QStringList left = QDir(path).entryList(QDir::Files | QDir::Hidden);
    QCOMPARE(left, inTheWay.isEmpty() ? QStringList() : QStringList{inTheWay});
    if (!inTheWay.isEmpty())
        QCOMPARE(contentOf(path + u'/' + inTheWay), QByteArray("somebody's last copy"));
}

void tst_VaultSession::leavesNothingOfACreationOnAFullDisk()
{
    // Room for the header, not for the database.
    const QString path = m_root->filePath(u"vault"_s);
    auto vault = session(path);
    Result<> created;
    {
        const FullDisk full(4000);
        created = vault.create(u"Full"_s, secretText(Password));
    }
    REQUIRE_ERROR(created, ErrorCode::DiskFull);
    QCOMPARE(vault.state(), VaultSession::State::NoVault);
    QVERIFY(!vault.folder().isOccupied());
    for (const QString &name : QDir(path).entryList(QDir::Files | QDir::Hidden))
        QVERIFY2(name == u"lock" || name.startsWith(u"vault.db.new"), qPrintable(name));
    REQUIRE_OK(vault.create(u"Full"_s, secretText(Password)));
}

void tst_VaultSession::tellsAWrongPasswordFromWrongFiles_data()
{
    QTest::addColumn<std::function<void(const QString &)>>("harm");
    QTest::addColumn<ErrorCode>("code");
    using Harm = std::function<void(const QString &)>;
    const auto onBoth = [](auto change) -> Harm {
        return [change](const QString &path) {
            for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s})
                QVERIFY(overwrite(path + name, change(contentOf(path + name))));
        };
    };
    QTest::newRow("no folder") << Harm([](const QString &path) { QVERIFY(QDir(path).removeRecursively()); })
                               << ErrorCode::NoVault;
    QTest::newRow("an empty folder") << Harm([](const QString &path) {
        for (const QString &name : QDir(path).entryList(QDir::Files))
            QVERIFY(QFile::remove(path + u'/' + name));
    }) << ErrorCode::NoVault;
    QTest::newRow("headers lost") << Harm([](const QString &path) {
        QVERIFY(QFile::remove(path + "/vault.keys"_L1) && QFile::remove(path + "/vault.keys.copy"_L1));
    }) << ErrorCode::DamagedFile;
    QTest::newRow("headers damaged") << onBoth([](QByteArray bytes) {
        bytes[60] = static_cast<char>(~bytes[60]);
        return bytes;
    }) << ErrorCode::DamagedFile;
    QTest::newRow("headers foreign") << onBoth([](const QByteArray &) { return QByteArray("%PDF-1.7"); })
                                     << ErrorCode::ForeignFile;
    QTest::newRow("headers newer") << onBoth([](const QByteArray &bytes) {
        auto header = crypto::parseVaultHeader(viewOf(bytes));
        ++header->version;
        return bytesOf(*header);
    }) << ErrorCode::NewerSchema;
    QTest::newRow("hash too cheap") << onBoth([](QByteArray bytes) {
        const auto header = crypto::parseVaultHeader(viewOf(bytes));
        const auto &salt = header->slot(crypto::SlotKind::Password)->parameters->salt();
        const auto at = bytes.indexOf(QByteArrayView(reinterpret_cast<const char *>(salt.data()), 16));
        return withFreshChecksum(bytes.replace(at - 8, 8, QByteArray(8, '\0')));
    }) << ErrorCode::ParametersRefused;
    QTest::newRow("database lost") << Harm([](const QString &path) {
        QVERIFY(QFile::remove(path + "/vault.db"_L1));
    }) << ErrorCode::DamagedFile;
    QTest::newRow("database foreign") << Harm([](const QString &path) {
        QVERIFY(overwrite(path + "/vault.db"_L1, QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\0')));
    }) << ErrorCode::ForeignFile;
    QTest::newRow("database damaged") << Harm([](const QString &path) {
        QByteArray bytes = contentOf(path + "/vault.db"_L1);
        for (qsizetype at = 1000; at < bytes.size(); at += 1024)
            bytes[at] = static_cast<char>(~bytes[at]);
        QVERIFY(overwrite(path + "/vault.db"_L1, bytes));
    }) << ErrorCode::DamagedFile;
    QTest::newRow("database cut short") << Harm([](const QString &path) {
        QVERIFY(overwrite(path + "/vault.db"_L1, contentOf(path + "/vault.db"_L1).left(5000)));
    }) << ErrorCode::DamagedFile;
    QTest::newRow("database of another vault") << Harm([this](const QString &path) {
        auto other = session(m_root->filePath(u"other"_s));
        REQUIRE_OK(other.create(u"Other"_s, secretText(Password)));
        REQUIRE_OK(other.lock());
        QVERIFY(overwrite(path + "/vault.db"_L1, contentOf(other.folder().databasePath())));
    }) << ErrorCode::ForeignFile;
    QTest::newRow("database newer") << Harm([this](const QString &path) {
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
        REQUIRE_OK(vault.database().run("PRAGMA user_version=9999"));
        REQUIRE_OK(vault.lock());
    }) << ErrorCode::NewerSchema;
}

void tst_VaultSession::tellsAWrongPasswordFromWrongFiles()
{
    using Harm = std::function<void(const QString &)>;
    QFETCH(Harm, harm);
    QFETCH(ErrorCode, code);
    const QString path = sample();
    harm(path);
    const QByteArray database = contentOf(path + "/vault.db"_L1);
    const QByteArray header = contentOf(path + "/vault.keys"_L1);
    auto vault = session(path);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), code);
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x11)), code);
    QVERIFY(vault.state() != VaultSession::State::Unlocked);
    // Nothing lost by trying.
    QCOMPARE(contentOf(path + "/vault.db"_L1), database);
    QCOMPARE(contentOf(path + "/vault.keys"_L1), header);
}

void tst_VaultSession::repairsABadHeaderCopy()
{
    for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s}) {
        const QString path = sample();
        const QByteArray whole = contentOf(path + name);
        QVERIFY(overwrite(path + name, whole.left(50)));
        auto vault = session(path);
        REQUIRE_OK(vault.load());
        QVERIFY2(vault.repairNote().contains(u"repaired"_s), qPrintable(vault.repairNote()));
        QCOMPARE(contentOf(path + name), whole);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    }
}

void tst_VaultSession::fallsBackToTheGenuineCopyWhenOneIsForged()
{
    const QString path = sample();
    const QByteArray genuine = contentOf(path + "/vault.keys"_L1);
    auto forged = *crypto::parseVaultHeader(viewOf(genuine));
    forged.name = "Evil twin";
    forged.revision += 100;
    QVERIFY(overwrite(path + "/vault.keys"_L1, bytesOf(forged)));
    auto vault = session(path);
    REQUIRE_OK(vault.load());
    QCOMPARE(contentOf(path + "/vault.keys.copy"_L1), genuine); // not "repaired" with the forgery
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.name(), u"Sample"_s);
    QCOMPARE(contentOf(path + "/vault.keys"_L1), genuine);
    QVERIFY(!vault.repairNote().isEmpty());
}

void tst_VaultSession::refusesAHeaderForgedTwice()
{
    const QString path = sample();
    auto forged = *crypto::parseVaultHeader(viewOf(contentOf(path + "/vault.keys"_L1)));
    forged.name = "Evil twin";
    for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s})
        QVERIFY(overwrite(path + name, bytesOf(forged)));
    auto vault = session(path);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::DamagedFile);
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::DamagedFile);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("not the password")), ErrorCode::WrongPassword);
}

void tst_VaultSession::normalisesPasswords()
{
    auto vault = session(m_root->filePath(u"vault"_s));
    REQUIRE_OK(vault.create(u"A"_s, secretText("Z\u00fcrich \u212b\ufb01 caf\u00e9 1"))); // composed, Angstrom sign, ligature
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText("Zu\u0308rich A\u030afi cafe\u0301 1")));
    REQUIRE_OK(vault.changePassword(secretText("Zu\u0308rich \u00c5fi cafe\u0301 1"), secretText("\uff41\uff42\uff43 fullwidth")));
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText("abc fullwidth")));
    REQUIRE_OK(vault.openPersonal(secretText("\uff41bc fullwidth")));
}

void tst_VaultSession::isOpenInOnePlaceOnly()
{
    const QString path = sample();
    auto first = session(path);
    REQUIRE_OK(first.load());
    {
        auto second = session(path);
        REQUIRE_ERROR(second.load(), ErrorCode::AlreadyOpen);
        REQUIRE_ERROR(second.unlockWithPassword(secretText(Password)), ErrorCode::AlreadyOpen);
        QCOMPARE(second.state(), VaultSession::State::NoVault);
    }
    REQUIRE_OK(first.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(first.lock());
    auto third = session(path);
    REQUIRE_ERROR(third.load(), ErrorCode::AlreadyOpen); // a locked vault is still ours
}

void tst_VaultSession::namesAnotherThatIsMakingAVaultInThisFolder()
{
    const QString path = m_root->filePath(u"vault"_s);
    auto second = session(path);
    REQUIRE_ERROR(second.load(), ErrorCode::NoVault);
    {
        auto first = session(path);
        REQUIRE_OK(first.create(u"First"_s, secretText(Password), VaultSession::Kept::WithSecondWay));
        REQUIRE_ERROR(second.create(u"Second"_s, secretText(Password)), ErrorCode::AlreadyOpen);
        REQUIRE_OK(first.lock()); // and what it made is gone
        REQUIRE_ERROR(second.create(u"Second"_s, secretText(Password)), ErrorCode::AlreadyOpen);
        REQUIRE_OK(first.create(u"First"_s, secretText(Password)));
        REQUIRE_ERROR(second.create(u"Second"_s, secretText(Password)), ErrorCode::AlreadyOpen);
    }
    // Finished, and left by it: a vault like any.
    REQUIRE_ERROR(second.create(u"Second"_s, secretText(Password)), ErrorCode::VaultExists);
}

void tst_VaultSession::tellsAChangedKeyFileFromAWrongPassword()
{
    const QString path = sample();
    auto vault = session(path);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(vault.lock());
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("correct horse batterY")), ErrorCode::WrongPassword);
    const auto reading = vault.folder().readHeader();
    QVERIFY(reading);
    crypto::VaultHeader header = reading->headers.front();
    std::ranges::find(header.keySlots, crypto::SlotKind::Password, &crypto::KeySlot::kind)->commitment[0] ^= std::byte(1);
    const std::vector<std::byte> bytes = crypto::serialise(header);
    const QByteArray changed(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    const QByteArray whole = contentOf(path + u"/vault.keys"_s);
    QVERIFY(overwrite(path + u"/vault.keys"_s, changed));
    QVERIFY(overwrite(path + u"/vault.keys.copy"_s, changed));
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::KeysChanged);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("correct horse batterY")), ErrorCode::KeysChanged);
    // Put back it opens, and a wrong password is one again.
    QVERIFY(overwrite(path + u"/vault.keys"_s, whole));
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("correct horse batterY")), ErrorCode::WrongPassword);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
}

void tst_VaultSession::locksAtAnyTime()
{
    auto nowhere = session(m_root->filePath(u"nothing"_s));
    REQUIRE_OK(nowhere.lock());
    auto vault = session(sample());
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    REQUIRE_OK(vault.lock());
    QCOMPARE(vault.personalKeys(), nullptr);
    QCOMPARE(vault.personalUntil(), qint64(0));
    REQUIRE_ERROR(vault.changePassword(secretText(Password), secretText(NextPassword)), ErrorCode::Locked);
    REQUIRE_ERROR(vault.addKeychainSlot(secretBytes(2)), ErrorCode::Locked);
    REQUIRE_ERROR(vault.removeKeychainSlot(), ErrorCode::Locked);
    REQUIRE_ERROR(vault.openPersonal(secretText(Password)), ErrorCode::Locked);
    REQUIRE_OK(vault.lock());
}

void tst_VaultSession::letsItsKeysGoAndIsStillWritten()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    vault.letKeysGo();
    QCOMPARE(vault.personalKeys(), nullptr);
    QVERIFY(vault.tokenKey().isEmpty());
    auto transaction = Transaction::begin(vault.database());
    REQUIRE_OK(transaction);
    REQUIRE_OK(MetaStore(vault.database()).setValue("one"_L1, "1"));
    REQUIRE_OK(transaction->commit());
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.contents().wrong.isEmpty());
    QCOMPARE(vault.tokenKey().size(), std::size_t(32));
}

QTEST_GUILESS_MAIN(tst_VaultSession)
#include "tst_VaultSession.moc"
