// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/KeychainTest.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QProcess>

#include <csignal>

using namespace clavitor;
using namespace clavitor::test;

/// A KWallet beside the keyring, as after a change from GNOME to KDE.
class tst_KeychainBesideWallet : public KeychainTest {
    Q_OBJECT
private slots:
    void twoBackends();
    void silentWallet();
    void emptyWallet();
    void denied();

private:
    bool startWallet(QProcess &wallet, const QStringList &arguments);
};

bool tst_KeychainBesideWallet::startWallet(QProcess &wallet, const QStringList &arguments)
{
    wallet.setProcessChannelMode(QProcess::ForwardedChannels);
    wallet.start(u"/usr/bin/python3"_s, QStringList{qEnvironmentVariable("CLAVITOR_TEST_WALLET")} + arguments);
    return QTest::qWaitFor([] { return QDBusConnection::sessionBus().interface()->isServiceRegistered(u"org.kde.kwalletd5"_s).value(); }, 10'000);
}

void tst_KeychainBesideWallet::twoBackends()
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

void tst_KeychainBesideWallet::silentWallet()
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

void tst_KeychainBesideWallet::emptyWallet()
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

void tst_KeychainBesideWallet::denied()
{
    QProcess wallet;
    QVERIFY(startWallet(wallet, {u"refuse"_s}));
    REQUIRE_ERROR(m_keychain.read(m_id), ErrorCode::KeychainDenied);
    REQUIRE_ERROR(m_keychain.write(m_id, secretBytes('t')), ErrorCode::KeychainDenied);
    QVERIFY(othersStillOpen());
    wallet.kill();
    wallet.waitForFinished();
}

QTEST_GUILESS_MAIN(tst_KeychainBesideWallet)
#include "tst_KeychainBesideWallet.moc"
