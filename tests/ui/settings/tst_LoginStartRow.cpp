// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/LoginStartRow.h"

#include "app/base/LoginStart.h"
#include "app/base/Settings.h"
#include "tests/support/FileContent.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/settings/SettingsPage.h"

#include <QAccessible>
#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_LoginStartRow : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<LoginStart> m_start;
    std::unique_ptr<ui::LoginStartRow> m_row;

    [[nodiscard]] QAbstractButton *toggle() const { return button(m_row.get(), u"Start at login"_s); }

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_start = std::make_unique<LoginStart>(QCoreApplication::applicationFilePath(), LoginStart::Session{m_home->filePath(u"autostart"_s), {}, {}, {}});
        m_row = std::make_unique<ui::LoginStartRow>(m_start.get());
        m_row->resize(700, 80);
        m_row->show();
    }
    void cleanup() { m_row.reset(); }

    void switchesItOnAndOff()
    {
        QVERIFY(!toggle()->isChecked());
        QVERIFY(!QFileInfo::exists(m_start->path()));
        press(toggle());
        QVERIFY(m_start->isOn());
        QVERIFY(toggle()->isChecked());
        press(toggle());
        QVERIFY(!m_start->isOn());
        QVERIFY(!toggle()->isChecked());
    }

    void saysWhatItMeans()
    {
        QVERIFY(says(m_row.get(), u"In the tray, without a window. The vault stays locked until you unlock it."_s));
        QAccessibleInterface *told = QAccessible::queryAccessibleInterface(toggle());
        QVERIFY(told);
        QCOMPARE(told->text(QAccessible::Name), u"Start at login"_s);
        QVERIFY(told->text(QAccessible::Description).contains(u"stays locked"_s));
        QVERIFY(told->state().checkable);
    }

    void showsWhatTheFilesSayNow()
    {
        QVERIFY(m_start->turnOn());
        m_row->hide();
        m_row->show();
        QVERIFY(toggle()->isChecked());
        QVERIFY(QFile::remove(m_start->path()));
        m_row->hide();
        m_row->show();
        QVERIFY(!toggle()->isChecked());
        QVERIFY2(!QFileInfo::exists(m_start->path()), "looking is no wish");
    }

    void staysAsItIsWhereItCannotBeChanged()
    {
        QVERIFY(m_start->turnOn());
        const QString far = m_home->filePath(u"mine.desktop"_s);
        QVERIFY(QFile::rename(m_start->path(), far) && QFile::link(far, m_start->path()));
        m_row->hide();
        m_row->show();
        QVERIFY(toggle()->isChecked());
        press(toggle());
        QVERIFY(toggle()->isChecked());
        for (const QString &words : {QString(u"Clavitor still starts at login. "_s), QString(m_start->path() + u" is a link. Nothing was changed. Change the file"_s)})
            QVERIFY2(says(m_row.get(), words), qPrintable(words));
        QCOMPARE(contentOf(far), m_start->ownEntry());
        QVERIFY(QFile::remove(m_start->path()));
        QVERIFY(QFile::rename(far, m_start->path()));
        press(toggle());
        QVERIFY(!toggle()->isChecked());
        QVERIFY2(!says(m_row.get(), u"is a link"_s), "what is done is no more said to have failed");
    }

    void isReachedByKeysBetweenItsNeighbours()
    {
        ScriptedVault vault;
        const auto client = ScriptedVault::makeClient();
        Settings settings(m_home->filePath(u"settings.ini"_s));
        ui::SettingsPage page(client.get(), &settings, [] { return qint64(1'773'000'000'000); }, m_start.get());
        page.resize(820, 1000);
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        QAbstractButton *tray = button(&page, u"Start in the tray"_s);
        QAbstractButton *login = button(&page, u"Start at login"_s);
        QVERIFY(tray && login);
        tray->setFocus();
        QTest::keyClick(tray, Qt::Key_Backtab);
        QCOMPARE(QApplication::focusWidget(), login);
        QTest::keyClick(login, Qt::Key_Space);
        QVERIFY(m_start->isOn());
    }

    void isNotThereWhereNothingIsToBeWritten()
    {
        ScriptedVault vault;
        const auto client = ScriptedVault::makeClient();
        Settings settings(m_home->filePath(u"settings.ini"_s));
        ui::SettingsPage page(client.get(), &settings, [] { return qint64(1'773'000'000'000); });
        page.show();
        QVERIFY(button(&page, u"Start in the tray"_s));
        QVERIFY(!button(&page, u"Start at login"_s));
    }
};

QTEST_MAIN(tst_LoginStartRow)
#include "tst_LoginStartRow.moc"
