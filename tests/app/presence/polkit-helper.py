# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells polkitd, as root, that somebody has proved to be who they are: what its setuid helper does after asking PAM."""
import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
name = dbus.service.BusName("clavitor.test.Helper", bus)


class Helper(dbus.service.Object):
    @dbus.service.method("clavitor.test.Helper", in_signature="us", out_signature="")
    def Confirm(self, uid, cookie):
        authority = dbus.Interface(bus.get_object("org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority"),
                                   "org.freedesktop.PolicyKit1.Authority")
        identity = ("unix-user", dbus.Dictionary({"uid": dbus.UInt32(uid)}, signature="sv"))
        authority.AuthenticationAgentResponse2(dbus.UInt32(uid), cookie, identity)


helper = Helper(bus, "/")
GLib.MainLoop().run()
