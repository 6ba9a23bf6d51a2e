// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Keeper.h"

#include "tests/support/ScriptedKeychain.h"
#include "tests/support/TemporaryVault.h"

#include <QFile>
#include <QSemaphore>
#include <QTest>

#include <atomic>
#include <thread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// The end of the program while a password is worked out.
class tst_Keeper : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    ScriptedKeychain m_keychain;
    std::unique_ptr<Keeper> m_keeper;
    QSemaphore m_entered;
    QSemaphore m_leave;
    std::atomic<bool> m_isSlow = false;

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

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_isSlow = false;
        m_folder = std::make_unique<QTemporaryDir>();
        m_keeper = std::make_unique<Keeper>(Keeper::Parts{
            {m_folder->filePath(u"vault"_s), systemClock(), crypto::systemRandom(), cost()}, m_keychain, {}, 0});
        std::optional<Result<>> made;
        m_keeper->client().create(u"test"_s, TemporaryVault::password(), false, {this, [&](const Result<> &result) { made = result; }});
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

    void answersAlsoWhatWasAskedJustBefore()
    {
        std::optional<Result<>> opened;
        m_keeper->client().openPersonal(TemporaryVault::password(), {this, [&](const Result<> &result) { opened = result; }});
        m_keeper.reset();
        QVERIFY(!QFile::exists(log()));
        QTRY_VERIFY(opened);
        QCOMPARE(opened->error().code, ErrorCode::Locked);
    }
};

QTEST_GUILESS_MAIN(tst_Keeper)
#include "tst_Keeper.moc"
