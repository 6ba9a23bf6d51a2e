// SPDX-License-Identifier: GPL-3.0-or-later
// Each function is a scenario with a process, a bus and a keyring of its own, which keychain-scenario prepares.
#include "app/session/QtKeychainSlot.h"
#include "app/session/SecretServiceOpening.h"
#include "app/session/VaultSession.h"
#include "crypto/RecoverySheet.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <qt6keychain/keychain.h>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusInterface>
#include <QDBusObjectPath>
#include <QDBusReply>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <optional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

const QString Collection = u"/org/freedesktop/secrets/collection/login"_s;

/// Calls and waits, as no program of ours ever does.
class Waiting {
public:
    explicit Waiting(QtKeychainSlot &slot)
        : m_slot(slot)
    {
    }

    Result<crypto::SecretBytes> read(const QString &id)
    {
        return wait<crypto::SecretBytes>([&](auto answer) { m_slot.read(id, std::move(answer)); });
    }
    Result<> write(const QString &id, crypto::SecretBytes secret)
    {
        return wait<void>([&](auto answer) { m_slot.write(id, std::move(secret), std::move(answer)); });
    }
    Result<> open(const QString &id)
    {
        return wait<void>([&](auto answer) { m_slot.open(id, std::move(answer)); });
    }
    Result<> remove(const QString &id)
    {
        return wait<void>([&](auto answer) { m_slot.remove(id, std::move(answer)); });
    }

private:
    template<typename T, typename Call>
    Result<T> wait(Call call)
    {
        auto result = std::make_shared<std::optional<Result<T>>>();
        call(std::move_only_function<void(Result<T>)>([result](Result<T> answer) { *result = std::move(answer); }));
        if (result->has_value())
            return fail(ErrorCode::Internal, u"answered within the call"_s);
        (void)QTest::qWaitFor([&] { return result->has_value(); }, 30'000);
        if (!result->has_value())
            return fail(ErrorCode::Internal, u"never answered"_s);
        return std::move(**result);
    }

    QtKeychainSlot &m_slot;
};

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

/// The same through a fresh process: libsecret does not notice that the daemon it once spoke to was replaced.
QByteArray storedByAnotherProcess(const QString &key)
{
    QProcess tool;
    tool.start(u"secret-tool"_s, {u"lookup"_s, u"user"_s, key, u"server"_s, u"clavitor"_s, u"type"_s, u"base64"_s});
    return tool.waitForFinished() ? QByteArray::fromBase64(tool.readAllStandardOutput()) : QByteArray();
}

bool lockKeyring()
{
    QDBusInterface service(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                           u"org.freedesktop.Secret.Service"_s);
    return service.call(u"Lock"_s, QVariant::fromValue(QList<QDBusObjectPath>{QDBusObjectPath(Collection)})).type()
        == QDBusMessage::ReplyMessage;
}

qint64 keyringProcess()
{
    return QDBusConnection::sessionBus().interface()->servicePid(u"org.freedesktop.secrets"_s).value();
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

QByteArray filled(char value, qsizetype size = 32)
{
    return QByteArray(size, value);
}

} // namespace

class tst_QtKeychainSlot : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

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
    void twoBackends();
    void silentWallet();
    void emptyWallet();
    void opensForThePerson();
    void windowClosed();
    void windowForgotten();
    void denied();

private:
    void storesReadsAndRemoves();
    bool startWallet(QProcess &wallet, const QStringList &arguments);
    bool startSecrets(QProcess &service, const QString &person);
    void saysAbsentToEverything();
    /// P9: whatever became of the keychain, the master password opens the vault, and so does the recovery sheet, each in five seconds.
    [[nodiscard]] bool othersStillOpen();

    QtKeychainSlot m_slot;
    Waiting m_keychain{m_slot};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<VaultSession> m_vault;
    QString m_id;
    std::optional<crypto::RecoverySheet> m_sheet;
};

void tst_QtKeychainSlot::initTestCase()
{
    if (!qEnvironmentVariableIsSet("CLAVITOR_KEYCHAIN_SCENARIO"))
        QFAIL("run this through keychain-scenario: it would use your own keyring");
    QVERIFY(crypto::initialise());
    m_folder = std::make_unique<QTemporaryDir>();
    m_vault = std::make_unique<VaultSession>(VaultFolder(m_folder->filePath(u"vault"_s)), systemClock(),
                                             crypto::systemRandom(), quickCost());
    const auto secret = secretBytes('s');
    REQUIRE_OK(m_vault->create(u"Sample"_s, secretText(Password)));
    REQUIRE_OK(m_vault->addKeychainSlot(secret));
    m_sheet = crypto::RecoverySheet::make(crypto::systemRandom());
    auto work = m_vault->beginAddWay({crypto::SlotKind::Recovery, {}, {}}, m_sheet->slotSecret(), secretText(Password));
    REQUIRE_OK(work);
    auto header = (*work)();
    REQUIRE_OK(header);
    REQUIRE_OK(m_vault->finishRewrap(std::move(*header)));
    REQUIRE_OK(m_vault->lock());
    m_id = m_vault->vaultId();
}

bool tst_QtKeychainSlot::othersStillOpen()
{
    constexpr qint64 longest = 5'000;
    QElapsedTimer timer;
    timer.start();
    const bool byPassword = m_vault->unlockWithPassword(secretText(Password)) && m_vault->lock();
    const qint64 password = timer.restart();
    const bool bySheet = m_vault->unlockWithSecret({crypto::SlotKind::Recovery, 0}, m_sheet->slotSecret()) && m_vault->lock();
    const qint64 sheet = timer.elapsed();
    qInfo("the password opened in %lld ms, the sheet in %lld ms", static_cast<long long>(password), static_cast<long long>(sheet));
    return byPassword && bySheet && password <= longest && sheet <= longest;
}

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
    REQUIRE_ERROR(m_keychain.open(m_id), ErrorCode::KeychainDenied);

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

/// A KWallet beside the keyring, as after a change from GNOME to KDE.
bool tst_QtKeychainSlot::startWallet(QProcess &wallet, const QStringList &arguments)
{
    wallet.setProcessChannelMode(QProcess::ForwardedChannels);
    wallet.start(u"/usr/bin/python3"_s, QStringList{qEnvironmentVariable("CLAVITOR_TEST_WALLET")} + arguments);
    return QTest::qWaitFor([] { return QDBusConnection::sessionBus().interface()->isServiceRegistered(u"org.kde.kwalletd5"_s).value(); }, 10'000);
}

void tst_QtKeychainSlot::twoBackends()
{
    QProcess tool;
    tool.start(u"secret-tool"_s, {u"store"_s, u"--label=clavitor"_s, u"user"_s, m_id, u"server"_s, u"clavitor"_s, u"type"_s, u"base64"_s});
    tool.write(filled('s').toBase64());
    tool.closeWriteChannel();
    QVERIFY(tool.waitForFinished());
    QCOMPARE(storedByAnotherProcess(m_id), filled('s'));

    QProcess wallet;
    QVERIFY(startWallet(wallet, {}));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainElsewhere);
    QVERIFY(othersStillOpen());
    // A new one may be put into the one in use; the other keeps what it has.
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('n')));
    const auto found = m_keychain.read(m_id);
    QVERIFY(found && found->equals(secretBytes('n').bytes()));
    QCOMPARE(storedByAnotherProcess(m_id), filled('s'));
    wallet.kill();
    wallet.waitForFinished();
}

void tst_QtKeychainSlot::silentWallet()
{
    // QtKeychain waits half a second for it and then asks the keyring, which knows nothing, until the program ends.
    QProcess wallet;
    QVERIFY(startWallet(wallet, {}));
    const auto process = static_cast<pid_t>(wallet.processId());
    QCOMPARE(::kill(process, SIGSTOP), 0);
    const auto found = m_keychain.read(m_id);
    const auto again = m_keychain.read(m_id);
    ::kill(process, SIGCONT);
    REQUIRE_ERROR(found, ErrorCode::KeychainElsewhere);
    REQUIRE_ERROR(again, ErrorCode::KeychainElsewhere);
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainElsewhere);
    QVERIFY(othersStillOpen());
    wallet.kill();
    wallet.waitForFinished();
}

void tst_QtKeychainSlot::emptyWallet()
{
    // It is not known here which of the two has answered, and the words for it say what to do in either case.
    QProcess wallet;
    QVERIFY(startWallet(wallet, {}));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainElsewhere);
    REQUIRE_OK(m_keychain.remove(m_id));
    REQUIRE_OK(m_keychain.write(m_id, secretBytes('s')));
    QVERIFY(othersStillOpen());
    wallet.kill();
    wallet.waitForFinished();
}

/// A Secret Service whose person answers as told: "open", "close" or "wait".
bool tst_QtKeychainSlot::startSecrets(QProcess &service, const QString &person)
{
    service.setProcessChannelMode(QProcess::ForwardedChannels);
    service.start(u"/usr/bin/python3"_s, {qEnvironmentVariable("CLAVITOR_TEST_SECRETS"), person});
    return QTest::qWaitFor([] { return keyringProcess() > 1; }, 10'000);
}

void tst_QtKeychainSlot::opensForThePerson()
{
    QProcess service;
    QVERIFY(startSecrets(service, u"open"_s));
    REQUIRE_OK(m_keychain.open(m_id));
    REQUIRE_OK(m_keychain.open(m_id)); // open by now: nobody is asked
    service.kill();
    service.waitForFinished();
}

void tst_QtKeychainSlot::windowClosed()
{
    QProcess service;
    QVERIFY(startSecrets(service, u"close"_s));
    REQUIRE_ERROR(m_keychain.open(m_id), ErrorCode::KeychainDenied);
    service.kill();
    service.waitForFinished();
}

void tst_QtKeychainSlot::windowForgotten()
{
    QProcess service;
    QVERIFY(startSecrets(service, u"wait"_s));
    bool isAnswered = false;
    std::optional<Result<>> ended;
    (new SecretServiceOpening(this, u"clavitor"_s, m_id, 1'000, 300, [&](Result<> result) { ended = std::move(result); }))->start();
    QTRY_VERIFY(ended);
    REQUIRE_ERROR(*ended, ErrorCode::KeychainTimeout);
    // Nobody hears of it whose slot is gone, and of a service that ends it is told at once.
    {
        QtKeychainSlot brief;
        brief.open(m_id, [&](Result<>) { isAnswered = true; });
        QTest::qWait(200);
    }
    ended.reset();
    m_slot.open(m_id, [&](Result<> result) { ended = std::move(result); });
    QTest::qWait(200);
    QVERIFY(!ended);
    service.kill();
    service.waitForFinished();
    QTRY_VERIFY(ended);
    REQUIRE_ERROR(*ended, ErrorCode::KeychainAbsent);
    QVERIFY(!isAnswered);
}

void tst_QtKeychainSlot::denied()
{
    QProcess wallet;
    QVERIFY(startWallet(wallet, {u"refuse"_s}));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainDenied);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainDenied);
    QVERIFY(othersStillOpen());
    wallet.kill();
    wallet.waitForFinished();
}

QTEST_GUILESS_MAIN(tst_QtKeychainSlot)
#include "tst_QtKeychainSlot.moc"
