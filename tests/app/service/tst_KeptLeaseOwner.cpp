// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/VaultClient.h"
#include "tests/app/service/KeptLease.h"
#include "tests/support/ClientVault.h"

#include <QSignalSpy>

#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// A vault that is locked and keeps a lease is a locked one to the windows: whatever they may ask.
class tst_KeptLeaseOwner : public KeptLease {
    Q_OBJECT

    /// Takes any answer, and keeps whether it was an error and which.
    struct Any {
        QObject *context;
        std::shared_ptr<std::optional<Result<>>> told;

        template<typename T>
        operator Reply<T>() const // NOLINT: what it is for
        {
            return {context, [told = told](const T &answer) {
                *told = answer ? Result<>() : Result<>(std::unexpected(answer.error()));
            }};
        }
    };
    using Call = std::function<void(VaultClient &, tst_KeptLeaseOwner &, const Any &)>;

    [[nodiscard]] AgentDraft key() const { return {u"other"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::Trusted)}; }
    static crypto::SecretText text(const char *words) { return crypto::SecretText::copyOf(words); }

private slots:
    void everyCallOfThePersonIsRefused_data()
    {
        QTest::addColumn<Call>("call");
        const auto row = [](const char *name, Call call) { QTest::newRow(name) << std::move(call); };
        row("entries", [](auto &client, auto &, auto &any) { client.entries({}, any); });
        row("counts", [](auto &client, auto &, auto &any) { client.counts(any); });
        row("entry", [](auto &client, auto &test, auto &any) { client.entry(test.m_github, any); });
        row("openValues", [](auto &client, auto &test, auto &any) { client.openValues(test.m_github, any); });
        row("reveal", [](auto &client, auto &test, auto &any) { client.reveal(test.m_github, 1, Purpose::Show, any); });
        row("copy", [](auto &client, auto &test, auto &any) { client.reveal(test.m_github, 1, Purpose::Copy, any); });
        row("code", [](auto &client, auto &test, auto &any) { client.code(test.m_github, 2, Purpose::Show, any); });
        row("save", [](auto &client, auto &, auto &any) { client.save(draft(u"new"_s, {}), any); });
        row("setFavourite", [](auto &client, auto &test, auto &any) { client.setFavourite(test.m_github, true, any); });
        row("setDecoy", [](auto &client, auto &test, auto &any) { client.setDecoy(test.m_github, true, any); });
        row("moveToTrash", [](auto &client, auto &test, auto &any) { client.moveToTrash({test.m_github}, any); });
        row("restoreFromTrash", [](auto &client, auto &test, auto &any) { client.restoreFromTrash({test.m_github}, any); });
        row("deleteForever", [](auto &client, auto &test, auto &any) { client.deleteForever({test.m_github}, any); });
        row("history", [](auto &client, auto &test, auto &any) { client.history(test.m_github, any); });
        row("revealVersion", [](auto &client, auto &test, auto &any) { client.revealVersion(test.m_github, 1, 1, any); });
        row("restoreVersion", [](auto &client, auto &test, auto &any) { client.restoreVersion(test.m_github, 1, any); });
        row("agents", [](auto &client, auto &, auto &any) { client.agents(any); });
        row("createKey", [](auto &client, auto &test, auto &any) { client.createKey(test.key(), any); });
        row("updateKey", [](auto &client, auto &test, auto &any) { client.updateKey(test.m_nightlyId, test.key(), any); });
        row("setKeyPaused", [](auto &client, auto &test, auto &any) { client.setKeyPaused(test.m_nightlyId, false, any); });
        row("revokeKey", [](auto &client, auto &test, auto &any) { client.revokeKey(test.m_nightlyId, any); });
        row("rotateKey", [](auto &client, auto &test, auto &any) { client.rotateKey(test.m_nightlyId, any); });
        row("releaseKey", [](auto &client, auto &test, auto &any) { client.releaseKey(test.m_nightlyId, any); });
        row("viewAs", [](auto &client, auto &test, auto &any) { client.viewAs(test.m_nightlyId, any); });
        row("receipt", [](auto &client, auto &test, auto &any) { client.receipt(test.m_nightlyId, 0, 1, any); });
        row("blastRadius", [](auto &client, auto &test, auto &any) { client.blastRadius(test.m_nightlyId, any); });
        row("tickRotated", [](auto &client, auto &test, auto &any) { client.tickRotated(test.m_nightlyId, test.m_github, true, any); });
        row("approvals", [](auto &client, auto &, auto &any) { client.approvals(any); });
        row("answerApproval", [](auto &client, auto &, auto &any) { client.answerApproval({}, ApprovalAnswer::Always, any); });
        row("grants", [](auto &client, auto &, auto &any) { client.grants(any); });
        row("endGrant", [](auto &client, auto &test, auto &any) { client.endGrant(test.m_lease, any); });
        row("addLease", [](auto &client, auto &test, auto &any) {
            client.addLease({test.m_nightlyId, {test.m_staging}, false, 5, test.m_vault->now + ms::hour}, any);
        });
        row("allowAlways", [](auto &client, auto &test, auto &any) { client.allowAlways(test.m_nightlyId, test.m_staging, Action::Read, any); });
        row("entryRequests", [](auto &client, auto &, auto &any) { client.entryRequests(any); });
        row("fulfilRequest", [](auto &client, auto &test, auto &any) { client.fulfilRequest({}, test.m_staging, true, any); });
        row("declineRequest", [](auto &client, auto &, auto &any) { client.declineRequest({}, any); });
        row("auditPage", [](auto &client, auto &, auto &any) { client.auditPage({}, 0, 10, any); });
        row("auditTimeline", [](auto &client, auto &, auto &any) { client.auditTimeline({}, ms::hour, any); });
        row("verifyLog", [](auto &client, auto &, auto &any) { client.verifyLog({}, any); });
        row("applyImport", [](auto &client, auto &, auto &any) { client.applyImport({}, any); });
        row("undoImport", [](auto &client, auto &, auto &any) { client.undoImport({}, any); });
        row("changePassword", [](auto &client, auto &, auto &any) {
            client.changePassword(TemporaryVault::password(), text("another horse, another battery"), any);
        });
        row("openPersonal", [](auto &client, auto &, auto &any) { client.openPersonal(TemporaryVault::password(), any); });
        row("openPersonalWithSecret", [](auto &client, auto &, auto &any) {
            client.openPersonalWithSecret({crypto::SlotKind::Recovery, 0}, crypto::SecretBytes(32), any);
        });
        row("addWay", [](auto &client, auto &, auto &any) {
            client.addWay({crypto::SlotKind::Recovery, {}, {}}, crypto::SecretBytes(32), TemporaryVault::password(), any);
        });
        row("removeWay", [](auto &client, auto &, auto &any) { client.removeWay({crypto::SlotKind::Recovery, 0}, any); });
        row("setPassword", [](auto &client, auto &, auto &any) {
            client.setPassword({crypto::SlotKind::Recovery, 0}, crypto::SecretBytes(32), text("another horse, another battery"), any);
        });
        row("replaceKeys", [](auto &client, auto &, auto &any) { client.replaceKeys(TemporaryVault::password(), any); });
        row("trustContents", [](auto &client, auto &, auto &any) { client.trustContents(any); });
        row("a keychain slot", [](auto &, auto &test, auto &any) { *any.told = test.vault().addKeychainSlot(crypto::SecretBytes(32)); });
        row("no keychain slot", [](auto &, auto &test, auto &any) { *any.told = test.vault().removeKeychainSlot(); });
        row("Personal again", [](auto &, auto &test, auto &any) { *any.told = test.vault().reopenPersonal(); });
    }

    void everyCallOfThePersonIsRefused()
    {
        QFETCH(Call, call);
        NoKeychain keychain;
        VaultClient client(&vault(), keychain, crypto::systemRandom());
        client.lockKeepingLeases(LockCause::Asked);
        QTRY_VERIFY(client.facts().keepsLeases());
        QVERIFY(!client.isUnlocked());
        const Any any{&client, std::make_shared<std::optional<Result<>>>()};
        call(client, *this, any);
        QTRY_VERIFY(any.told->has_value());
        QVERIFY2(!**any.told, "refused");
        QCOMPARE((*any.told)->error().code, ErrorCode::Locked);
        QVERIFY(isKeeping());
        QCOMPARE(vault().personalKeys(), nullptr);
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Ok);
    }

    void personalIsShutAndNeedsItsPasswordAgain()
    {
        QVERIFY(m_vault->openPersonal());
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        vault().keepPersonal(true);
        QVERIFY(facts.last().first().value<VaultFacts>().keepsPersonal);
        QVERIFY(vault().lockKeepingLeases());
        QVERIFY(!facts.last().first().value<VaultFacts>().keepsPersonal);
        QVERIFY(m_vault->unlock());
        QCOMPARE(vault().reopenPersonal().error().code, ErrorCode::PersonalShut);
        QVERIFY(m_vault->openPersonal());
    }

    void theWindowsAreToldAndMayStopIt()
    {
        NoKeychain keychain;
        VaultClient client(&vault(), keychain, crypto::systemRandom());
        QSignalSpy asked(&client, &VaultClient::lockAsked);
        client.lockKeepingLeases(LockCause::Asked);
        QCOMPARE(asked.size(), 1);
        QTRY_VERIFY(client.facts().keepsLeases());
        QCOMPARE(client.facts().leases.first().readsLeft, 6);
        QSignalSpy rows(&vault(), &Vault::auditAppended);
        (void)read(m_nightly, m_github);
        QTRY_COMPARE(client.facts().leases.first().readsLeft, 4);
        QVERIFY2(rows.isEmpty(), "a locked window is told no title");
        bool isStopped = false;
        client.endKeptLeases({&client, [&](const Result<> &result) { isStopped = result.has_value(); }});
        QTRY_VERIFY(isStopped);
        QTRY_VERIFY(!client.facts().keepsLeases());
        QCOMPARE(client.facts().state, LockState::Locked);
    }

    void itIsKeptAlsoWhenTheLockIsAskedForTwice()
    {
        NoKeychain keychain;
        VaultClient client(&vault(), keychain, crypto::systemRandom());
        bool isAskedAgain = false;
        // As the screen and the session both ask: the second comes while the file is looked at for the first.
        QObject::connect(&vault(), &Vault::auditAppended, &client, [&] {
            if (!std::exchange(isAskedAgain, true))
                client.lockKeepingLeases(LockCause::Screen);
        });
        client.lockKeepingLeases(LockCause::Asked);
        QTRY_VERIFY(client.facts().keepsLeases());
        QVERIFY(isAskedAgain);
        QTest::qWait(50);
        QVERIFY(isKeeping());
    }

    void theWindowsAreToldWhenThereIsNoneToKeep()
    {
        QVERIFY(m_vault->open().endGrant(m_lease));
        NoKeychain keychain;
        VaultClient client(&vault(), keychain, crypto::systemRandom());
        QSignalSpy notKept(&client, &VaultClient::leaseNotKept);
        QSignalSpy trouble(&client, &VaultClient::trouble);
        client.lockKeepingLeases(LockCause::Asked);
        QTRY_COMPARE(notKept.size(), 1);
        QVERIFY(trouble.isEmpty());
        QVERIFY(!isKeeping());
        QTRY_COMPARE(client.facts().state, LockState::Locked);
    }
};

QTEST_GUILESS_MAIN(tst_KeptLeaseOwner)
#include "tst_KeptLeaseOwner.moc"
