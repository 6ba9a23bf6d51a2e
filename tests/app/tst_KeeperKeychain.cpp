// SPDX-License-Identifier: GPL-3.0-or-later
// Each function is a scenario with a process, a bus and a keyring of its own, which keychain-scenario prepares.
#include "app/Keeper.h"

#include "app/session/KeychainMirror.h"
#include "app/session/QtKeychainSlot.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/TemporaryVault.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QElapsedTimer>
#include <QTest>

#include <csignal>
#include <optional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// The end of the program beside the desktop's real keyring: what it remembers of the vault's last change.
class tst_KeeperKeychain : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QtKeychainSlot m_keychain;
    KeychainMirror m_mirror;
    std::unique_ptr<Keeper> m_keeper;

    void start()
    {
        m_keeper.reset();
        m_keeper = std::make_unique<Keeper>(Keeper::Parts{
            {m_folder.filePath(u"vault"_s), systemClock(), crypto::systemRandom(), cheapestCost()}, m_keychain, {}, 0, &m_mirror});
    }
    template<typename Call>
    void run(Call call)
    {
        std::optional<bool> done;
        call([&](const auto &result) { done = result.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
        QVERIFY(*done);
    }
    void unlock()
    {
        run([&](auto done) { m_keeper->client().unlock(TemporaryVault::password(), {this, done}); });
    }
    void saveOne()
    {
        run([&](auto done) { m_keeper->client().save(draft(u"one.example"_s, {}), {this, done}); });
    }
    /// The number of changes the keyring remembers; 0 when it has none or does not answer.
    [[nodiscard]] quint64 remembered()
    {
        std::optional<Result<QByteArray>> answer;
        m_mirror.read(m_id, [&](Result<QByteArray> found) { answer = std::move(found); });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 20'000);
        return answer && *answer ? (*answer)->first(16).toULongLong(nullptr, 16) : 0;
    }

    QString m_id;

private slots:
    void initTestCase()
    {
        QVERIFY(crypto::initialise());
        start();
        run([&](auto done) { m_keeper->client().create({u"test"_s}, TemporaryVault::password(), {this, done}); });
        m_id = m_keeper->client().facts().vaultId;
        QVERIFY(!m_id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(remembered() > 0, 20'000);
    }
    void cleanupTestCase() { m_keeper.reset(); }

    void lastChange()
    {
        const quint64 first = remembered();
        saveOne();
        m_keeper.reset();
        const quint64 atQuit = remembered();
        QVERIFY(atQuit > first);
        start();
        unlock();
        QTRY_VERIFY_WITH_TIMEOUT(remembered() > atQuit, 20'000);
        QVERIFY(!m_keeper->client().facts().distrust);
        const quint64 unlocked = remembered();
        saveOne();
        m_keeper->client().lock();
        // Long before the ten seconds after which a change is told.
        QTRY_VERIFY_WITH_TIMEOUT(remembered() > unlocked, 5000);
    }

    void keyringHangs()
    {
        const quint64 first = remembered();
        saveOne();
        const QDBusReply<uint> keyring = QDBusConnection::sessionBus().interface()->servicePid(u"org.freedesktop.secrets"_s);
        QVERIFY(keyring.isValid() && keyring.value() > 1);
        QCOMPARE(::kill(static_cast<pid_t>(keyring.value()), SIGSTOP), 0);
        QElapsedTimer timer;
        timer.start();
        m_keeper.reset();
        const qint64 took = timer.elapsed();
        ::kill(static_cast<pid_t>(keyring.value()), SIGCONT);
        qInfo("ended after %lld ms", static_cast<long long>(took));
        QVERIFY2(took < 20'000, "it waited for the keyring");
        // What the keyring remembers is older than the file, or as old; either opens.
        QVERIFY(remembered() >= first);
        start();
        unlock();
        QTRY_VERIFY_WITH_TIMEOUT(remembered() > first, 20'000);
        QVERIFY(!m_keeper->client().facts().distrust);
        saveOne();
    }
};

QTEST_GUILESS_MAIN(tst_KeeperKeychain)
#include "tst_KeeperKeychain.moc"
