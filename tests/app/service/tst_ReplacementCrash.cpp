// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Adversity.h"
#include "tests/support/PowerCutVfs.h"
#include "tests/support/ReplacementSamples.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QRandomGenerator>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

std::unique_ptr<Vault> vaultIn(const QString &folder, VaultFolder::StepWatcher headerSteps = {},
                               VaultFolder::ReplacementWatcher replacementSteps = {})
{
    Vault::Parts parts{folder, systemClock(), crypto::systemRandom(), cheapestCost()};
    parts.headerSteps = std::move(headerSteps);
    parts.replacementSteps = std::move(replacementSteps);
    return std::make_unique<Vault>(std::move(parts));
}

Result<> unlock(Vault &vault)
{
    Result<> answered = fail(ErrorCode::Internal);
    vault.unlock(TemporaryVault::password(), [&](Result<> result) { answered = std::move(result); });
    return answered;
}

Result<> openPersonal(Vault &vault)
{
    Result<> answered = fail(ErrorCode::Internal);
    vault.openPersonal(TemporaryVault::password(), [&](Result<> result) { answered = std::move(result); });
    return answered;
}

/// Of the databases' files, in the replacement of the keys of these tests' vault; some more than there are.
constexpr int MostChanges = 400;

/// As far as databases go: the header's files are synced and renamed without SQLite. What is removed is gone.
void loseWhatWasNotSynced(quint32 seed)
{
    PowerCutVfs::Image image = PowerCutVfs::image(seed);
    std::erase_if(image, [](const auto &file) { return !QFile::exists(file.first); });
    if (!PowerCutVfs::leave(image))
        std::abort();
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    std::abort();
}

} // namespace

/// The keeper is killed at every step of replacing its keys. What opens afterwards is one whole vault: the old one up to the
/// rename of the header, the new one from then on.
/// CLAVITOR_POWER_CUTS in the environment: how many cuts of the power; CLAVITOR_POWER_CUT_SEED: the seed that a run printed.
class tst_ReplacementCrash : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void leavesOneGoodVault_data();
    void leavesOneGoodVault();
    void leavesOneGoodVaultWhenItIsKilledAgain();
    void keepsTheVaultOfBeforeWhereTheHeaderIsNotThereAsItWasWritten();
    void leavesOneGoodVaultWhenThePowerIsCut_data();
    void leavesOneGoodVaultWhenThePowerIsCut();
    void leavesOneGoodVaultWhereverThePowerIsCut_data();
    void leavesOneGoodVaultWhereverThePowerIsCut();

private:
    /// In a process of its own. False when it came to the end alive.
    [[nodiscard]] static bool diesAt(const QString &folder, std::optional<ReplacementStep> step, std::optional<HeaderWriteStep> headerStep,
                                     std::optional<quint32> powerCut = {}, int change = -1);
    void isOneGoodVault(const QString &folder, bool isNew);
    [[nodiscard]] static QStringList files(const QString &folder) { return QDir(folder).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    quint32 m_seed = 0;
    std::unique_ptr<QTemporaryDir> m_root;
    QString m_template;
    QStringList m_everything;
};

void tst_ReplacementCrash::initTestCase()
{
    QVERIFY(crypto::initialise());
    bool isGiven = false;
    m_seed = qEnvironmentVariable("CLAVITOR_POWER_CUT_SEED").toUInt(&isGiven);
    if (!isGiven)
        m_seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", m_seed);
    m_root = std::make_unique<QTemporaryDir>();
    m_template = m_root->filePath(u"template"_s);
    auto vault = vaultIn(m_template);
    Result<> created = fail(ErrorCode::Internal);
    vault->create(u"Sample"_s, TemporaryVault::password(), VaultSession::Kept::AtOnce, [&](Result<> result) { created = std::move(result); });
    REQUIRE_OK(created);
    REQUIRE_OK(vault->addKeychainSlot(secretBytes(0x11)));
    REQUIRE_OK(fillForReplacement(*vault->open(), 24));
    REQUIRE_OK(openPersonal(*vault));
    m_everything = everythingIn(*vault->open(), vault->personalKeys());
    QVERIFY(m_everything.size() > 100);
    QVERIFY(m_everything.filter(u"? "_s).isEmpty());
    REQUIRE_OK(vault->lock());
}

bool tst_ReplacementCrash::diesAt(const QString &folder, std::optional<ReplacementStep> step, std::optional<HeaderWriteStep> headerStep,
                                  std::optional<quint32> powerCut, int change)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (powerCut && !PowerCutVfs::install(true))
            ::_exit(3);
        const auto end = [&] {
            if (powerCut)
                loseWhatWasNotSynced(*powerCut);
            die();
        };
        bool isReplacing = false;
        const auto vault = vaultIn(folder, [&](HeaderWriteStep reached) {
            if (isReplacing && reached == headerStep)
                end();
        }, [&](ReplacementStep reached) {
            if (!std::exchange(isReplacing, true) && change >= 0)
                PowerCutVfs::watch([&](int now) {
                    if (now == change)
                        end();
                });
            if (reached == step)
                end();
        });
        if (!unlock(*vault))
            ::_exit(2);
        (void)replaceKeys(*vault);
        if (change >= 0) // it was over before
            end();
        ::_exit(0);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

void tst_ReplacementCrash::leavesOneGoodVault_data()
{
    QTest::addColumn<std::optional<ReplacementStep>>("step");
    QTest::addColumn<std::optional<HeaderWriteStep>>("headerStep");
    QTest::addColumn<bool>("isNew");
    const auto at = [](const char *name, ReplacementStep step, bool isNew) {
        QTest::newRow(name) << std::optional(step) << std::optional<HeaderWriteStep>() << isNew;
    };
    const auto atHeader = [](const char *name, HeaderWriteStep step, bool isNew) {
        QTest::newRow(name) << std::optional<ReplacementStep>() << std::optional(step) << isNew;
    };
    at("begun", ReplacementStep::Begun, false);
    at("former kept", ReplacementStep::FormerKept, false);
    at("file made", ReplacementStep::FileMade, false);
    at("half copied", ReplacementStep::HalfCopied, false);
    at("copied", ReplacementStep::Copied, false);
    at("proved", ReplacementStep::Proved, false);
    at("recorded", ReplacementStep::Recorded, false);
    atHeader("header started", HeaderWriteStep::Started, false);
    atHeader("header written", HeaderWriteStep::FirstWritten, false);
    atHeader("both headers written", HeaderWriteStep::BothWritten, false);
    atHeader("header renamed", HeaderWriteStep::FirstRenamed, true);
    atHeader("both headers renamed", HeaderWriteStep::BothRenamed, true);
    atHeader("headers safe", HeaderWriteStep::Finished, true);
    at("switched", ReplacementStep::Switched, true);
    at("former file removed", ReplacementStep::FormerFileRemoved, true);
    at("finished", ReplacementStep::Finished, true);
}

void tst_ReplacementCrash::isOneGoodVault(const QString &folder, bool isNew)
{
    auto vault = vaultIn(folder);
    // What opened the old one only does not bring it back.
    const Result<> byKeychain = vault->unlockWithKeychainSecret(secretBytes(0x11));
    QCOMPARE(byKeychain.has_value(), !isNew);
    REQUIRE_OK(unlock(*vault));
    QVERIFY(!vault->isDistrusted());
    REQUIRE_OK(openPersonal(*vault));
    QCOMPARE(everythingIn(*vault->open(), vault->personalKeys()), m_everything);
    REQUIRE_OK(vault->open()->database().truncateLog()); // SQLCipher's own check reads the file beside its log
    REQUIRE_OK(vault->open()->database().quickCheck());
    QCOMPARE(verifiedLog(*vault).fault, LogVerdict::Fault::None);
    // The log tells of it exactly when it is so.
    AuditFilter filter;
    filter.actions = {u"keys.replace"_s};
    const auto page = vault->open()->rows().page(filter, 0, 10);
    REQUIRE_OK(page);
    QCOMPARE(page->events.size(), isNew ? 1 : 0);
    QCOMPARE(vault->open()->agents().list()->first().needsToken, isNew);
    REQUIRE_OK(vault->open()->save(draft(u"written.example"_s, {})));
    REQUIRE_OK(vault->lock());
    QCOMPARE(files(folder), (QStringList{u"lock"_s, isNew ? u"vault.2.db"_s : u"vault.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(contentOf(folder + u"/vault.keys"_s), contentOf(folder + u"/vault.keys.copy"_s));
    REQUIRE_OK(unlock(*vault));
}

void tst_ReplacementCrash::leavesOneGoodVault()
{
    QFETCH(std::optional<ReplacementStep>, step);
    QFETCH(std::optional<HeaderWriteStep>, headerStep);
    QFETCH(bool, isNew);
    const QString folder = m_root->filePath(QLatin1StringView(QTest::currentDataTag()));
    QVERIFY(copyFolder(m_template, folder));
    QVERIFY(diesAt(folder, step, headerStep));
    isOneGoodVault(folder, isNew);
}

void tst_ReplacementCrash::leavesOneGoodVaultWhenItIsKilledAgain()
{
    const QString folder = m_root->filePath(u"again"_s);
    QVERIFY(copyFolder(m_template, folder));
    QVERIFY(diesAt(folder, ReplacementStep::Copied, {}));
    // What the first left is no hindrance to the second.
    QVERIFY(diesAt(folder, {}, HeaderWriteStep::FirstRenamed));
    isOneGoodVault(folder, true);
}

void tst_ReplacementCrash::keepsTheVaultOfBeforeWhereTheHeaderIsNotThereAsItWasWritten()
{
    const QString folder = m_root->filePath(u"misread"_s);
    QVERIFY(copyFolder(m_template, folder));
    auto vault = vaultIn(folder, {}, [&](ReplacementStep reached) {
        // As a disk does that said it had written.
        if (reached == ReplacementStep::Switched)
            QVERIFY(overwrite(folder + u"/vault.keys"_s, "not what was written"));
    });
    REQUIRE_OK(unlock(*vault));
    REQUIRE_OK(replaceKeys(*vault));
    QVERIFY(files(folder).contains(u"vault.db"_s));
    QVERIFY(files(folder).contains(u"vault.keys.before"_s));
    vault.reset();
    isOneGoodVault(folder, true);
    QVERIFY(!files(folder).contains(u"vault.db"_s));
}

/// At each of the steps on which most depends; one cut, or so many at all of them together.
void tst_ReplacementCrash::leavesOneGoodVaultWhenThePowerIsCut_data()
{
    QTest::addColumn<std::optional<ReplacementStep>>("step");
    QTest::addColumn<std::optional<HeaderWriteStep>>("headerStep");
    QTest::addColumn<bool>("isNew");
    QTest::addColumn<quint32>("seed");
    QRandomGenerator random(m_seed);
    const auto at = [&random](const char *name, std::optional<ReplacementStep> step, std::optional<HeaderWriteStep> headerStep, bool isNew) {
        for (int cut = 0; cut < std::max(1, qEnvironmentVariableIntValue("CLAVITOR_POWER_CUTS") / 4); ++cut) {
            const quint32 seed = random.generate();
            QTest::addRow("%s, seed %u", name, seed) << step << headerStep << isNew << seed;
        }
    };
    at("power cut while half is copied", ReplacementStep::HalfCopied, {}, false);
    at("power cut before the header is renamed", {}, HeaderWriteStep::BothWritten, false);
    at("power cut after the header was renamed", {}, HeaderWriteStep::FirstRenamed, true);
    at("power cut when it has switched", ReplacementStep::Switched, {}, true);
}

void tst_ReplacementCrash::leavesOneGoodVaultWhenThePowerIsCut()
{
    QFETCH(std::optional<ReplacementStep>, step);
    QFETCH(std::optional<HeaderWriteStep>, headerStep);
    QFETCH(bool, isNew);
    QFETCH(quint32, seed);
    const QString folder = m_root->filePath(QLatin1StringView(QTest::currentDataTag()));
    QVERIFY(copyFolder(m_template, folder));
    QVERIFY(diesAt(folder, step, headerStep, seed));
    isOneGoodVault(folder, isNew);
}

/// Before any change of a database's file, while rows are copied for the most part.
void tst_ReplacementCrash::leavesOneGoodVaultWhereverThePowerIsCut_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<quint32>("seed");
    QRandomGenerator random(m_seed);
    for (int cut = 0; cut < std::max(3, qEnvironmentVariableIntValue("CLAVITOR_POWER_CUTS")); ++cut) {
        const int change = random.bounded(MostChanges);
        const quint32 seed = random.generate();
        QTest::addRow("power cut before change %d, seed %u", change, seed) << change << seed;
    }
}

void tst_ReplacementCrash::leavesOneGoodVaultWhereverThePowerIsCut()
{
    QFETCH(int, change);
    QFETCH(quint32, seed);
    const QString folder = m_root->filePath(QLatin1StringView(QTest::currentDataTag()));
    QVERIFY(copyFolder(m_template, folder));
    QVERIFY(diesAt(folder, {}, {}, seed, change));
    const auto header = VaultFolder(folder).readHeader();
    REQUIRE_OK(header);
    isOneGoodVault(folder, header->headers.front().epoch > 1);
}

QTEST_GUILESS_MAIN(tst_ReplacementCrash)
#include "tst_ReplacementCrash.moc"
