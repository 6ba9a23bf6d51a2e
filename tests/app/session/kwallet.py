# SPDX-License-Identifier: GPL-3.0-or-later
"""KWallet as far as QtKeychain asks it, with a wallet in memory; `kwallet.py refuse` is one whose person says no."""
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
REFUSES = "refuse" in sys.argv[1:]
WALLET = "org.kde.KWallet"
UNKNOWN, PASSWORD, STREAM = 0, 1, 2


class Wallet(dbus.service.Object):
    entries = {}

    @dbus.service.method(WALLET, in_signature="", out_signature="s")
    def networkWallet(self):
        return "kdewallet"

    @dbus.service.method(WALLET, in_signature="sxs", out_signature="i")
    def open(self, wallet, window, application):
        return -1 if REFUSES else 1

    @dbus.service.method(WALLET, in_signature="isss", out_signature="i")
    def entryType(self, handle, folder, key, application):
        return self.entries.get((folder, key), (UNKNOWN, b""))[0]

    @dbus.service.method(WALLET, in_signature="isss", out_signature="ay")
    def readEntry(self, handle, folder, key, application):
        return dbus.ByteArray(self.entries[folder, key][1])

    @dbus.service.method(WALLET, in_signature="issays", out_signature="i", byte_arrays=True)
    def writeEntry(self, handle, folder, key, value, application):
        self.entries[folder, key] = (STREAM, bytes(value))
        return 0

    @dbus.service.method(WALLET, in_signature="isss", out_signature="i")
    def removeEntry(self, handle, folder, key, application):
        return 0 if self.entries.pop((folder, key), None) else -3


bus = dbus.SessionBus()
wallet = Wallet(bus, "/modules/kwalletd5")
name = dbus.service.BusName("org.kde.kwalletd5", bus)
GLib.MainLoop().run()
