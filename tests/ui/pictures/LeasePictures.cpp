// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/LeasePictures.h"

#include "app/base/Settings.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/StatusLine.h"
#include "ui/TrayIcon.h"
#include "ui/keys/LeaseDialog.h"
#include "ui/keys/TickList.h"
#include "ui/settings/SettingsPage.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/setup/UnlockPanel.h"

#include <QApplication>
#include <QCheckBox>
#include <QDateTime>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QTemporaryDir>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

const qint64 now = QDateTime(QDate(2026, 3, 11), QTime(22, 40)).toMSecsSinceEpoch();
const qint64 morning = QDateTime(QDate(2026, 3, 12), QTime(7, 0)).toMSecsSinceEpoch();
constexpr int kWide = 560;

LeaseStanding lease(const QString &key, int entries, int reads)
{
    return {GrantId{newUuid(now)}, key, entries, reads, morning};
}

} // namespace

void shootLeases(const std::function<void(const QString &, QWidget *, QSize)> &take)
{
    const Clock clock = [] { return now; };
    ClipboardGuard clipboard(QGuiApplication::clipboard());
    {
        ScriptedVault vault;
        vault.fillWithSamples(now);
        vault.facts.state = LockState::Unlocked;
        vault.facts.leases = {lease(u"nightly-build"_s, 2, 14)};
        const auto client = ScriptedVault::makeClient();
        LeaseDialog dialog(client.get(), clock, vault.agents, u"Kq7ZrT2k"_s);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTest::qWait(100);
        auto *list = dialog.findChild<QListView *>();
        for (int i = 0; i < 2; ++i)
            list->model()->setData(list->model()->index(i, 0), Qt::Checked, Qt::CheckStateRole);
        take(u"lease-dialog"_s, &dialog, {kWide, 640});
        button(&dialog, u"Lock now, and keep this lease going"_s)->setChecked(true);
        take(u"lease-dialog-locks"_s, &dialog, {kWide, 680});
        StatusLine foot(client.get(), &clipboard, clock);
        foot.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        take(u"lease-foot"_s, &foot, {820, 36});
        take(u"lease-foot-least"_s, &foot, {kWide, 36});
        vault.facts.uncompared = ErrorCode::KeychainLocked;
        const auto uncompared = ScriptedVault::makeClient();
        StatusLine uncomparedFoot(uncompared.get(), &clipboard, clock);
        uncomparedFoot.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        take(u"uncompared-foot"_s, &uncomparedFoot, {820, 36});
        vault.facts.uncompared.reset();
        TrayIcon tray(client.get(), clock);
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        tray.menu()->popup({});
        take(u"lease-menu"_s, tray.menu(), {});
        QTemporaryDir folder;
        Settings settings(folder.filePath(u"settings.ini"_s));
        SettingsPage page(client.get(), &settings, clock);
        take(u"lease-settings"_s, &page, {kWide, 760});
    }
    for (const int count : {1, 5}) {
        ScriptedVault vault;
        vault.facts.state = LockState::Locked;
        vault.facts.name = u"Personal"_s;
        vault.facts.hasKeychainSlot = true;
        for (int i = 1; i <= count; ++i)
            vault.facts.leases.append(lease(i == 1 ? u"nightly-build"_s : u"run-%1"_s.arg(i), 2 * i, 14));
        const auto client = ScriptedVault::makeClient();
        const QString name = count == 1 ? QString() : u"-many"_s;
        UnlockPanel panel(client.get(), clock);
        take(u"lease-locked"_s + name, &panel, {kWide, 560});
        UnlockDialog dialog(client.get(), clock);
        take(u"lease-unlock"_s + name, &dialog, {});
        StatusLine foot(client.get(), &clipboard, clock);
        foot.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        take(u"lease-locked-foot"_s + name, &foot, {kWide, 36});
        TrayIcon tray(client.get(), clock);
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        tray.menu()->popup({});
        take(u"lease-locked-menu"_s + name, tray.menu(), {});
    }
    for (const bool dark : {false, true}) {
        QLabel icons;
        QPixmap row(6 * 56, 48);
        row.fill(dark ? QColor(0x30, 0x30, 0x30) : QColor(0xf0, 0xf0, 0xf0));
        QPainter painter(&row);
        int x = 4;
        for (const TrayState state : {TrayState::Locked, TrayState::Leased, TrayState::Open, TrayState::Active, TrayState::Off, TrayState::Attention}) {
            painter.drawPixmap(x, 2, trayIcon(state, dark).pixmap(44, 44));
            x += 56;
        }
        painter.end();
        icons.setPixmap(row);
        take(dark ? u"lease-icons-on-dark"_s : u"lease-icons"_s, &icons, row.size());
    }
}
