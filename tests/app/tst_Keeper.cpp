// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Keeper.h"

#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/support/TemporaryVault.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSemaphore>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <thread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// The end of the program: while a password is worked out, and with a last change the keychain does not know of.
class tst_Keeper : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    ScriptedKeychain m_keychain;
    std::unique_ptr<Keeper> m_keeper;
    QSemaphore m_entered;
    QSemaphore m_leave;
    std::atomic<bool> m_isSlow = false;
    std::atomic<bool> m_stopsAtNewFile = false;

    /// There while the vault is open.
    [[nodiscard]] QString log() const { return m_folder->filePath(u"vault/vault.db-wal"_s); }
    PasswordCost cost()
    {
        return [this](const crypto::RandomSource &random) {
            if (m_isSlow) {
                m_entered.release();
                m_leave.acquire();
            }
            return cheapestCost()(random);
        };
    }

    void start(FreshnessMirror *mirror)
    {
        m_keeper.reset();
        Vault::Parts parts{m_folder->filePath(u"vault"_s), systemClock(), crypto::systemRandom(), cost()};
        parts.replacementSteps = [this](ReplacementStep step) {
            if (m_stopsAtNewFile && step == ReplacementStep::FileMade) {
                m_entered.release();
                m_leave.acquire();
            }
        };
        m_keeper = std::make_unique<Keeper>(Keeper::Parts{std::move(parts), m_keychain, {}, 0, mirror});
    }
    void unlock()
    {
        std::optional<Result<>> unlocked;
        m_keeper->client().unlock(TemporaryVault::password(), {this, [&](const Result<> &result) { unlocked = result; }});
        QTRY_VERIFY_WITH_TIMEOUT(unlocked, 20'000);
        QVERIFY(unlocked->has_value());
    }
    void saveOne()
    {
        std::optional<bool> saved;
        m_keeper->client().save(draft(u"one.example"_s, {}), {this, [&](const Result<EntrySummary> &result) { saved = result.has_value(); }});
        QTRY_VERIFY(saved);
        QVERIFY(*saved);
    }
    [[nodiscard]] static quint64 generationOf(const ScriptedMirror &mirror)
    {
        return mirror.records.empty() ? 0 : mirror.records.begin()->second.first(16).toULongLong(nullptr, 16);
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_isSlow = false;
        m_stopsAtNewFile = false;
        m_folder = std::make_unique<QTemporaryDir>();
        start(nullptr);
        std::optional<Result<>> made;
        m_keeper->client().create({u"test"_s}, TemporaryVault::password(), {this, [&](const Result<> &result) { made = result; }});
        QTRY_VERIFY(made);
        QVERIFY(made->has_value());
        QVERIFY(QFile::exists(log()));
    }
    void cleanup() { m_keeper.reset(); }

    void locksAtOnceThoughAPasswordIsStillWorkedOut()
    {
        std::optional<Result<>> changed;
        m_isSlow = true;
        m_keeper->client().changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery"),
                                          {this, [&](const Result<> &result) { changed = result; }});
        m_entered.acquire();
        bool locked = false;
        std::thread watcher([&] {
            for (int i = 0; i < 500 && QFile::exists(log()); ++i)
                QThread::msleep(10);
            locked = !QFile::exists(log());
            m_leave.release();
        });
        m_keeper.reset();
        watcher.join();
        QVERIFY(locked);
        QTRY_VERIFY(changed);
        QCOMPARE(changed->error().code, ErrorCode::Locked);
    }

    void replacesAllKeysBesideItsWindows()
    {
        saveOne();
        std::optional<Result<KeysReplaced>> replaced;
        int told = 0;
        connect(&m_keeper->client(), &VaultClient::replacementProgress, this, [&] { ++told; });
        m_keeper->client().replaceKeys(TemporaryVault::password(), {this, [&](const Result<KeysReplaced> &result) { replaced = result; }});
        QTRY_VERIFY_WITH_TIMEOUT(replaced, 30'000);
        QVERIFY(replaced->has_value());
        QVERIFY(told >= 2);
        QVERIFY(QFile::exists(m_folder->filePath(u"vault/vault.2.db"_s)));
        QVERIFY(!QFile::exists(m_folder->filePath(u"vault/vault.db"_s)));
        saveOne();
        start(nullptr);
        unlock();
    }

    void leavesTheVaultAsItWasWhenItEndsWhileKeysAreReplaced()
    {
        saveOne();
        bool isReplaced = false;
        m_stopsAtNewFile = true;
        m_keeper->client().replaceKeys(TemporaryVault::password(), {this, [&](const Result<KeysReplaced> &result) { isReplaced = result.has_value(); }});
        m_entered.acquire();
        QVERIFY(!QDir(m_folder->filePath(u"vault"_s)).entryList({u"vault.2.db*"_s}, QDir::Files).isEmpty());
        // It ends while the new file is being filled.
        std::thread later([&] {
            QThread::msleep(300);
            m_leave.release();
        });
        m_keeper.reset();
        later.join();
        QCoreApplication::processEvents();
        QVERIFY(!isReplaced);
        QVERIFY(QFile::exists(m_folder->filePath(u"vault/vault.db"_s)));
        QVERIFY(!QFile::exists(m_folder->filePath(u"vault/vault.2.db"_s)));
        m_stopsAtNewFile = false;
        start(nullptr);
        unlock();
    }

    void answersAlsoWhatWasAskedJustBefore()
    {
        std::optional<Result<>> opened;
        m_keeper->client().openPersonal(TemporaryVault::password(), {this, [&](const Result<> &result) { opened = result; }});
        m_keeper.reset();
        QVERIFY(!QFile::exists(log()));
        QTRY_VERIFY(opened);
        QCOMPARE(opened->error().code, ErrorCode::Locked);
    }

    void remembersTheLastChangeBeforeAQuitAndALock()
    {
        ScriptedMirror mirror;
        mirror.writeDelay = 100;
        start(&mirror);
        unlock();
        QTRY_COMPARE(mirror.records.size(), 1U);
        const quint64 unlocked = generationOf(mirror);
        saveOne();
        m_keeper->client().lock();
        // Long before the ten seconds after which a change is told.
        QTRY_VERIFY_WITH_TIMEOUT(generationOf(mirror) > unlocked, 3000);
        const quint64 locked = generationOf(mirror);
        unlock();
        QTRY_VERIFY(generationOf(mirror) > locked);
        const quint64 again = generationOf(mirror);
        saveOne();
        QCOMPARE(generationOf(mirror), again);
        m_keeper.reset();
        QVERIFY(generationOf(mirror) > again);
    }

    void isNotHeldUpByAKeychainThatHangs()
    {
        ScriptedMirror mirror;
        start(&mirror);
        unlock();
        QTRY_COMPARE(mirror.records.size(), 1U);
        const quint64 before = generationOf(mirror);
        saveOne();
        mirror.isHung = true;
        QElapsedTimer timer;
        timer.start();
        m_keeper.reset();
        QVERIFY(mirror.writes >= 2);
        // How long it took is not judged by the clock alone: that it came back at all is what a hang would prevent.
        qInfo("ended after %lld ms", static_cast<long long>(timer.elapsed()));
        QCOMPARE(generationOf(mirror), before);
        // What is remembered is older than the file, which is no fault.
        mirror.isHung = false;
        start(&mirror);
        unlock();
        QTRY_VERIFY(generationOf(mirror) > before);
        QVERIFY(!m_keeper->client().facts().distrust);
        saveOne();
        m_keeper.reset();
    }

    void waitsForNoMirrorThatMayNotBeWritten()
    {
        ScriptedMirror mirror;
        mirror.readError = ErrorCode::KeychainLocked;
        mirror.isHung = true;
        start(&mirror);
        unlock();
        QTRY_COMPARE(mirror.reads, 1);
        saveOne();
        // Waiting runs an event loop, in which this would have its turn.
        bool isWaiting = false;
        QTimer::singleShot(0, this, [&isWaiting] { isWaiting = true; });
        m_keeper.reset();
        QVERIFY(!isWaiting);
        QCOMPARE(mirror.writes, 0);
        QTRY_VERIFY(isWaiting);
    }
};

QTEST_GUILESS_MAIN(tst_Keeper)
#include "tst_Keeper.moc"
