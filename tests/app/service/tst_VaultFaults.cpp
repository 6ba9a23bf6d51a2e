// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"
#include "app/store/MetaStore.h"

#include "tests/support/BridgeSide.h"
#include "tests/support/FaultyVaultTest.h"
#include "tests/support/FileContent.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

crypto::SecretText otherPassword()
{
    return crypto::SecretText::copyOf("another horse, another battery");
}

crypto::SecretBytes keychainSecret()
{
    crypto::SecretBytes secret(32);
    crypto::systemRandom()(secret.writable());
    return secret;
}

} // namespace

/// A vault on a disk that fails: what is reported as failed was not done, and what was done is not reported as failed.
class tst_VaultFaults : public FaultyVaultTest {
    Q_OBJECT

    [[nodiscard]] QList<AuditEvent> rows(int count) { return m_vault->open().rows().page({}, 0, count)->events; }

    struct Leased {
        QByteArray token;
        EntryId entry;
    };
    /// One entry to a key that asks first.
    [[nodiscard]] Leased lease(int reads)
    {
        OpenVault &open = m_vault->open();
        const EntryId entry = open.save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}))->id;
        auto made = open.createKey({u"nightly-build"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::AskFirst)});
        const auto leased = open.addLease({made->agent.keyId, {entry}, false, reads, m_vault->now + ms::hour});
        Q_ASSERT(leased);
        return {QByteArray(made->token.view().data(), static_cast<qsizetype>(made->token.size())), entry};
    }
    static void faults()
    {
        QTest::addColumn<FaultyVfs::Fault>("fault");
        QTest::newRow("full") << FaultyVfs::Fault::Full;
        QTest::newRow("broken") << FaultyVfs::Fault::SyncError;
    }

    [[nodiscard]] Result<> addSheet(const crypto::SecretBytes &secret)
    {
        Result<> added = fail(ErrorCode::Internal);
        vault().addWay({crypto::SlotKind::Recovery}, crypto::SecretBytes::copyOf(secret.bytes()), TemporaryVault::password(),
                       [&](const Result<> &result) { added = result; });
        return added;
    }

private slots:
    void aPasswordWhoseRowCannotBeWrittenStaysAsItIs()
    {
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(m_vault->changePassword(TemporaryVault::password(), otherPassword()).error().code, ErrorCode::AuditUnavailable);
        }
        QVERIFY(vault().lock());
        QCOMPARE(m_vault->unlock(otherPassword()).error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->unlock());
    }

    void aPasswordIsChangedAlsoWhenTheDatabaseCannotBeToldOfTheNewHeader()
    {
        const VaultFolder folder(m_vault->folder());
        const QByteArray before = contentOf(folder.headerPath());
        {
            const QSignalSpy trouble(&vault(), &Vault::trouble);
            const FaultScope broken(FaultyVfs::Fault::SyncError, 1); // its row is written
            QVERIFY(m_vault->changePassword(TemporaryVault::password(), otherPassword()));
            QCOMPARE(trouble.size(), 1);
        }
        // The disk is well again: at the lock it is told.
        QVERIFY(vault().lock());
        QVERIFY(overwrite(folder.headerPath(), before));
        QVERIFY(overwrite(folder.headerCopyPath(), before));
        QVERIFY(m_vault->unlock());
        QVERIFY(vault().isDistrusted());
    }

    void aVaultOnADiskThatFailsOpensAndLearnsItsHeaderLater_data() { faults(); }
    void aVaultOnADiskThatFailsOpensAndLearnsItsHeaderLater()
    {
        QFETCH(FaultyVfs::Fault, fault);
        QVERIFY(MetaStore(m_vault->open().database()).remove("header.newest"_L1));
        QVERIFY(vault().lock());
        {
            const FaultScope failing(fault);
            QVERIFY(m_vault->unlock());
            QVERIFY(!vault().isDistrusted());
        }
        QVERIFY(vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY(MetaStore(m_vault->open().database()).value("header.newest"_L1)->has_value());
    }

    void aPauseThatAnUnlockCouldNotWriteIsStillMeantAtTheNext()
    {
        QVERIFY(vault().lock());
        QVERIFY(vault().pauseAllKeys(true));
        // In this program, and in the next.
        for (int i = 0; i < 2; ++i) {
            const FaultScope full(FaultyVfs::Fault::Full);
            QVERIFY(m_vault->unlock());
            QVERIFY(m_vault->open().areKeysPaused());
            QVERIFY(!vault().lock());
        }
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().areKeysPaused());
    }

    void aPauseThatAnUnlockCouldNotWriteEndsWhenTheOwnerSaysSo()
    {
        QVERIFY(vault().lock());
        QVERIFY(vault().pauseAllKeys(true));
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QVERIFY(m_vault->unlock());
        }
        QVERIFY(vault().pauseAllKeys(false));
        QVERIFY(vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY(!m_vault->open().areKeysPaused());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(!m_vault->open().areKeysPaused());
    }

    void aReadUnderALeaseLeavesNothingWithoutItsRow_data() { faults(); }
    void aReadUnderALeaseLeavesNothingWithoutItsRow()
    {
        QFETCH(FaultyVfs::Fault, fault);
        const Leased leased = lease(3);
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        QVERIFY(vault().lockKeepingLeases());
        {
            const FaultScope broken(fault);
            bridge.ask(1, leased.token, link::ReadQuery{leased.entry.toString()});
            QTRY_COMPARE(bridge.answers.size(), 1);
            QCOMPARE(bridge.answers.first().status, link::Status::AuditUnavailable);
            QVERIFY(bridge.answers.first().body.isEmpty());
        }
        bridge.ask(2, leased.token, link::ReadQuery{leased.entry.toString()});
        QTRY_COMPARE(bridge.answers.size(), 2);
        QCOMPARE(bridge.answers.last().status, link::Status::Ok);
    }

    void noLeaseIsKeptWhereTheLockCannotBeWritten_data() { faults(); }
    void noLeaseIsKeptWhereTheLockCannotBeWritten()
    {
        QFETCH(FaultyVfs::Fault, fault);
        (void)lease(3);
        const FaultScope broken(fault);
        QVERIFY(!vault().lockKeepingLeases());
        QVERIFY(!vault().open());
        QVERIFY(!vault().leased());
    }

    void whatCannotBeWrittenIsLockedAllTheSame_data() { faults(); }
    void whatCannotBeWrittenIsLockedAllTheSame()
    {
        QFETCH(FaultyVfs::Fault, fault);
        (void)lease(3);
        for (const bool isStopped : {false, true}) {
            QVERIFY(vault().lockKeepingLeases());
            QVERIFY(vault().leased());
            {
                const FaultScope broken(fault);
                QVERIFY(!(isStopped ? vault().endKeptLeases() : vault().lock()));
            }
            QVERIFY(!vault().leased());
            QVERIFY(m_vault->unlock());
            // An end that is not on record is none: the person was told so.
            QCOMPARE(m_vault->open().leases().size(), 1);
        }
    }

    void aKeychainSlotWhoseRowCannotBeWrittenIsNotMade()
    {
        const crypto::SecretBytes secret = keychainSecret();
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(vault().addKeychainSlot(secret).error().code, ErrorCode::AuditUnavailable);
        }
        QVERIFY(vault().addKeychainSlot(secret));
        {
            const FaultScope broken(FaultyVfs::Fault::SyncError);
            QCOMPARE(vault().removeKeychainSlot().error().code, ErrorCode::AuditUnavailable);
        }
        QVERIFY(vault().lock());
        QVERIFY(vault().unlockWithKeychainSecret(secret));
    }

    void aSheetWhoseRowCannotBeWrittenIsNotMadeNorRemoved()
    {
        const crypto::SecretBytes secret = keychainSecret();
        const WayName recovery{crypto::SlotKind::Recovery, 0};
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(addSheet(secret).error().code, ErrorCode::AuditUnavailable);
        }
        QCOMPARE(vault().unlockWithSecret(recovery, secret), Result<>()); // open already
        QCOMPARE(vault().openPersonalWithSecret(recovery, secret).error().code, ErrorCode::NoSuchWay);
        QVERIFY(addSheet(secret));
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(vault().removeWay(recovery).error().code, ErrorCode::AuditUnavailable);
            QCOMPARE(vault().openPersonalWithSecret(recovery, secret).error().code, ErrorCode::AuditUnavailable);
        }
        QVERIFY(vault().personalKeys() == nullptr);
        QVERIFY(vault().openPersonalWithSecret(recovery, secret));
        QVERIFY(vault().personalKeys() != nullptr);
    }

    void personalThatIsShutForWantOfARowIsToldSo()
    {
        const crypto::SecretBytes secret = keychainSecret();
        QVERIFY(addSheet(secret));
        QVERIFY(m_vault->openPersonal());
        QSignalSpy shut(&vault(), &Vault::personalShut);
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(vault().openPersonalWithSecret({crypto::SlotKind::Recovery, 0}, secret).error().code, ErrorCode::AuditUnavailable);
        }
        QCOMPARE(shut.size(), 1);
        QVERIFY(vault().personalKeys() == nullptr);
        QCOMPARE(shut.size(), 1);
    }

    void theWaysToUnlockAreOnRecord()
    {
        const crypto::SecretBytes sheet = keychainSecret();
        const crypto::SecretBytes device = keychainSecret();
        const WayName recovery{crypto::SlotKind::Recovery, 0};
        QVERIFY(addSheet(sheet));
        Result<> added = fail(ErrorCode::Internal);
        vault().addWay({crypto::SlotKind::SecurityKey, u"Blue"_s, "parameters"_ba}, crypto::SecretBytes::copyOf(device.bytes()),
                       TemporaryVault::password(), [&](const Result<> &result) { added = result; });
        QVERIFY(added);
        const WayName blue{crypto::SlotKind::SecurityKey, vault().initialFacts().ways.last().name.id};
        QCOMPARE(vault().openPersonalWithSecret(recovery, device).error().code, ErrorCode::WrongRecoverySheet);
        QCOMPARE(vault().openPersonalWithSecret(blue, sheet).error().code, ErrorCode::WrongDevice);
        QVERIFY(vault().openPersonalWithSecret(blue, device));
        QVERIFY(vault().lock());
        QVERIFY(vault().unlockWithSecret(blue, device));
        Result<> set = fail(ErrorCode::Internal);
        vault().setPassword(recovery, crypto::SecretBytes::copyOf(sheet.bytes()), otherPassword(), [&](const Result<> &result) { set = result; });
        QVERIFY(set);
        QVERIFY(vault().removeWay(blue));

        QStringList log;
        for (const AuditEvent &row : rows(9))
            log.prepend(row.action + u'|' + row.subject + u'|' + row.why + u'|' + (row.outcome == Outcome::Allowed ? u"+" : u"-"));
        const QString name = vault().initialFacts().name;
        QCOMPARE(log, (QStringList{u"slot.add|recovery sheet||+"_s, u"slot.add|security key Blue||+"_s,
                                   u"personal.open|%1|wrong recovery sheet|-"_s.arg(name), u"personal.open|%1|wrong device|-"_s.arg(name),
                                   u"personal.open|%1|security key Blue|+"_s.arg(name), u"lock|%1||+"_s.arg(name),
                                   u"unlock|%1|security key|+"_s.arg(name), u"password.change|%1|recovery sheet|+"_s.arg(name),
                                   u"slot.remove|security key Blue||+"_s}));
    }

    void personalStaysShutWhenItsRowCannotBeWritten()
    {
        {
            const FaultScope full(FaultyVfs::Fault::WriteError);
            QCOMPARE(m_vault->openPersonal().error().code, ErrorCode::AuditUnavailable);
        }
        QVERIFY(vault().personalKeys() == nullptr);
        QVERIFY(m_vault->openPersonal());
        QVERIFY(vault().personalKeys() != nullptr);
    }

    void anActThatFailsAfterItsRowSaysSoInASecondRow()
    {
        // A folder in the header's place: nothing can be renamed over it.
        const QString header = m_vault->folder() + u"/vault.keys"_s;
        QVERIFY(QFile::remove(header));
        QVERIFY(QDir().mkpath(header + u"/occupied"_s));
        const Result<> changed = m_vault->changePassword(TemporaryVault::password(), otherPassword());
        QVERIFY(!changed);
        const QList<AuditEvent> log = rows(2);
        QCOMPARE(log[1].action, u"password.change"_s);
        QCOMPARE(log[1].outcome, Outcome::Allowed);
        QCOMPARE(log[0].action, u"password.change"_s);
        QCOMPARE(log[0].outcome, Outcome::Error);
        QCOMPARE(log[0].why, QString(errorName(changed.error().code)));
        QVERIFY(m_vault->openPersonal());
    }

    void whoAskedTheLockedVaultIsKeptAndItIsToldWhenItCannotBeWritten()
    {
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        QVERIFY(vault().lock());
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::SearchQuery{u"github"_s, 5});
        QTRY_COMPARE(bridge.answers.size(), 1);

        AuditFilter asked;
        asked.outcomes = {Outcome::Locked};
        bool afterTheUnlocksRow = false;
        bool written = false;
        for (int place = 0; place < 100 && !written; ++place) {
            QSignalSpy trouble(&vault(), &Vault::trouble);
            {
                const FaultScope full(FaultyVfs::Fault::Full, place);
                if (!m_vault->unlock())
                    continue;
            }
            written = !m_vault->open().rows().page(asked, 0, 1)->events.isEmpty();
            QCOMPARE(trouble.size(), written ? 0 : 1);
            afterTheUnlocksRow |= !written && rows(1).first().action == "unlock"_L1;
            QVERIFY(vault().lock());
        }
        QVERIFY(afterTheUnlocksRow);
        QVERIFY(written);
    }

    void aWrongPasswordIsOnRecord()
    {
        QCOMPARE(m_vault->changePassword(otherPassword(), otherPassword()).error().code, ErrorCode::WrongPassword);
        QCOMPARE(m_vault->openPersonal(otherPassword()).error().code, ErrorCode::WrongPassword);
        const QList<AuditEvent> log = rows(2);
        QCOMPARE(log[1].action, u"password.change"_s);
        QCOMPARE(log[0].action, u"personal.open"_s);
        for (const AuditEvent &row : log) {
            QCOMPARE(row.outcome, Outcome::Denied);
            QCOMPARE(row.why, u"wrong password"_s);
        }
    }

    void personalThatRanOutIsToldEvenBeforeItsTimer()
    {
        QVERIFY(m_vault->openPersonal());
        QSignalSpy shut(&vault(), &Vault::personalShut);
        m_vault->now += PersonalWindow::length;
        QVERIFY(vault().personalKeys() == nullptr);
        QCOMPARE(shut.size(), 1);
        QVERIFY(vault().personalKeys() == nullptr);
        QCOMPARE(shut.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_VaultFaults)
#include "tst_VaultFaults.moc"
