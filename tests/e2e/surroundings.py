#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells a program whether the person is there: logind and UPower on the system bus (of the address given), GNOME's idle time on the session's.

A line on standard input makes something happen and gets a line back:
  sleep, user, lid, lid-upower, lock     what logind or UPower then says
  held                                   how many programs keep the computer from sleeping
  idle N                                 milliseconds the desktop tells from now on
  late N                                 milliseconds that logind takes to answer from now on
  asked                                  when it was last asked for that, by the clock that only goes forward
"""
import os
import select
import sys
import time

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

LOGIN, UPOWER = "org.freedesktop.login1", "org.freedesktop.UPower"
LOGIN_PATH, SESSION_PATH, UPOWER_PATH = "/org/freedesktop/login1", "/org/freedesktop/login1/session/_32", "/org/freedesktop/UPower"

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
system = dbus.bus.BusConnection(sys.argv[1])
session = dbus.SessionBus()


class Login(dbus.service.Object):
    holding = []  # our ends of what was given to those who hold sleep up
    late = 0  # milliseconds that an answer takes

    def answer(self, ok, value):
        GLib.timeout_add(self.late, lambda: ok(value) and False)

    @dbus.service.method(LOGIN + ".Manager", in_signature="s", out_signature="o", async_callbacks=("ok", "_error"))
    def GetSession(self, _which, ok, _error):
        self.answer(ok, SESSION_PATH)

    @dbus.service.method(LOGIN + ".Manager", in_signature="ssss", out_signature="h", async_callbacks=("ok", "_error"))
    def Inhibit(self, what, _who, _why, mode, ok, _error):
        ours, theirs = os.pipe()
        if (what, mode) == ("sleep", "delay"):
            self.holding.append(ours)
        given = dbus.types.UnixFd(theirs)
        os.close(theirs)
        self.answer(ok, given)

    def held(self):
        # Readable is a pipe whose other end is shut.
        return sum(1 for end in self.holding if not select.select([end], [], [], 0)[0])


class IdleMonitor(dbus.service.Object):
    milliseconds = 0
    asked = 0.0

    @dbus.service.method("org.gnome.Mutter.IdleMonitor", out_signature="t")
    def GetIdletime(self):
        self.asked = time.monotonic()
        return dbus.UInt64(self.milliseconds)


names = [dbus.service.BusName(name, bus) for name, bus in ((LOGIN, system), (UPOWER, system), ("org.gnome.Mutter.IdleMonitor", session))]
login = Login(system, LOGIN_PATH)
monitor = IdleMonitor(session, "/org/gnome/Mutter/IdleMonitor/Core")


def say(path, interface, member, *arguments):
    signal = dbus.lowlevel.SignalMessage(path, interface, member)
    signal.append(*arguments)
    system.send_message(signal)
    system.flush()


def change(path, interface, **changed):
    say(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", interface, dbus.Dictionary(changed, signature="sv"), dbus.Array([], signature="s"))


HAPPENS = {"sleep": lambda: say(LOGIN_PATH, LOGIN + ".Manager", "PrepareForSleep", True),
           "user": lambda: change(SESSION_PATH, LOGIN + ".Session", Active=False),
           "lock": lambda: say(SESSION_PATH, LOGIN + ".Session", "Lock"),
           "lid": lambda: change(LOGIN_PATH, LOGIN + ".Manager", LidClosed=True),
           "lid-upower": lambda: change(UPOWER_PATH, UPOWER, LidIsClosed=True)}


def obey(source, _condition):
    line = source.readline().split()
    if not line:
        loop.quit()
        return False
    if line[0] == "held":
        print(login.held(), flush=True)
    elif line[0] == "idle":
        monitor.milliseconds = int(line[1])
        print("ok", flush=True)
    elif line[0] == "late":
        login.late = int(line[1])
        print("ok", flush=True)
    elif line[0] == "asked":
        print(monitor.asked, flush=True)
    else:
        HAPPENS[line[0]]()
        print("ok", flush=True)
    return True


loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, obey)
print("ready", flush=True)
loop.run()
