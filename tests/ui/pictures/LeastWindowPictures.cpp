// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/LeastWindowPictures.h"

#include "tests/support/ScriptedWindow.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

void shootLeastWindow(const std::function<void(const QString &, QWidget *, QSize)> &take)
{
    using Kind = ui::Place::Kind;
    for (const auto &[size, suffix] : {std::pair(ScriptedWindow::least, u"-least"_s), std::pair(ScriptedWindow::first, u"-first"_s)}) {
        {
            ScriptedWindow shown;
            shown.open(size);
            take(u"window-locked"_s + suffix, shown.window.get(), size);
            shown.unlockWith(u"wrong"_s);
            take(u"window-wrong"_s + suffix, shown.window.get(), size);
            shown.unlockWithKeychain(ErrorCode::KeychainLocked);
            take(u"window-keychain"_s + suffix, shown.window.get(), size);
        }
        {
            ScriptedWindow shown;
            shown.addLease();
            ScriptedVault::setWay(shown.vault.facts, {{crypto::SlotKind::Recovery, 0}, {}, {}}, true);
            shown.open(size);
            shown.addCalls();
            take(u"window-lease"_s + suffix, shown.window.get(), size);
            shown.unlockWith(u"wrong"_s);
            take(u"window-lease-wrong"_s + suffix, shown.window.get(), size);
        }
        for (const auto &[kind, name] : {std::pair(Kind::All, u"entries"_s), std::pair(Kind::Keys, u"keys"_s), std::pair(Kind::Audit, u"audit"_s),
                                         std::pair(Kind::Connection, u"connection"_s), std::pair(Kind::Settings, u"settings"_s)}) {
            ScriptedWindow shown;
            shown.vault.facts.state = LockState::Unlocked;
            shown.open(size);
            shown.window->setPlace({kind, {}, {}});
            take(u"window-"_s + name + suffix, shown.window.get(), size);
        }
    }
}
