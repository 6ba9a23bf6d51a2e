// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Settings.h"
#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/MainWindow.h"
#include "ui/PersonalAccess.h"
#include "ui/audit/AuditPage.h"
#include "ui/connection/ConnectionPage.h"
#include "ui/keys/AgentsPage.h"
#include "ui/settings/SettingsPage.h"
#include "ui/setup/UnlockPanel.h"

#include <QGuiApplication>
#include <QTemporaryDir>

#include <memory>

namespace clavitor::test {

/// The window with all its pages over a vault of samples. What the vault and the check for a person are to be is set first,
/// then it is opened.
struct ScriptedWindow {
    static constexpr qint64 now = 1'773'240'000'000;
    static constexpr QSize least{560, 420};
    static constexpr QSize first{1040, 680};

    ScriptedWindow()
    {
        vault.fillWithSamples(now);
        vault.facts.state = LockState::Locked;
        vault.facts.name = QStringLiteral("Work and everything else");
        vault.facts.hasKeychainSlot = true;
        gate.setKeychainCheck(PresenceGate::Check::Never);
    }

    void open(QSize size)
    {
        const Clock clock = [] { return now; };
        client = ScriptedVault::makeClient();
        client->setPresence(&gate);
        personal = std::make_unique<ui::PersonalAccess>(client.get(), clock);
        lock = new ui::UnlockPanel(client.get(), clock);
        auto *audit = new ui::AuditPage(client.get(), clock);
        audit->setVerification(personal.get(), &settings);
        auto *connection = new ui::ConnectionPage(client.get(), &clipboard, clock);
        window = std::make_unique<ui::MainWindow>(
            ui::MainWindow::Parts{client.get(), &clipboard, personal.get(), &settings, clock},
            ui::MainWindow::Pages{new ui::AgentsPage(client.get(), &clipboard, clock), audit, connection, new ui::SettingsPage(client.get(), &settings, clock), lock});
        const BridgeState serving{BridgeState::Kind::Serving, 1984, {}};
        connection->setBridge(serving);
        window->setBridgeState(serving);
        window->show();
        window->resize(size);
        QTest::qWait(30);
    }

    void addLease()
    {
        vault.facts.leases.append({GrantId{newUuid(now)}, QStringLiteral("nightly-build-of-everything"), 12, 1'440, now + 7 * ms::hour});
    }

    void addCalls(int calls = 2) const
    {
        const LockedCall call{QStringLiteral("mcp:codex-agent"), QStringLiteral("read"),
                              {QStringLiteral("/usr/local/bin/codex"), 7, QStringLiteral("zsh ← kitty ← gnome-session"),
                               QStringLiteral("/home/octo/src/shop/backend"), {}}};
        for (int i = 0; i < calls; ++i)
            emit client->lockedCall(call);
    }

    /// By the buttons, wherever they lie.
    void unlockWith(const QString &password) const
    {
        type(lineEdit(lock, QStringLiteral("Master password")), password);
        button(lock, QStringLiteral("Unlock"))->click();
    }
    void unlockWithKeychain(ErrorCode failing)
    {
        vault.failures.insert(QStringLiteral("unlockWithKeychain"), {failing, {}});
        button(lock, QStringLiteral("Unlock with the keychain"))->click();
    }

    QTemporaryDir folder;
    Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
    ui::ClipboardGuard clipboard{QGuiApplication::clipboard()};
    ScriptedVault vault;
    ScriptedPresence presence;
    PresenceGate gate{presence};
    std::unique_ptr<VaultClient> client;
    std::unique_ptr<ui::PersonalAccess> personal;
    std::unique_ptr<ui::MainWindow> window;
    ui::UnlockPanel *lock = nullptr;        ///< the window's
};

} // namespace clavitor::test
