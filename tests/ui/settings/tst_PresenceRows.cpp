// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/PresenceRows.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"

#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Means = UserPresence::Means;
using Reason = UserPresence::Reason;

class tst_PresenceRows : public QObject {
    Q_OBJECT

    ScriptedVault m_vault;
    QTemporaryDir m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ScriptedPresence> m_presence;
    std::unique_ptr<PresenceGate> m_gate;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::PresenceRows> m_rows;
    int m_made = 0;

    void show(UserPresence::Probe found)
    {
        m_presence->found = found;
        m_rows = std::make_unique<ui::PresenceRows>(m_client.get(), m_settings.get());
        m_rows->show();
    }
    [[nodiscard]] QAbstractButton *check() const { return button(m_rows.get(), u"Ask before the keychain opens the vault"_s); }

private slots:
    void init()
    {
        m_settings = std::make_unique<Settings>(m_folder.filePath(u"settings-%1.ini"_s.arg(++m_made)));
        m_presence = std::make_unique<ScriptedPresence>();
        m_gate = std::make_unique<PresenceGate>(*m_presence);
        m_client = ScriptedVault::makeClient();
        m_client->setPresence(m_gate.get());
    }
    void cleanup()
    {
        m_rows.reset();
        m_client.reset();
        m_gate.reset();
    }
    void saysWhatThisComputerCanCheckWith_data()
    {
        QTest::addColumn<Means>("means");
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<Settings::KeychainCheck>("check");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("finger") << Means::Fingerprint << Reason::None << Settings::KeychainCheck::Always
                                << QStringList{u"A fingerprint check comes first."_s, u"It is a check, not a lock"_s};
        QTest::newRow("dialog") << Means::SystemDialog << Reason::None << Settings::KeychainCheck::Always << QStringList{u"The system asks for you first."_s};
        QTest::newRow("none") << Means::None << Reason::NoReader << Settings::KeychainCheck::Always
                              << QStringList{u"Nothing here can ask whether it is you. There is no fingerprint reader."_s, u"The master password is asked instead."_s};
        QTest::newRow("off, and none") << Means::None << Reason::NoReader << Settings::KeychainCheck::Never << QStringList{u"whoever sits here opens it with one click"_s};
        QTest::newRow("off") << Means::Fingerprint << Reason::None << Settings::KeychainCheck::Never << QStringList{u"whoever sits here opens it with one click"_s};
    }
    void saysWhatThisComputerCanCheckWith()
    {
        QFETCH(Means, means);
        QFETCH(Reason, reason);
        QFETCH(Settings::KeychainCheck, check);
        QFETCH(QStringList, words);
        m_settings->setKeychainCheck(check);
        show({means, reason});
        for (const QString &word : words)
            QVERIFY2(willSay(m_rows.get(), word), qPrintable(word));
        QVERIFY2(!says(m_rows.get(), u"locked by"_s), "a check locks nothing");
    }
    void switchesTheCheckOffAndOn()
    {
        show({Means::Fingerprint, Reason::None});
        QVERIFY(willSay(m_rows.get(), u"A fingerprint check comes first."_s));
        QVERIFY(check()->isChecked());
        press(check());
        QCOMPARE(m_settings->keychainCheck(), Settings::KeychainCheck::Never);
        press(check());
        QCOMPARE(m_settings->keychainCheck(), Settings::KeychainCheck::Always);
    }
    void wantsACheckAlsoWhereThereIsNoneYet()
    {
        m_settings->setKeychainCheck(Settings::KeychainCheck::Never);
        show({Means::None, Reason::NoReader});
        QVERIFY(willSay(m_rows.get(), u"Without a check"_s));
        press(check());
        QCOMPARE(m_settings->keychainCheck(), Settings::KeychainCheck::Always);
        QVERIFY(willSay(m_rows.get(), u"The master password is asked instead."_s));
    }
    void switchesOpeningPersonalAgainOff()
    {
        show({Means::Fingerprint, Reason::None});
        QAbstractButton *personal = button(m_rows.get(), u"Open Personal again with a check"_s);
        QVERIFY(personal->isChecked());
        press(personal);
        QVERIFY(!m_settings->keepsPersonal());
    }
    void followsWhatIsSetElsewhere()
    {
        show({Means::Fingerprint, Reason::None});
        m_settings->setKeychainCheck(Settings::KeychainCheck::Never);
        QVERIFY(!check()->isChecked());
    }
};

QTEST_MAIN(tst_PresenceRows)
#include "tst_PresenceRows.moc"
