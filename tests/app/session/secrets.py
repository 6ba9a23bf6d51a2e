# SPDX-License-Identifier: GPL-3.0-or-later
"""A Secret Service with one locked collection, as far as opening it goes; `secrets.py open|close|wait` is what its person does
with the window it asks for."""
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
PERSON = sys.argv[1]
SERVICE, PROMPT = "org.freedesktop.Secret.Service", "org.freedesktop.Secret.Prompt"
COLLECTION, NOTHING = dbus.ObjectPath("/org/freedesktop/secrets/collection/login"), dbus.ObjectPath("/")


class Window(dbus.service.Object):
    @dbus.service.method(PROMPT, in_signature="s")
    def Prompt(self, window):
        if PERSON != "wait":
            GLib.timeout_add(50, self.end)

    @dbus.service.method(PROMPT)
    def Dismiss(self):
        self.Completed(True, dbus.String("", variant_level=1))

    @dbus.service.signal(PROMPT, signature="bv")
    def Completed(self, dismissed, result):
        pass

    def end(self):
        service.locked = PERSON != "open"
        self.Completed(service.locked, dbus.Array([] if service.locked else [COLLECTION], signature="o", variant_level=1))


class Service(dbus.service.Object):
    locked = True

    @dbus.service.method(SERVICE, in_signature="a{ss}", out_signature="aoao")
    def SearchItems(self, attributes):
        return dbus.Array([], signature="o"), dbus.Array([], signature="o")

    @dbus.service.method(SERVICE, in_signature="s", out_signature="o")
    def ReadAlias(self, name):
        return COLLECTION

    @dbus.service.method(SERVICE, in_signature="ao", out_signature="aoo")
    def Unlock(self, objects):
        return (dbus.Array([], signature="o"), window) if self.locked else (objects, NOTHING)


bus = dbus.SessionBus()
service = Service(bus, "/org/freedesktop/secrets")
window = Window(bus, "/org/freedesktop/secrets/prompt/p1")
name = dbus.service.BusName("org.freedesktop.secrets", bus)
GLib.MainLoop().run()
