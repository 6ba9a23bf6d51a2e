// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::ui {

/// Whether the window the person is in fills the screen and is another program's: a film, a game, a talk. Known on X11 alone
/// (EWMH: _NET_ACTIVE_WINDOW, _NET_WM_STATE_FULLSCREEN); elsewhere false, where the compositor decides what comes in front.
/// GUI thread; two questions to the X server.
[[nodiscard]] bool isOtherFullScreen();

} // namespace clavitor::ui
