// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"
#include "app/store/Transaction.h"

#include "tests/app/service/TrustTest.h"
#include "tests/support/TemporaryStore.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What becomes of a vault whose file is not as it was left: pages of an older one in it, a whole older one in its place.
class tst_VaultTrust : public TrustTest {
    Q_OBJECT

    /// By vault.keys.before, which is the older one, as neither copy of vault.keys can be read.
    void openByFormerKeys();
    /// Nor with the next unlock.
    void isSaidNoMore();

private slots:
    void opensForLookingOnlyWhatWasChangedOutside();
    void trustsItWhenThePersonSaysSo();
    void takesOutWhatIsThereTwiceOnRecord();
    void opensForLookingOnlyByKeyFilesOfBefore();
    void opensByTheKeyFileOfBeforeOnRecord();
    void recordsTheKeyFileOfBeforeAfterAKill();
    void recordsTheKeyFileOfBeforeWhenItIsTrusted();
    void tellsThatATrustedKeyFileCannotBePutBack();
    void looksAtTheRestOfALongLogAfterwards();
    void looksAtTheSearchIndex_data();
    void looksAtTheSearchIndex();
    void refusesTheDatabaseOfAnotherVault();
    void givesAVaultFromBeforeItsFirstManifest();
};

void tst_VaultTrust::opensForLookingOnlyWhatWasChangedOutside()
{
    resurrect();
    QCOMPARE(m_facts.state, LockState::Unlocked);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::ChangedOutside);
    // The key that works again in that page does not.
    QCOMPARE(askAgain(), link::Status::VaultChanged);
    // The owner sees everything, Personal too, and writes nothing.
    const auto shown = m_vault->open().reveal(m_entry, 1, Purpose::Show, nullptr);
    REQUIRE_OK(shown);
    QVERIFY(shown->equals("canary"));
    REQUIRE_OK(m_vault->openPersonal());
    REQUIRE_ERROR(m_vault->open().save(draft(u"new.example"_s, {})), ErrorCode::ChangedOutside);
    REQUIRE_ERROR(m_vault->open().setFavourite(m_entry, true), ErrorCode::ChangedOutside);
    REQUIRE_ERROR(m_vault->changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery")),
                  ErrorCode::ChangedOutside);
    REQUIRE_ERROR(vault().addKeychainSlot(secretBytes(1)), ErrorCode::ChangedOutside);
    REQUIRE_OK(vault().lock());
    QVERIFY(!m_facts.distrust);
    // It stays so.
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(m_facts.distrust);
}

void tst_VaultTrust::trustsItWhenThePersonSaysSo()
{
    resurrect();
    REQUIRE_OK(vault().trustContents());
    QVERIFY(!m_facts.distrust);
    const auto rows = m_vault->open().rows().page({}, 0, 10);
    REQUIRE_OK(rows);
    QStringList actions;
    for (const AuditEvent &event : rows->events)
        actions.append(event.action);
    QVERIFY(actions.contains(u"vault.trust"_s));
    const auto trust = std::ranges::find(rows->events, u"vault.trust"_s, &AuditEvent::action);
    QVERIFY2(trust->why.contains(u"keys"_s), qPrintable(trust->why));
    // The key is there again, and waits for the person.
    QCOMPARE(askAgain(), link::Status::KeyPaused);
    const auto keys = m_vault->open().agents().list();
    REQUIRE_OK(keys);
    REQUIRE_OK(m_vault->open().setKeyPaused(keys->first().keyId, false));
    QCOMPARE(askAgain(), link::Status::Ok);
    REQUIRE_OK(m_vault->open().save(draft(u"new.example"_s, {})));
    lockAndClose();
    m_vault->restart();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
}

void tst_VaultTrust::takesOutWhatIsThereTwiceOnRecord()
{
    QList<EntryId> ids;
    for (int i = 0; i < 25; ++i) {
        const auto saved = m_vault->open().save(draft(u"site%1.example"_s.arg(i), {{"password", FieldKind::Password, "canary"}}));
        REQUIRE_OK(saved);
        ids.append(saved->id);
    }
    lockAndClose();
    const QByteArray before = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    for (const EntryId &id : ids) {
        EntryDraft edit = editOf(*m_vault->open().catalog().find(id));
        edit.title += QString(400, u'x');
        REQUIRE_OK(m_vault->open().save(std::move(edit)));
    }
    lockAndClose();
    const QByteArray after = contentOf(database());
    int twice = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size() && twice == 0; at += pageSize) {
        if (!restartWithPage(at, before, after))
            continue;
        if (!m_vault->unlock() || !m_facts.distrust || !m_facts.distrust->parts.contains(VaultPart::Entries) || !vault().trustContents()
            || m_facts.removedSurplus.isEmpty()) {
            (void)vault().lock();
            continue;
        }
        ++twice;
        const RemovedSurplus &removed = m_facts.removedSurplus.first();
        QVERIFY(removed.rows > 0);
        const auto rows = m_vault->open().rows().page({}, 0, 10);
        REQUIRE_OK(rows);
        const auto trust = std::ranges::find(rows->events, u"vault.trust"_s, &AuditEvent::action);
        QVERIFY(trust != rows->events.end());
        QVERIFY2(trust->why.contains(u"there twice one stayed"_s), qPrintable(trust->why));
        // It is written as any, and as it was left at the next unlock.
        REQUIRE_OK(m_vault->open().save(draft(u"later.example"_s, {})));
        REQUIRE_OK(vault().lock());
        QVERIFY(m_facts.removedSurplus.isEmpty());
        REQUIRE_OK(m_vault->unlock());
        QVERIFY(!m_facts.distrust);
    }
    QCOMPARE(twice, 1);
}

void tst_VaultTrust::opensByTheKeyFileOfBeforeOnRecord()
{
    REQUIRE_OK(m_vault->open().save(draft(u"github.com"_s, {})));
    lockAndClose();
    const QString keys = m_vault->folder() + u"/vault.keys"_s;
    QVERIFY(QFile::copy(keys, keys + u".before"_s));
    QVERIFY(overwrite(keys, "CLAVITOR"));
    QVERIFY(overwrite(keys + u".copy"_s, QByteArray()));
    m_vault->restart();
    listen();
    QVERIFY(vault().initialFacts().problem);
    QVERIFY(vault().initialFacts().formerKeys && vault().initialFacts().formerKeys->opensVault);
    REQUIRE_ERROR(m_vault->unlock(), ErrorCode::DamagedFile);
    REQUIRE_OK(vault().useFormerKeys());
    QCOMPARE(m_facts.state, LockState::Locked);
    QVERIFY(!m_facts.problem);
    QVERIFY(m_facts.formerKeys && m_facts.formerKeys->isInUse);
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
    QVERIFY(!m_facts.formerKeys);
    const auto rows = m_vault->open().rows().page({}, 0, 1);
    REQUIRE_OK(rows);
    QCOMPARE(rows->events.first().action, u"unlock"_s);
    QVERIFY(rows->events.first().why.contains(u"vault.keys.before"_s));
    // What was kept for a replacement that came to nothing is gone with the next unlock that finds the vault as it was left.
    QVERIFY(!QFile::exists(keys + u".before"_s));
    REQUIRE_OK(vault().lock());
    m_vault->restart();
    QVERIFY(!vault().initialFacts().problem);
    REQUIRE_OK(m_vault->unlock());
    const auto next = m_vault->open().rows().page({}, 0, 1);
    REQUIRE_OK(next);
    QCOMPARE(next->events.first().action, u"unlock"_s);
    QVERIFY2(!next->events.first().why.contains(u"vault.keys.before"_s), "it is said once");
}

void tst_VaultTrust::recordsTheKeyFileOfBeforeAfterAKill()
{
    lockAndClose();
    const QString keys = m_vault->folder() + u"/vault.keys"_s;
    QVERIFY(QFile::copy(keys, keys + u".before"_s));
    QVERIFY(overwrite(keys, "CLAVITOR"));
    QVERIFY(overwrite(keys + u".copy"_s, QByteArray()));
    // It has taken their place, and the row is not written yet.
    const VaultFolder folder(m_vault->folder());
    const auto former = folder.former();
    REQUIRE_OK(former);
    REQUIRE_OK(folder.putBackFormer(*former));
    m_vault->restart();
    listen();
    QVERIFY(!vault().initialFacts().problem);
    QVERIFY(vault().initialFacts().repairNote.contains(u"vault.keys.before took their place"_s));
    REQUIRE_OK(m_vault->unlock());
    const auto rows = m_vault->open().rows().page({}, 0, 1);
    REQUIRE_OK(rows);
    QCOMPARE(rows->events.first().action, u"unlock"_s);
    QVERIFY(rows->events.first().why.contains(u"vault.keys.before"_s));
    isSaidNoMore();
}

void tst_VaultTrust::openByFormerKeys()
{
    const QString keys = m_vault->folder() + u"/vault.keys"_s;
    QVERIFY(QFile::copy(keys, keys + u".before"_s));
    REQUIRE_OK(m_vault->changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery")));
    lockAndClose();
    QVERIFY(overwrite(keys, "CLAVITOR"));
    QVERIFY(overwrite(keys + u".copy"_s, QByteArray()));
    m_vault->restart();
    listen();
    REQUIRE_OK(vault().useFormerKeys());
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(m_facts.distrust);
}

void tst_VaultTrust::isSaidNoMore()
{
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    const auto next = m_vault->open().rows().page({}, 0, 1);
    REQUIRE_OK(next);
    QVERIFY2(!next->events.first().why.contains(u"vault.keys.before"_s), "it is said once");
}

void tst_VaultTrust::recordsTheKeyFileOfBeforeWhenItIsTrusted()
{
    openByFormerKeys();
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::KeyFile});
    REQUIRE_OK(vault().trustContents());
    const auto rows = m_vault->open().rows().page({}, 0, 10);
    REQUIRE_OK(rows);
    const auto trust = std::ranges::find(rows->events, u"vault.trust"_s, &AuditEvent::action);
    QVERIFY(trust != rows->events.end());
    QVERIFY2(trust->why.contains(u"vault.keys.before"_s), qPrintable(trust->why));
    isSaidNoMore();
}

void tst_VaultTrust::tellsThatATrustedKeyFileCannotBePutBack()
{
    openByFormerKeys();
    const QString keys = m_vault->folder() + u"/vault.keys"_s;
    QVERIFY(QDir().mkpath(keys + u".new/in the way"_s));
    QSignalSpy troubles(&vault(), &Vault::trouble);
    REQUIRE_OK(vault().trustContents());
    QCOMPARE(troubles.size(), 1);
    QVERIFY(QFile::exists(keys + u".before"_s));
}

void tst_VaultTrust::opensForLookingOnlyByKeyFilesOfBefore()
{
    const crypto::SecretText next = crypto::SecretText::copyOf("another horse, another battery");
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    m_entry = saved->id;
    const VaultFolder folder(m_vault->folder());
    const QByteArray header = contentOf(folder.headerPath());
    REQUIRE_OK(m_vault->changePassword(TemporaryVault::password(), next));
    lockAndClose();
    QVERIFY(overwrite(folder.headerPath(), header));
    QVERIFY(overwrite(folder.headerCopyPath(), header));
    m_vault->restart();
    listen();
    REQUIRE_ERROR(m_vault->unlock(next), ErrorCode::WrongPassword);
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::ChangedOutside);
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::KeyFile});
    QCOMPARE(askAgain(), link::Status::VaultChanged);
    REQUIRE_ERROR(m_vault->changePassword(TemporaryVault::password(), next), ErrorCode::ChangedOutside);

    REQUIRE_OK(vault().trustContents());
    const auto rows = m_vault->open().rows().page({}, 0, 10);
    REQUIRE_OK(rows);
    const auto trust = std::ranges::find(rows->events, u"vault.trust"_s, &AuditEvent::action);
    QVERIFY(trust != rows->events.end());
    QVERIFY2(trust->why.contains(u"vault.keys"_s), qPrintable(trust->why));
    QCOMPARE(askAgain(), link::Status::KeyPaused);
    REQUIRE_OK(m_vault->changePassword(TemporaryVault::password(), next));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock(next));
    QVERIFY(!m_facts.distrust);
}

void tst_VaultTrust::looksAtTheRestOfALongLogAfterwards()
{
    {
        QList<AuditEvent> rows;
        for (qint64 i = 0; i < Manifest::auditAtOnce + 100; ++i)
            rows.append(m_vault->open().owner().row("read"_L1, u"entry"_s, i % 3 == 0 ? EntryId{} : EntryId{newUuid(1000 + i % 50)}));
        REQUIRE_OK(m_vault->open().owner().record(rows));
    }
    lockAndClose();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(m_vault->vault().isSweeping());
    QTRY_VERIFY(!m_vault->vault().isSweeping());
    QVERIFY(!m_facts.distrust);
    // An early row, by somebody who has the file open and no triggers.
    REQUIRE_OK(m_vault->open().database().run("DROP TRIGGER temp.watch_audit_UPDATE"));
    REQUIRE_OK(m_vault->open().database().run("UPDATE audit SET subject = 'other' WHERE sequence = 77"));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::Log});
}

void tst_VaultTrust::looksAtTheSearchIndex_data()
{
    QTest::addColumn<quint64>("entries");
    QTest::addColumn<bool>("isAtOnce");
    QTest::newRow("a small one at once") << quint64{2} << true;
    QTest::newRow("a large one soon afterwards") << Manifest::searchAtOnce + 1 << false;
}

void tst_VaultTrust::looksAtTheSearchIndex()
{
    QFETCH(quint64, entries);
    QFETCH(bool, isAtOnce);
    {
        auto transaction = Transaction::begin(m_vault->open().database());
        REQUIRE_OK(transaction);
        for (quint64 i = 0; i < entries; ++i)
            REQUIRE_OK(m_vault->open().save(draft(u"site%1.example"_s.arg(i), {})));
        REQUIRE_OK(transaction->commit());
    }
    lockAndClose();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QTest::qWait(isAtOnce ? 0 : 2500);
    QVERIFY(!m_facts.distrust);
    // As an older page of it would have it.
    REQUIRE_OK(m_vault->open().database().run("INSERT INTO search_index (search_index, rowid, title, urls, tags, listed, notes) "
                                              "SELECT 'delete', entry, title, urls, tags, listed, notes FROM search_text LIMIT 1"));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QCOMPARE(m_facts.distrust.has_value(), isAtOnce);
    // Nothing is written into one that is wrong, also where nobody has looked yet.
    REQUIRE_ERROR(m_vault->open().save(draft(u"another.example"_s, {})), ErrorCode::ChangedOutside);
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::SearchIndex});
    // Trusted, it is made anew from the texts.
    REQUIRE_OK(vault().trustContents());
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QTest::qWait(isAtOnce ? 0 : 2500);
    QVERIFY(!m_facts.distrust);
    const auto found = m_vault->open().catalog().search(u"site0.example"_s, 10, std::nullopt);
    REQUIRE_OK(found);
    QCOMPARE(found->total, 1);
}

void tst_VaultTrust::refusesTheDatabaseOfAnotherVault()
{
    lockAndClose();
    TemporaryVault other;
    REQUIRE_OK(other.create());
    REQUIRE_OK(other.vault().lock());
    const QByteArray ours = contentOf(database());
    QVERIFY(overwrite(database(), contentOf(other.folder() + u"/vault.db"_s)));
    QVERIFY(overwrite(other.folder() + u"/vault.db"_s, ours));
    REQUIRE_ERROR(m_vault->unlock(), ErrorCode::ForeignFile);
    REQUIRE_ERROR(other.unlock(), ErrorCode::ForeignFile);
    QVERIFY(vault().open() == nullptr);
}

void tst_VaultTrust::givesAVaultFromBeforeItsFirstManifest()
{
    // As a program without manifests left it.
    REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {{"password", FieldKind::Password, "canary"}})));
    Database &database = m_vault->open().database();
    std::vector<std::string> triggers;
    {
        Statement names = database.statement("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'");
        REQUIRE_OK(names.forEach([&] { triggers.push_back(names.text(0).toStdString()); }));
    }
    QVERIFY(!triggers.empty());
    for (const std::string &trigger : triggers)
        REQUIRE_OK(database.run("DROP TRIGGER temp." + trigger));
    REQUIRE_OK(database.run("ALTER TABLE audit_chain DROP COLUMN manifest"));
    REQUIRE_OK(database.run("ALTER TABLE audit_chain DROP COLUMN vault"));
    REQUIRE_OK(database.run("PRAGMA user_version = 2"));
    m_vault->restart();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
    REQUIRE_OK(Manifest(m_vault->open().database()).state());
    REQUIRE_OK(m_vault->open().save(draft(u"two.example"_s, {})));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
}

QTEST_GUILESS_MAIN(tst_VaultTrust)
#include "tst_VaultTrust.moc"
