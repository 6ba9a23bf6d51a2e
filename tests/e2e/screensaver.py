#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen saver for the program under test, on the session bus: each line on standard input locks the screen."""
import sys

import dbus
import dbus.lowlevel

bus = dbus.SessionBus()
bus.request_name("org.freedesktop.ScreenSaver")
print("ready", flush=True)
for _ in sys.stdin:
    signal = dbus.lowlevel.SignalMessage("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged")
    signal.append(True)
    bus.send_message(signal)
    bus.flush()
    print("locked", flush=True)
