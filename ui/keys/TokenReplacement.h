// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "ui/keys/ClientSnippet.h"

#include <functional>

class QWidget;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class ClipboardGuard;

/// What became of a token that was to be replaced; each called at most once, on the GUI thread, while `over` is there.
struct TokenReplaced {
    std::function<void(const QString &formerId, const QString &keyId)> done;
    std::function<void(const Error &error)> failed;
};

/// Asks, replaces the token of a key and shows the new one, over `over`. `client` and `clipboard` outlive that. GUI thread.
void replaceToken(VaultClient *client, ClipboardGuard *clipboard, const OurSide &ours, const Agent &agent, QWidget *over, TokenReplaced replaced);

} // namespace clavitor::ui
