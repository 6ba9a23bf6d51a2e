// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/RefusalReasons.h"
#include "tests/app/service/ReplacementTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// All keys of a vault are replaced: what stays, what goes, and what is left when it does not come to an end.
class tst_VaultReplacement : public ReplacementTest {
    Q_OBJECT
private slots:
    void keepsEverythingUnderNewKeys();
    void leavesNoWayButThePassword();
    void takesTokensAndLeavesKeys();
    void verifiesTheLogAcrossTheReplacement();
    void believesAFormerSignerOnlyAboutItsOwnRows();
    void replacesThemAgain();
    void changesNothingForAWrongPassword();
    void changesNothingWhenItIsCancelled();
    void changesNothingWhenItIsLockedMeanwhile_data();
    void changesNothingWhenItIsLockedMeanwhile();
    void leavesALeaseNobodyCanUse();
    void changesNothingOnAFullDisk();
    void changesNothingInAFolderThatCannotBeWritten();
    void changesNothingWhenAPersonalRecordDoesNotOpen();
    void looksAtTheFileBeforeItSealsItAnew();
    void keepsAgentsWaitingAndOthersFromWriting();
    void pausesAgentsWhileItRuns();
};

void tst_VaultReplacement::keepsEverythingUnderNewKeys()
{
    fill();
    const QStringList before = everything();
    QVERIFY(before.size() > 60);
    QVERIFY(before.filter(u"? "_s).isEmpty());
    const QByteArray keys = contentOf(file("vault.keys"));
    QSignalSpy progress(&vault(), &Vault::replacementProgress);
    QSignalSpy shut(&vault(), &Vault::personalShut);
    REQUIRE_OK(replaceKeys(vault()));
    QVERIFY(progress.size() > 2);
    QCOMPARE(shut.size(), 1);
    QVERIFY(!vault().initialFacts().keepsPersonal);
    QCOMPARE(lastAction(), u"keys.replace allowed"_s);
    REQUIRE_OK(m_vault->openPersonal());
    QCOMPARE(everything(), before);
    QVERIFY(contentOf(file("vault.keys")) != keys);
    // An import still finds what is there already.
    const auto likeness = m_vault->open().entries().likenessOf(draft(u"entry 1"_s, {{"user name", FieldKind::Username, "jo@example.org"}, {"password", FieldKind::Password, "shared-value"},
                                                                                    {"card number", FieldKind::CardNumber, "4111111111111111"}}, {u"dev"_s}), vault().personalKeys());
    REQUIRE_OK(likeness);
    QVERIFY(likeness->same);
    // It is written, locked and opened like any other.
    REQUIRE_OK(m_vault->open().save(draft(u"written.example"_s, {{"card number", FieldKind::CardNumber, "4222222222222"}})));
    REQUIRE_OK(vault().lock());
    QCOMPARE(files(), (QStringList{u"lock"_s, u"vault.2.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s}));
    QCOMPARE(contentOf(file("vault.keys")), contentOf(file("vault.keys.copy")));
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_vault->open().database().isFrozen());
    REQUIRE_OK(m_vault->openPersonal());
    QVERIFY(everything().filter(u"? "_s).isEmpty());
    QVERIFY(everything().contains(u"  card number 1 4222222222222"_s));
    REQUIRE_OK(m_vault->open().database().quickCheck());
}

void tst_VaultReplacement::leavesNoWayButThePassword()
{
    REQUIRE_OK(vault().addKeychainSlot(secretBytes(0x11)));
    std::optional<Result<>> added;
    vault().addWay({crypto::SlotKind::Recovery, {}, {}}, secretBytes(0x22), TemporaryVault::password(), [&](Result<> result) { added = result; });
    REQUIRE_OK(*added);
    const auto replaced = replaceKeys(vault());
    REQUIRE_OK(replaced);
    QCOMPARE(replaced->gone.size(), 2);
    QVERIFY(!vault().initialFacts().hasKeychainSlot);
    QCOMPARE(vault().initialFacts().ways.size(), 1);
    REQUIRE_OK(vault().lock());
    REQUIRE_ERROR(vault().unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::KeychainNoItem);
    REQUIRE_ERROR(vault().unlockWithSecret({crypto::SlotKind::Recovery, 0}, secretBytes(0x22)), ErrorCode::NoSuchWay);
    REQUIRE_OK(m_vault->unlock());
    // And they can be made again.
    REQUIRE_OK(vault().addKeychainSlot(secretBytes(0x33)));
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(vault().unlockWithKeychainSecret(secretBytes(0x33)));
}

void tst_VaultReplacement::takesTokensAndLeavesKeys()
{
    fill();
    const QByteArray token = makeKey(m_vault->open(), u"old"_s);
    QCOMPARE(ask(token), link::Status::Ok);
    const auto replaced = replaceKeys(vault());
    REQUIRE_OK(replaced);
    QCOMPARE(replaced->tokens, 3);
    QCOMPARE(ask(token), link::Status::Unauthorized);
    const auto agents = m_vault->open().agents().list();
    REQUIRE_OK(agents);
    for (const Agent &agent : *agents) {
        QVERIFY(agent.needsToken);
        QVERIFY(agent.scope.everything);
        QCOMPARE(m_vault->open().gate().view(agent.keyId)->stopped, QString(reason::TokenReplaced));
        const auto next = m_vault->open().rotateKey(agent.keyId);
        REQUIRE_OK(next);
        QVERIFY(!m_vault->open().agents().find(next->agent.keyId)->agent.needsToken);
        QCOMPARE(ask(QByteArray(next->token.view().data(), static_cast<qsizetype>(next->token.size()))), link::Status::Ok);
    }
}

void tst_VaultReplacement::verifiesTheLogAcrossTheReplacement()
{
    QByteArray notes;
    connect(&vault(), &Vault::checkpointMade, this, [&](const QByteArray &note) { notes += '\n' + note; });
    fill();
    REQUIRE_OK(vault().lock()); // makes a checkpoint
    REQUIRE_OK(m_vault->unlock());
    const QByteArray before = notes;
    QVERIFY(!before.isEmpty());
    REQUIRE_OK(replaceKeys(vault()));
    QVERIFY(notes.size() > before.size());
    REQUIRE_OK(m_vault->openPersonal());
    const LogVerdict alone = verifiedLog(vault());
    QCOMPARE(alone.fault, LogVerdict::Fault::None);
    QVERIFY(alone.checkpoints >= 3); // those of before and after in the vault, and the last of them in the keychain
    const LogVerdict beside = verifiedLog(vault(), before);
    QCOMPARE(beside.fault, LogVerdict::Fault::None);
    QCOMPARE(beside.checkpoints, alone.checkpoints + static_cast<int>(before.count("\ngeneration ")));
    QVERIFY(verifiedLog(vault(), notes).checkpoints > beside.checkpoints);
}

void tst_VaultReplacement::believesAFormerSignerOnlyAboutItsOwnRows()
{
    const auto former = crypto::SigningKey::of(secretBytes(1));
    const auto present = crypto::SigningKey::of(secretBytes(2));
    const std::vector<FormerSigner> signers{{former.verifyingKey(), 100}};
    const QString vaultId = u"7k3m9q2w4x8z"_s;
    const auto isGenuine = [&](qint64 row, const crypto::SigningKey &key) {
        const auto one = checkpoint::sign(vaultId, {row, {}, 1, 1'772'965'394'000, {}}, key);
        const bool found = checkpoint::NoteReader(vaultId, checkpoint::note(vaultId, one, key.verifyingKey()), present.verifyingKey(), signers).next(2).size() == 1;
        return found && checkpoint::isGenuine(vaultId, one, present.verifyingKey(), signers);
    };
    QVERIFY(isGenuine(100, former));
    QVERIFY(!isGenuine(101, former));
    QVERIFY(isGenuine(101, present));
    QVERIFY(!isGenuine(5, crypto::SigningKey::of(secretBytes(3))));
}

void tst_VaultReplacement::replacesThemAgain()
{
    fill();
    const QStringList before = everything();
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(vault().lock());
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(replaceKeys(vault()));
    REQUIRE_OK(m_vault->openPersonal());
    QCOMPARE(everything(), before);
    QCOMPARE(verifiedLog(vault()).fault, LogVerdict::Fault::None);
    QCOMPARE(formerSigners(m_vault->open().database())->size(), 2u);
    REQUIRE_OK(vault().lock());
    QCOMPARE(files(), (QStringList{u"lock"_s, u"vault.3.db"_s, u"vault.keys"_s, u"vault.keys.copy"_s}));
    // The password is changed and the vault locked as ever.
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(m_vault->changePassword(TemporaryVault::password(), secretText(NextPassword)));
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock(secretText(NextPassword)));
}

void tst_VaultReplacement::changesNothingForAWrongPassword()
{
    fill();
    const QStringList before = everything();
    REQUIRE_ERROR(replaceKeys(vault(), secretText("not the password")), ErrorCode::WrongPassword);
    QCOMPARE(lastAction(), u"keys.replace denied"_s);
    isAsItWas(before);
}

void tst_VaultReplacement::changesNothingWhenItIsCancelled()
{
    fill();
    const QStringList before = everything();
    int pieces = 0;
    connect(&vault(), &Vault::replacementProgress, this, [&](qint64, qint64 total) {
        if (total > 0 && ++pieces == 1)
            vault().cancelReplacement();
    });
    REQUIRE_ERROR(replaceKeys(vault()), ErrorCode::Cancelled);
    QCOMPARE(lastAction(), u"keys.replace error"_s);
    QCOMPARE(files().filter(u"vault.2"_s), QStringList());
    isAsItWas(before);
}

void tst_VaultReplacement::changesNothingWhenItIsLockedMeanwhile_data()
{
    QTest::addColumn<bool>("isKeeping");
    QTest::newRow("for everybody") << false;
    QTest::newRow("but for a lease") << true;
}

void tst_VaultReplacement::changesNothingWhenItIsLockedMeanwhile()
{
    QFETCH(bool, isKeeping);
    fill();
    const QString keyId = m_vault->open().agents().list()->first().keyId;
    const EntryId entry = m_vault->open().catalog().list({})->first().id;
    REQUIRE_OK(m_vault->open().addLease({keyId, {entry}, false, 6, m_vault->now + 3'600'000}));
    const QStringList before = everything();
    int pieces = 0;
    connect(&vault(), &Vault::replacementProgress, this, [&](qint64, qint64 total) {
        if (total > 0 && ++pieces == 1)
            QVERIFY(isKeeping ? vault().lockKeepingLeases() : vault().lock());
    });
    REQUIRE_ERROR(replaceKeys(vault()), ErrorCode::Locked);
    QVERIFY(!vault().open());
    QCOMPARE(vault().leased() != nullptr, isKeeping);
    isAsItWas(before);
}

void tst_VaultReplacement::leavesALeaseNobodyCanUse()
{
    fill();
    const QString keyId = m_vault->open().agents().list()->first().keyId;
    REQUIRE_OK(m_vault->open().addLease({keyId, {m_vault->open().catalog().list({})->first().id}, false, 6, m_vault->now + 3'600'000}));
    QCOMPARE(m_vault->open().leases().size(), 1);
    REQUIRE_OK(replaceKeys(vault()));
    // Nothing is kept open for a key that nobody has the token of.
    QCOMPARE(m_vault->open().leases().size(), 0);
    REQUIRE_ERROR(vault().lockKeepingLeases(), ErrorCode::NotFound);
    QVERIFY(!vault().leased());
}

void tst_VaultReplacement::changesNothingOnAFullDisk()
{
    fill();
    const QStringList before = everything();
    {
        // Enough for an empty vault, not for this one.
        const FullDisk full(static_cast<rlim_t>(QFileInfo(file("vault.db")).size() / 2));
        const auto replaced = replaceKeys(vault());
        QVERIFY(!replaced);
        QVERIFY2(replaced.error().code == ErrorCode::DiskFull || replaced.error().code == ErrorCode::Io, errorName(replaced.error().code).data());
    }
    isAsItWas(before);
}

void tst_VaultReplacement::changesNothingInAFolderThatCannotBeWritten()
{
    fill();
    const QStringList before = everything();
    {
        // The files are open; new ones cannot be made.
        QVERIFY(QFile::setPermissions(m_vault->folder(), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
        const NotRoot nobody;
        const auto replaced = replaceKeys(vault());
        QVERIFY(!replaced);
    }
    QVERIFY(QFile::setPermissions(m_vault->folder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    isAsItWas(before);
}

void tst_VaultReplacement::changesNothingWhenAPersonalRecordDoesNotOpen()
{
    fill();
    // Through the vault, so its manifest knows of it.
    REQUIRE_OK(m_vault->open().database().run("UPDATE fields SET value = zeroblob(300) WHERE tier = 1 AND entry = (SELECT row FROM entries WHERE title = 'entry 4')"));
    const QStringList before = everything();
    const auto replaced = replaceKeys(vault());
    REQUIRE_ERROR(replaced, ErrorCode::DamagedFile);
    QVERIFY2(replaced.error().detail.contains(u"entry 4"_s), qPrintable(replaced.error().detail));
    isAsItWas(before);
}

void tst_VaultReplacement::looksAtTheFileBeforeItSealsItAnew()
{
    fill();
    // As a page of another time would have it.
    REQUIRE_OK(m_vault->open().database().run("DROP TRIGGER temp.watch_agents_UPDATE"));
    REQUIRE_OK(m_vault->open().database().run("UPDATE agents SET expires_at = 1"));
    REQUIRE_ERROR(replaceKeys(vault()), ErrorCode::ChangedOutside);
    QVERIFY(vault().isDistrusted());
    QCOMPARE(vault().initialFacts().distrust->parts, QList{VaultPart::Keys});
    REQUIRE_ERROR(replaceKeys(vault()), ErrorCode::ChangedOutside);
}

void tst_VaultReplacement::keepsAgentsWaitingAndOthersFromWriting()
{
    fill();
    const QByteArray token = makeKey(m_vault->open(), u"old"_s);
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    const EntryId entry = m_vault->open().catalog().list({})->first().id;
    int pieces = 0;
    bool looked = false;
    connect(&vault(), &Vault::replacementProgress, this, [&](qint64, qint64 total) {
        if (total == 0 || ++pieces != 1)
            return;
        looked = true;
        bridge.ask(7, token, link::ReadQuery{entry.toString()});
        QTest::qWait(50); // pieces go on meanwhile
        QVERIFY(bridge.answers.isEmpty());
        REQUIRE_ERROR(m_vault->open().save(draft(u"new.example"_s, {})), ErrorCode::Busy);
        REQUIRE_ERROR(m_vault->open().reveal(entry, 2, Purpose::Show, nullptr), ErrorCode::Busy);
        REQUIRE_ERROR(vault().addKeychainSlot(secretBytes(1)), ErrorCode::Busy);
        REQUIRE_ERROR(m_vault->changePassword(TemporaryVault::password(), secretText(NextPassword)), ErrorCode::Busy);
        bool isRefused = false;
        vault().replaceKeys(TemporaryVault::password(), [&](const Result<KeysReplaced> &second) { isRefused = !second && second.error().code == ErrorCode::Busy; });
        QVERIFY(isRefused);
        // What is only looked at is there.
        QVERIFY(!m_vault->open().catalog().list({})->isEmpty());
        vault().cancelReplacement();
    });
    REQUIRE_ERROR(replaceKeys(vault()), ErrorCode::Cancelled);
    QVERIFY(looked);
    QVERIFY(QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }));
    QCOMPARE(bridge.answers.first().status, link::Status::Ok);
}

void tst_VaultReplacement::pausesAgentsWhileItRuns()
{
    fill();
    bool isTold = false;
    connect(&vault(), &Vault::replacementProgress, this, [&](qint64, qint64 total) {
        if (total > 0 && !std::exchange(isTold, true))
            REQUIRE_OK(vault().pauseAllKeys(true));
    });
    QSignalSpy facts(&vault(), &Vault::factsChanged);
    REQUIRE_OK(replaceKeys(vault()));
    QVERIFY(isTold);
    QVERIFY(facts.last().first().value<VaultFacts>().agentsPaused);
    QVERIFY(m_vault->open().areKeysPaused());
    QVERIFY(!QFile::exists(file("agents.paused")));
}

QTEST_GUILESS_MAIN(tst_VaultReplacement)
#include "tst_VaultReplacement.moc"
