// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultSession.h"
#include "app/store/MetaStore.h"
#include "tests/support/Adversity.h"
#include "tests/support/VaultSamples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

VaultSession sessionOn(VaultFolder folder)
{
    return VaultSession(std::move(folder), systemClock(), crypto::systemRandom(), quickCost());
}

} // namespace

/// The keeper is killed at every step of writing the header.
class tst_VaultCrash : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void opensWithTheOldPasswordOrTheNewOne_data();
    void opensWithTheOldPasswordOrTheNewOne();
    void noticesTheHeaderOfBeforeOnceTheNextIsKnown_data();
    void noticesTheHeaderOfBeforeOnceTheNextIsKnown();
    void hasNoVaultOrAWholeOne_data();
    void hasNoVaultOrAWholeOne();
    void keepsTheVaultWhenTheKeychainSlotWasBeingRemoved();

private:
    static void addSteps();

    std::unique_ptr<QTemporaryDir> m_template;
    std::unique_ptr<QTemporaryDir> m_root;
    QString m_path;
};

void tst_VaultCrash::initTestCase()
{
    QVERIFY(crypto::initialise());
    m_template = std::make_unique<QTemporaryDir>();
    auto vault = sessionOn(VaultFolder(m_template->path()));
    const auto secret = secretBytes(0x11);
    QVERIFY(vault.create(u"Sample"_s, secretText(Password)));
    QVERIFY(vault.addKeychainSlot(secret));
    QVERIFY(MetaStore(vault.database()).setValue("canary"_L1, "sings"));
}

void tst_VaultCrash::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    m_path = m_root->filePath(u"vault"_s);
}

void tst_VaultCrash::addSteps()
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

void tst_VaultCrash::opensWithTheOldPasswordOrTheNewOne_data()
{
    addSteps();
}

void tst_VaultCrash::opensWithTheOldPasswordOrTheNewOne()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isNew);
    QVERIFY(copyFolder(m_template->path(), m_path));
    QVERIFY(diesAt(m_path, step, [](VaultFolder folder) {
        auto vault = sessionOn(std::move(folder));
        if (vault.unlockWithKeychainSecret(secretBytes(0x11)))
            (void)vault.changePassword(secretText(Password), secretText(NextPassword));
    }));

    auto vault = sessionOn(VaultFolder(m_path));
    const auto byWrong = vault.unlockWithPassword(secretText(isNew ? Password : NextPassword));
    QVERIFY(!byWrong);
    QCOMPARE(errorName(byWrong.error().code), errorName(ErrorCode::WrongPassword));
    QVERIFY(vault.unlockWithPassword(secretText(isNew ? NextPassword : Password)));
    // The database, which was told of neither, takes the header that is there for what it is.
    QVERIFY(vault.contents().wrong.isEmpty());
    QVERIFY(vault.openPersonal(secretText(isNew ? NextPassword : Password)));
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
    // From here on one password is as good as never having been.
    QCOMPARE(contentOf(vault.folder().headerPath()), contentOf(vault.folder().headerCopyPath()));
    QVERIFY(!QFile::exists(vault.folder().headerPath() + ".new"_L1));
    QVERIFY(vault.lock());
    QVERIFY(vault.unlockWithKeychainSecret(secretBytes(0x11)));
}

void tst_VaultCrash::noticesTheHeaderOfBeforeOnceTheNextIsKnown_data()
{
    addSteps();
}

void tst_VaultCrash::noticesTheHeaderOfBeforeOnceTheNextIsKnown()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isNew);
    QVERIFY(copyFolder(m_template->path(), m_path));
    const VaultFolder folder(m_path);
    const QByteArray before = contentOf(folder.headerPath());
    QVERIFY(diesAt(m_path, step, [](VaultFolder watched) {
        auto vault = sessionOn(std::move(watched));
        if (vault.unlockWithKeychainSecret(secretBytes(0x11)))
            (void)vault.changePassword(secretText(Password), secretText(NextPassword));
    }));
    {
        auto vault = sessionOn(folder);
        QVERIFY(vault.unlockWithKeychainSecret(secretBytes(0x11)));
        QVERIFY(vault.contents().wrong.isEmpty());
    }
    QVERIFY(overwrite(folder.headerPath(), before));
    QVERIFY(overwrite(folder.headerCopyPath(), before));
    auto vault = sessionOn(folder);
    QVERIFY(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.contents().wrong, isNew ? QList{VaultPart::KeyFile} : QList<VaultPart>());
}

void tst_VaultCrash::hasNoVaultOrAWholeOne_data()
{
    QTest::addColumn<HeaderWriteStep>("step");
    QTest::addColumn<bool>("isNew");
    QTest::newRow("started") << HeaderWriteStep::Started << false;
    // Its database is there by then, so one header that is whole makes it a vault, under whatever name.
    QTest::newRow("first written") << HeaderWriteStep::FirstWritten << true;
    QTest::newRow("both written") << HeaderWriteStep::BothWritten << true;
    QTest::newRow("first renamed") << HeaderWriteStep::FirstRenamed << true;
    QTest::newRow("both renamed") << HeaderWriteStep::BothRenamed << true;
    QTest::newRow("finished") << HeaderWriteStep::Finished << true;
}

void tst_VaultCrash::hasNoVaultOrAWholeOne()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isNew);
    QVERIFY(diesAt(m_path, step, [](VaultFolder folder) {
        (void)sessionOn(std::move(folder)).create(u"New"_s, secretText(Password));
    }));
    auto vault = sessionOn(VaultFolder(m_path));
    const auto opened = vault.unlockWithPassword(secretText(Password));
    QCOMPARE(opened.has_value(), isNew);
    if (!isNew) {
        QCOMPARE(errorName(opened.error().code), errorName(ErrorCode::NoVault));
        QVERIFY(vault.create(u"Again"_s, secretText(Password)));
        QVERIFY(vault.lock());
        QVERIFY(vault.unlockWithPassword(secretText(Password)));
    }
    QCOMPARE(contentOf(vault.folder().headerPath()), contentOf(vault.folder().headerCopyPath()));
    QVERIFY(vault.openPersonal(secretText(Password)));
}

void tst_VaultCrash::keepsTheVaultWhenTheKeychainSlotWasBeingRemoved()
{
    QVERIFY(copyFolder(m_template->path(), m_path));
    QVERIFY(diesAt(m_path, HeaderWriteStep::FirstRenamed, [](VaultFolder folder) {
        auto vault = sessionOn(std::move(folder));
        if (vault.unlockWithKeychainSecret(secretBytes(0x11)))
            (void)vault.removeKeychainSlot();
    }));
    auto vault = sessionOn(VaultFolder(m_path));
    const auto opened = vault.unlockWithKeychainSecret(secretBytes(0x11));
    QVERIFY(!opened);
    QCOMPARE(errorName(opened.error().code), errorName(ErrorCode::KeychainNoItem));
    QVERIFY(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(!vault.hasKeychainSlot());
}

QTEST_GUILESS_MAIN(tst_VaultCrash)
#include "tst_VaultCrash.moc"
