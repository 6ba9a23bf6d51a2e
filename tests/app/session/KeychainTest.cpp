// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/session/KeychainTest.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QElapsedTimer>
#include <QProcess>

namespace clavitor::test {

QByteArray storedByAnotherProcess(const QString &key)
{
    QProcess tool;
    tool.start(u"secret-tool"_s, {u"lookup"_s, u"user"_s, key, u"server"_s, u"clavitor"_s, u"type"_s, u"base64"_s});
    return tool.waitForFinished() ? QByteArray::fromBase64(tool.readAllStandardOutput()) : QByteArray();
}

qint64 keyringProcess()
{
    return QDBusConnection::sessionBus().interface()->servicePid(u"org.freedesktop.secrets"_s).value();
}

QByteArray filled(char value, qsizetype size)
{
    return QByteArray(size, value);
}

void KeychainTest::initTestCase()
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

bool KeychainTest::othersStillOpen()
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

} // namespace clavitor::test
