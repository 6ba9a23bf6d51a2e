# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way the keychain can fail the vault, with a real gnome-keyring and beside it a KWallet as far as it is asked: the window says which it is, in
words of its own, and the master password opens the vault within five seconds. Leaves a picture of each in screenshots/."""
import base64
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop, stop
from locked_window import LOCK, PASSWORD, LockedWindow, start_bus
from program import Clavitor

WALLET = Path(__file__).parent.parent / "app" / "session" / "kwallet.py"
OWNER = ("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner")


class Screens(LockedWindow, unittest.TestCase):
    pictures = "keychain"

    def setUp(self):
        bus_folder = Path(tempfile.mkdtemp(prefix="clavitor-e2e-bus-"))
        self.addCleanup(shutil.rmtree, bus_folder)
        bus = start_bus(bus_folder)
        self.addCleanup(stop, bus)
        self.addCleanup(bus.stdout.close)
        self.desktop = Desktop(tray=False).__enter__()
        self.addCleanup(self.desktop.__exit__)
        folder = self.desktop.home / "vault"
        made = vault.run("create", folder, PASSWORD, "--entries", 3, "--key", "codex", "--keychain", env={**os.environ, **self.desktop.env})
        self.token = next(row["token"] for row in made if "token" in row)
        self.desktop.settings("[security]\nkeychainCheck=never\n[seen]\nrecoverySheetReminder=true\n")
        self.folder = folder

    def start(self):
        self.app = Clavitor(self.desktop, "--vault", self.folder).launch()
        self.addCleanup(self.app.stop)
        self.app.wait_until_answers()

    def keyring(self):
        return next(process for process in reversed(self.desktop.processes) if "gnome-keyring-daemon" in process.args[0])

    def owned(self, name):
        return "boolean true" in self.desktop.run(*OWNER, f"string:{name}").stdout

    def item(self):
        """The attributes of the one that opens the vault."""
        found = self.desktop.run("secret-tool", "search", "--all", "server", "clavitor")
        users = re.findall(r"attribute\.user = (\S+)", found.stdout + found.stderr)
        return "user", next(user for user in users if "." not in user), "server", "clavitor", "type", "base64"

    def put(self, secret):
        stored = self.desktop.run("secret-tool", "store", "--label=clavitor", *self.item(), input=base64.b64encode(secret).decode())
        self.assertEqual(stored.returncode, 0, stored.stderr)

    def says(self, name, sentence):
        self.asks_the_keyring()
        self.shows(sentence)
        self.picture(name)
        self.assertEqual(self.status(), "locked")
        self.opens_by_password()
        self.locks()

    def test_says_what_is_in_the_keyring(self):
        self.start()
        whole = base64.b64decode(self.desktop.run("secret-tool", "lookup", *self.item()).stdout)
        self.put(whole[:-1])
        self.says("broken", "The key in the keychain is not whole.")
        self.put(bytes(len(whole)))
        self.says("wrong", "The key in the keychain does not fit this vault.")
        self.desktop.run("secret-tool", "clear", *self.item())
        self.says("no-item", "The keychain holds no key for this vault.")

    def test_says_that_it_is_locked_silent_or_gone(self):
        self.start()
        self.assertEqual(self.desktop.run(*LOCK).returncode, 0)
        self.says("locked", "The keychain of this computer is locked.")
        # Of this one the person closes the window: there is no program here that could show it.
        self.asks_the_keyring()
        self.shows("Unlock the keychain…")
        self.press("Tab", "space")
        self.shows("The keychain stayed locked.")
        self.picture("window-closed")
        self.opens_by_password()
        self.locks()
        self.keyring().send_signal(signal.SIGSTOP)
        try:
            self.says("silent", "The keychain did not answer in time.")
        finally:
            self.keyring().send_signal(signal.SIGCONT)
        self.keyring().send_signal(signal.SIGKILL)
        self.keyring().wait()
        self.says("absent", "This desktop has no keychain running.")

    def test_names_the_changed_login_password(self):
        self.keyring().terminate()
        self.keyring().wait()
        other = self.desktop.start("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground", stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        other.stdin.write(b"the login's new password")
        other.stdin.close()
        self.desktop._wait(lambda: self.owned("org.freedesktop.secrets"), "the keyring")
        self.start()
        self.says("other-password", "After a changed login password it may still want the former.")

    def on_kde(self, *arguments):
        self.desktop.env.update(XDG_CURRENT_DESKTOP="KDE", KDE_FULL_SESSION="true", KDE_SESSION_VERSION="5")
        wallet = self.desktop.start("/usr/bin/python3", WALLET, *arguments)
        self.desktop._wait(lambda: self.owned("org.kde.kwalletd5"), "the wallet")
        return wallet

    def test_says_that_the_wallet_refuses(self):
        self.on_kde("refuse")
        self.start()
        self.says("denied", "The keychain did not let Clavitor read its key.")

    def test_says_that_another_one_runs_beside_it(self):
        self.desktop.run("secret-tool", "clear", *self.item())
        self.on_kde().send_signal(signal.SIGSTOP)
        self.start()
        began = time.monotonic()
        self.says("elsewhere", "The keychain that answers holds no key for this vault, and another one runs beside it.")
        print(f"a wallet that hangs: said and opened after {time.monotonic() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
