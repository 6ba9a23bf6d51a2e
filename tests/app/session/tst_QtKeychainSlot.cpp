// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/KeychainTest.h"

#include <qt6keychain/keychain.h>

#include <QDBusInterface>
#include <QDBusObjectPath>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>

#include <csignal>

using namespace clavitor;
using namespace clavitor::test;

namespace {

const QString Collection = u"/org/freedesktop/secrets/collection/login"_s;

/// Stores what a program that is not ours might, past our own checks.
bool plant(const QString &key, const QByteArray &value, bool asText = false)
{
    QKeychain::WritePasswordJob job(u"clavitor"_s);
    job.setAutoDelete(false);
    job.setKey(key);
    if (asText)
        job.setTextData(QString::fromUtf8(value));
    else
        job.setBinaryData(value);
    QSignalSpy finished(&job, &QKeychain::Job::finished);
    job.start();
    return (finished.count() > 0 || finished.wait(10'000)) && job.error() == QKeychain::NoError;
}

/// What is stored, read past our own checks; null when there is nothing.
QByteArray stored(const QString &key)
{
    QKeychain::ReadPasswordJob job(u"clavitor"_s);
    job.setAutoDelete(false);
    job.setKey(key);
    QSignalSpy finished(&job, &QKeychain::Job::finished);
    job.start();
    if ((finished.count() == 0 && !finished.wait(10'000)) || job.error() != QKeychain::NoError)
        return QByteArray();
    return job.binaryData();
}

bool lockKeyring()
{
    QDBusInterface service(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                           u"org.freedesktop.Secret.Service"_s);
    return service.call(u"Lock"_s, QVariant::fromValue(QList<QDBusObjectPath>{QDBusObjectPath(Collection)})).type()
        == QDBusMessage::ReplyMessage;
}

/// By a new daemon that reads the keyring's file: a running one opens only for a person at a dialog.
bool reopenKeyring(const QByteArray &password = "test-keyring")
{
    const auto keyring = static_cast<pid_t>(keyringProcess());
    if (keyring <= 1 || ::kill(keyring, SIGTERM) != 0 || !QTest::qWaitFor([] { return keyringProcess() == 0; }, 10'000))
        return false;
    QProcess daemon;
    daemon.start(u"gnome-keyring-daemon"_s, {u"--unlock"_s, u"--components=secrets"_s});
    daemon.write(password);
    daemon.closeWriteChannel();
    return daemon.waitForFinished() && QTest::qWaitFor([] { return keyringProcess() > 1; }, 10'000);
}

} // namespace

/// Before a real keyring, or none.
class tst_QtKeychainSlot : public KeychainTest {
    Q_OBJECT
private slots:
    void open();
    void openOnKde();
    void removed();
    void locked();
    void lockedWithoutItem();
    void neverUsed();
    void absent();
    void absentOnKde();
    void noBus();
    void noBusAddress();
    void truncated();
    void otherBytes();
    void shadowedByText();
    void silent();
    void killed();
    void gone();
    void otherPassword();

private:
    void storesReadsAndRemoves();
    void saysAbsentToEverything();
};

void tst_QtKeychainSlot::storesReadsAndRemoves()
{
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainNoItem);
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    auto found = m_keychain.read(m_id);
    QVERIFY(found && found->equals(secretBytes('s').bytes()));
    REQUIRE_OK(m_vault->unlockWithKeychainSecret(*found));
    REQUIRE_OK(m_vault->lock());

    // The same again is fine, something else is not.
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainWrongItem);
    QCOMPARE(stored(m_id), filled('s'));
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('s', 31)), ErrorCode::InvalidValue);
    QCOMPARE(stored(m_id), filled('s'));

    // Another vault's secret is another item.
    REQUIRE_OK(m_keychain.write(u"anothervault"_s, secretBytes('o')));
    REQUIRE_OK(m_keychain.remove(m_id));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainNoItem);
    REQUIRE_OK(m_keychain.remove(m_id));
    QCOMPARE(stored(u"anothervault"_s), filled('o'));
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::open()
{
    storesReadsAndRemoves();
}

void tst_QtKeychainSlot::openOnKde()
{
    storesReadsAndRemoves();
}

void tst_QtKeychainSlot::removed()
{
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    QKeychain::DeletePasswordJob job(u"clavitor"_s); // by another program
    job.setAutoDelete(false);
    job.setKey(m_id);
    QSignalSpy finished(&job, &QKeychain::Job::finished);
    job.start();
    QVERIFY(finished.wait());
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainNoItem);
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::locked()
{
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    QVERIFY(lockKeyring());
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainLocked);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainLocked);
    REQUIRE_ERROR(m_keychain.remove(m_id), ErrorCode::KeychainLocked);
    QVERIFY(othersStillOpen());

    // The real one asks through a program of the desktop, and there is none.
    REQUIRE_ERROR(m_keychain.open(m_id), ErrorCode::KeychainStaysLocked);

    QVERIFY(reopenKeyring());
    QCOMPARE(storedByAnotherProcess(m_id), filled('s'));
}

void tst_QtKeychainSlot::lockedWithoutItem()
{
    REQUIRE_OK(m_keychain.write(u"anothervault"_s, secretBytes('o')));
    QVERIFY(lockKeyring());
    // Whether a closed keyring holds it is not for us to say.
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainLocked);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainLocked);
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::neverUsed()
{
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainNoItem);
    // Writing would have to ask the person for a keyring password, which nobody is here to give.
    const auto written = m_keychain.write(m_id, secretBytes('s'));
    QVERIFY(!written);
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::saysAbsentToEverything()
{
    QElapsedTimer timer;
    timer.start();
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainAbsent);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('s')), ErrorCode::KeychainAbsent);
    REQUIRE_ERROR(m_keychain.remove(m_id), ErrorCode::KeychainAbsent);
    REQUIRE_ERROR(m_keychain.open(m_id), ErrorCode::KeychainAbsent);
    QVERIFY2(timer.elapsed() < 10'000, "that should be known at once");
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::absent()
{
    saysAbsentToEverything();
}

void tst_QtKeychainSlot::absentOnKde()
{
    saysAbsentToEverything();
}

void tst_QtKeychainSlot::noBus()
{
    saysAbsentToEverything();
}

void tst_QtKeychainSlot::noBusAddress()
{
    saysAbsentToEverything();
}

void tst_QtKeychainSlot::truncated()
{
    for (const qsizetype size : {0, 1, 31, 33, 64}) {
        QVERIFY(plant(m_id, filled('s', size)));
        REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainBrokenItem);
        REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainBrokenItem);
        QCOMPARE(stored(m_id), filled('s', size));
    }
    REQUIRE_OK(m_keychain.remove(m_id)); // as the person is told to
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('t')));
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::otherBytes()
{
    QVERIFY(plant(m_id, filled('x')));
    auto found = m_keychain.read(m_id);
    QVERIFY(found);
    REQUIRE_ERROR(m_vault->unlockWithKeychainSecret(*found), ErrorCode::KeychainWrongItem);
    QVERIFY(othersStillOpen());
    QCOMPARE(stored(m_id), filled('x')); // still there for whoever put it
}

void tst_QtKeychainSlot::shadowedByText()
{
    // QtKeychain looks for text first: an item planted as text hides ours. It is not taken for ours unless it has 32
    // bytes, and then it does not open the vault.
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    QVERIFY(plant(m_id, "hello", true));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainBrokenItem);
    QVERIFY(plant(m_id, filled('x'), true));
    auto found = m_keychain.read(m_id);
    QVERIFY(found);
    REQUIRE_ERROR(m_vault->unlockWithKeychainSecret(*found), ErrorCode::KeychainWrongItem);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('s')), ErrorCode::KeychainWrongItem);
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::silent()
{
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    m_slot.setTimeout(500);
    const auto keyring = static_cast<pid_t>(keyringProcess());
    QVERIFY(keyring > 1);
    QCOMPARE(::kill(keyring, SIGSTOP), 0);
    QElapsedTimer timer;
    timer.start();
    const auto found = m_keychain.read(m_id);
    const auto written = m_keychain.write(m_id, secretBytes('t'));
    const auto elapsed = timer.elapsed();
    const bool opens = othersStillOpen();
    ::kill(keyring, SIGCONT);
    REQUIRE_ERROR(found, ErrorCode::KeychainTimeout);
    REQUIRE_ERROR(written, ErrorCode::KeychainTimeout);
    QVERIFY2(elapsed < 10'000, qPrintable(QString::number(elapsed)));
    QVERIFY(opens);

    // The late answers harm nobody, and then it works again.
    m_slot.setTimeout(10'000);
    REQUIRE_OK(m_keychain.read(m_id));
}

void tst_QtKeychainSlot::killed()
{
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    const auto keyring = static_cast<pid_t>(keyringProcess());
    QVERIFY(keyring > 1);
    QCOMPARE(::kill(keyring, SIGKILL), 0);
    QTRY_COMPARE(keyringProcess(), qint64(0));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainAbsent);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainAbsent);
    QVERIFY(othersStillOpen());
}

void tst_QtKeychainSlot::gone()
{
    // The asker dies while the question is under way: no answer, no crash.
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    bool isAnswered = false;
    {
        QtKeychainSlot brief;
        brief.read(m_id, [&](Result<crypto::SecretBytes>) { isAnswered = true; });
        brief.write(m_id, secretBytes('s'), [&](Result<>) { isAnswered = true; });
        brief.remove(u"anothervault"_s, [&](Result<>) { isAnswered = true; });
    }
    REQUIRE_OK(m_keychain.read(m_id)); // behind them in QtKeychain's queue
    QVERIFY(!isAnswered);
}

void tst_QtKeychainSlot::otherPassword()
{
    // The login's password was changed and the keyring's was not: the desktop starts it with one that does not fit.
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    QVERIFY(reopenKeyring("another password"));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainLocked);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainLocked);
    QVERIFY(othersStillOpen());
    QVERIFY(reopenKeyring());
    QCOMPARE(storedByAnotherProcess(m_id), filled('s'));
}

QTEST_GUILESS_MAIN(tst_QtKeychainSlot)
#include "tst_QtKeychainSlot.moc"
