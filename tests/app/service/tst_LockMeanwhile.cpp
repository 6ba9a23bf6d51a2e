// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/VaultClient.h"

#include "tests/support/ClientVault.h"
#include "tests/support/ResultChecks.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// A lock that is asked for while the vault's thread changes many entries, as it is in the program: on a thread of its own.
class tst_LockMeanwhile : public QObject {
    Q_OBJECT

    enum Work { Import, Undo, Trash, Restore, Purge };

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QThread> m_thread;
    Vault *m_vault = nullptr;
    NoKeychain m_keychain;
    std::unique_ptr<VaultClient> m_client;
    QList<EntryId> m_ids;
    ImportId m_import;

    [[nodiscard]] static ImportPlan planOf(int entries)
    {
        ImportPlan plan;
        plan.format = u"Test"_s;
        plan.source = u"test.json"_s;
        for (int i = 0; i < entries; ++i)
            plan.entries.push_back(draft(u"site%1.example"_s.arg(i), {{"username", FieldKind::Username, "someone@example.org"},
                                                                      {"password", FieldKind::Password, "hunter2-hunter2"},
                                                                      {"note", FieldKind::Notes, "a line of a note"}}));
        return plan;
    }
    template<typename T, typename Call>
    std::optional<Result<T>> answered(Call call)
    {
        auto answer = std::make_shared<std::optional<Result<T>>>();
        call(Reply<Result<T>>(this, [answer](Result<T> result) { *answer = std::move(result); }));
        (void)QTest::qWaitFor([&] { return answer->has_value(); }, 120'000);
        return *answer;
    }
    [[nodiscard]] bool unlock()
    {
        const auto opened = answered<void>([this](auto reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); });
        return opened && *opened && QTest::qWaitFor([this] { return m_client->isUnlocked(); });
    }
    [[nodiscard]] QList<EntryId> idsIn(EntryQuery::Place place)
    {
        EntryQuery query;
        query.place = place;
        const auto list = answered<QList<EntrySummary>>([&](auto reply) { m_client->entries(query, std::move(reply)); });
        QList<EntryId> ids;
        if (list && *list)
            for (const EntrySummary &entry : **list)
                ids.append(entry.id);
        return ids;
    }
    /// So many entries as the work needs, in a vault that has one besides.
    [[nodiscard]] bool prepare(Work work, int entries)
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_thread = std::make_unique<QThread>();
        m_vault = new Vault(Vault::Parts{m_folder->filePath(u"vault"_s), systemClock(), crypto::systemRandom(), cheapestCost()});
        m_client = std::make_unique<VaultClient>(m_vault, m_keychain, crypto::systemRandom());
        m_vault->moveToThread(m_thread.get());
        m_thread->start();
        const auto made = answered<void>([this](auto reply) { m_client->create({u"test"_s}, TemporaryVault::password(), std::move(reply)); });
        if (!made || !*made)
            return false;
        const auto own = answered<EntrySummary>([this](auto reply) { m_client->save(draft(u"own.example"_s, {}), std::move(reply)); });
        if (!own || !*own)
            return false;
        if (work == Import)
            return true;
        const auto imported = answered<ImportOutcome>([&](auto reply) { m_client->applyImport(planOf(entries), std::move(reply)); });
        if (!imported || !*imported)
            return false;
        m_import = (*imported)->id;
        m_ids = idsIn(EntryQuery::Place::Vault);
        if (work != Restore)
            return m_ids.size() == entries + 1;
        const auto trashed = answered<void>([this](auto reply) { m_client->moveToTrash(m_ids, std::move(reply)); });
        return trashed && *trashed;
    }
    /// Begins it; `done` gets its error, or Internal when there was none.
    void begin(Work work, int entries, std::optional<ErrorCode> &done)
    {
        const auto took = [&done](const auto &result) { done = result ? ErrorCode::Internal : result.error().code; };
        switch (work) {
        case Import:
            return m_client->applyImport(planOf(entries), {this, [took](const Result<ImportOutcome> &result) { took(result); }});
        case Undo:
            return m_client->undoImport(m_import, {this, [took](const Result<int> &result) { took(result); }});
        case Trash:
            return m_client->moveToTrash(m_ids, {this, [took](const Result<> &result) { took(result); }});
        case Restore:
            return m_client->restoreFromTrash(m_ids, {this, [took](const Result<> &result) { took(result); }});
        case Purge:
            return m_client->deleteForever(m_ids, {this, [took](const Result<> &result) { took(result); }});
        }
    }
    void end()
    {
        if (!m_vault)
            return;
        post(m_vault, [vault = m_vault] {
            vault->shutDown();
            QThread::currentThread()->quit();
        });
        m_thread->wait();
        delete std::exchange(m_vault, nullptr);
        m_client.reset();
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void cleanup() { end(); }

    void nothingOfTheWorkIsKept_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("action");
        QTest::newRow("an import") << int(Import) << u"import"_s;
        QTest::newRow("an import that is taken back") << int(Undo) << u"import.undo"_s;
        QTest::newRow("into the trash") << int(Trash) << u"delete"_s;
        QTest::newRow("out of the trash") << int(Restore) << u"restore"_s;
        QTest::newRow("for good") << int(Purge) << u"purge"_s;
    }

    void nothingOfTheWorkIsKept()
    {
        QFETCH(int, which);
        QFETCH(QString, action);
        const auto work = static_cast<Work>(which);
        std::optional<ErrorCode> done;
        std::unique_ptr<QSignalSpy> stopped;
        // On a computer that is through with it before the lock comes, there is to be more of it.
        for (int entries = 400; entries < 100'000; entries *= 4) {
            stopped.reset();
            end();
            QVERIFY(prepare(work, entries));
            stopped = std::make_unique<QSignalSpy>(m_client.get(), &VaultClient::stoppedByLock);
            done.reset();
            begin(work, entries, done);
            QTest::qWait(20);
            if (!done) {
                const auto locked = answered<void>([this](auto reply) { m_client->lock(LockCause::Sleep, std::move(reply)); });
                QVERIFY(locked && *locked);
                QVERIFY(done);
            }
            if (*done == ErrorCode::Locked)
                break;
        }
        QCOMPARE(*done, ErrorCode::Locked);
        QVERIFY(!m_client->isUnlocked());
        QCOMPARE(stopped->size(), 1);

        QVERIFY(unlock());
        QVERIFY(!m_client->facts().distrust);
        const QList<EntryId> open = idsIn(EntryQuery::Place::Vault);
        if (work == Import)
            QCOMPARE(open.size(), 1);
        else
            QCOMPARE(work == Restore ? idsIn(EntryQuery::Place::Trash) : open, m_ids);
        const auto page = answered<AuditPage>([this](auto reply) { m_client->auditPage({}, 0, 10, std::move(reply)); });
        QVERIFY(page && *page && (*page)->events.size() >= 3);
        QCOMPARE((*page)->events[1].action, u"lock"_s);
        QCOMPARE((*page)->events[2].action, action);
        QCOMPARE((*page)->events[2].outcome, Outcome::Error);
        // What was given up can be done now.
        std::optional<ErrorCode> again;
        begin(work, 1, again);
        QTRY_VERIFY_WITH_TIMEOUT(again, 120'000);
        QCOMPARE(*again, ErrorCode::Internal);
    }
};

QTEST_GUILESS_MAIN(tst_LockMeanwhile)
#include "tst_LockMeanwhile.moc"
