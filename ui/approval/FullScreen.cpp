// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/FullScreen.h"

#include <QGuiApplication>
#include <QWindow>

#ifdef CLAVITOR_XCB
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include <xcb/xcb.h>
#endif

namespace clavitor::ui {

#ifdef CLAVITOR_XCB

namespace {

struct XcbFree {
    void operator()(void *memory) const { std::free(memory); }
};
template<typename T>
using XcbOwned = std::unique_ptr<T, XcbFree>;

xcb_atom_t atomNamed(xcb_connection_t *x, std::string_view name)
{
    const auto cookie = xcb_intern_atom(x, 1, static_cast<uint16_t>(name.size()), name.data());
    const XcbOwned<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(x, cookie, nullptr));
    return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
}

/// Words of a property of 32 bits; none when it is not there.
std::vector<uint32_t> propertyWords(xcb_connection_t *x, xcb_window_t window, std::string_view name, xcb_atom_t type)
{
    const auto cookie = xcb_get_property(x, 0, window, atomNamed(x, name), type, 0, 64);
    const XcbOwned<xcb_get_property_reply_t> reply(xcb_get_property_reply(x, cookie, nullptr));
    if (!reply || reply->format != 32)
        return {};
    const auto *first = static_cast<const uint32_t *>(xcb_get_property_value(reply.get()));
    return {first, first + reply->value_len};
}

} // namespace

bool isOtherFullScreen()
{
    const auto *native = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    if (!native || !native->connection())
        return false;
    xcb_connection_t *x = native->connection();
    const xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(x)).data->root;
    const std::vector<uint32_t> active = propertyWords(x, root, "_NET_ACTIVE_WINDOW", XCB_ATOM_WINDOW);
    if (active.empty() || active.front() == XCB_WINDOW_NONE)
        return false;
    const QWindowList ours = QGuiApplication::topLevelWindows();
    if (std::any_of(ours.cbegin(), ours.cend(), [&](const QWindow *one) { return one->handle() && one->winId() == active.front(); }))
        return false;
    const std::vector<uint32_t> states = propertyWords(x, active.front(), "_NET_WM_STATE", XCB_ATOM_ATOM);
    const xcb_atom_t full = atomNamed(x, "_NET_WM_STATE_FULLSCREEN");
    return full != XCB_ATOM_NONE && std::find(states.cbegin(), states.cend(), full) != states.cend();
}

#else

bool isOtherFullScreen()
{
    return false;
}

#endif

} // namespace clavitor::ui
