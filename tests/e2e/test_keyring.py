# SPDX-License-Identifier: GPL-3.0-or-later
"""The built program and a real gnome-keyring: it opens the vault up to an agent's first read; then it is killed, then it is there and locked, and each time
the window says what is wrong with it and the master password opens the vault all the same, at once. An older copy of a vault that was opened beside a locked
keyring is noticed when that opens."""
import os
import shutil
import signal
import tempfile
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop, stop
from locked_window import LOCK, PASSWORD, LockedWindow, start_bus
from program import Clavitor
from test_memory import image

ABSENT, LOCKED = "This desktop has no keychain running.", "The keychain of this computer is locked."


def own_bus(cls):
    """A bus of this class alone, which starts nothing on demand."""
    folder = Path(tempfile.mkdtemp(prefix="clavitor-e2e-bus-"))
    cls.addClassCleanup(shutil.rmtree, folder)
    bus = start_bus(folder)
    cls.addClassCleanup(stop, bus)
    cls.addClassCleanup(bus.stdout.close)


def kill_keyring(desktop):
    ours = [process for process in desktop.processes if "gnome-keyring-daemon" in process.args[0] and process.poll() is None]
    for process in ours:
        process.send_signal(signal.SIGKILL)
        process.wait()


class Keyring(LockedWindow, unittest.TestCase):
    pictures = "keyring"

    @classmethod
    def setUpClass(cls):
        own_bus(cls)
        cls.desktop = Desktop(tray=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.folder = cls.desktop.home / "vault"
        made = vault.run("create", cls.folder, PASSWORD, "--entries", 5, "--key", "codex", "--keychain", env={**os.environ, **cls.desktop.env})
        cls.token = next(row["token"] for row in made if "token" in row)
        cls.desktop.settings("[security]\nkeychainCheck=never\n[seen]\nrecoverySheetReminder=true\n")
        cls.app = Clavitor(cls.desktop, "--vault", cls.folder).launch()
        cls.addClassCleanup(cls.app.stop)
        cls.app.wait_until_answers()

    def test_opens_the_vault_and_is_never_needed_to(self):
        self.asks_the_keyring()
        self.wait_for("unlocked", 10)
        self.read()
        if os.geteuid() == 0:  # what is looked for below is not there before it is said
            for sentence in (ABSENT, LOCKED):
                self.assertNotIn(sentence.encode("utf-16-le"), image(self.app.process.pid))

        self.locks()
        kill_keyring(self.desktop)
        self.asks_the_keyring()
        self.shows(ABSENT)
        self.assertEqual(self.status(), "locked")
        self.opens_by_password()

        self.locks()
        self.desktop._start_keyring()
        self.assertEqual(self.desktop.run(*LOCK).returncode, 0)
        self.asks_the_keyring()
        self.shows(LOCKED)
        self.assertEqual(self.status(), "locked")
        self.opens_by_password()


class OlderCopy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_bus(cls)
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.folder = cls.desktop.home / "vault"
        cls.token = vault.create(cls.folder, PASSWORD, entries=3, keys=["codex"])["codex"]

    def app(self):
        return Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=PASSWORD)

    def reads(self, app):
        answer = app.get("/api/entries?limit=1", self.token)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(app.get("/api/entries/" + answer.json["entries"][0]["id"], self.token).status, 200)

    def test_is_noticed_when_a_locked_keyring_opens(self):
        with self.app() as app:
            self.reads(app)
        yesterday = self.desktop.home / "yesterday"
        shutil.copytree(self.folder, yesterday)
        with self.app() as app:
            self.reads(app)
        shutil.rmtree(self.folder)
        shutil.copytree(yesterday, self.folder)
        self.assertEqual(self.desktop.run(*LOCK).returncode, 0)
        # Used beside the locked keyring until it has seen more than the newest.
        with self.app() as app:
            for _ in range(5):
                self.reads(app)
        with self.app() as app:
            self.reads(app)
            kill_keyring(self.desktop)
            self.desktop._start_keyring()  # open
            deadline = time.monotonic() + 30
            while (answer := app.get("/api/entries?limit=1", self.token)).status == 200:
                self.assertLess(time.monotonic(), deadline, "nothing is noticed")
                time.sleep(0.2)
            self.assertEqual((answer.status, answer.error), (423, "vault_changed"), answer)


if __name__ == "__main__":
    unittest.main(verbosity=2)
