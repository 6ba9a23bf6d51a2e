// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SecretServiceOpening.h"

#include "tests/app/session/KeychainTest.h"

#include <QProcess>

using namespace clavitor;
using namespace clavitor::test;

/// A locked keychain, and a person who is asked for its password.
class tst_SecretServiceOpening : public KeychainTest {
    Q_OBJECT
private slots:
    void opensForThePerson();
    void windowClosed();
    void windowForgotten();

private:
    bool startSecrets(QProcess &service, const QString &person);
};

/// A Secret Service whose person answers as told: "open", "close" or "wait".
bool tst_SecretServiceOpening::startSecrets(QProcess &service, const QString &person)
{
    service.setProcessChannelMode(QProcess::ForwardedChannels);
    service.start(u"/usr/bin/python3"_s, {qEnvironmentVariable("CLAVITOR_TEST_SECRETS"), person});
    return QTest::qWaitFor([] { return keyringProcess() > 1; }, 10'000);
}

void tst_SecretServiceOpening::opensForThePerson()
{
    QProcess service;
    QVERIFY(startSecrets(service, u"open"_s));
    REQUIRE_OK(m_keychain.open(m_id));
    REQUIRE_OK(m_keychain.open(m_id)); // open by now: nobody is asked
    service.kill();
    service.waitForFinished();
}

void tst_SecretServiceOpening::windowClosed()
{
    QProcess service;
    QVERIFY(startSecrets(service, u"close"_s));
    REQUIRE_ERROR(m_keychain.open(m_id), ErrorCode::KeychainStaysLocked);
    service.kill();
    service.waitForFinished();
}

void tst_SecretServiceOpening::windowForgotten()
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

QTEST_GUILESS_MAIN(tst_SecretServiceOpening)
#include "tst_SecretServiceOpening.moc"
