# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong around the program: each has a clear message that names what to do, the right status, and nothing is lost."""
import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop
from program import PROGRAMS, Clavitor, free_port

PASSWORD = "orange lantern paddle 7"


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)

    def setUp(self):
        self.vault = self.desktop.home / f"vault-{self.id().rsplit('.', 1)[1]}"
        self.token = vault.create(self.vault, PASSWORD, entries=5, keys=["agent"])["agent"]

    def open(self, password=PASSWORD, folder=None, **options):
        return Clavitor(self.desktop, "--vault", folder or self.vault, "--password-stdin", stdin=password, **options)

    def assertRefused(self, app, *words, seconds=30):
        """It ends by itself, with a message that says what happened and what to do, and a status other than 0."""
        app.launch()
        try:
            status = app.exit_status(seconds)
        except subprocess.TimeoutExpired:
            self.fail("still running:\n" + app.output())
        finally:
            app.stop()
        self.assertGreater(status, 0, app.output())
        message = "\n".join(app.errors)
        for word in words:
            self.assertRegex(message, f"(?i){word}")
        self.assertNotIn(PASSWORD, app.output())
        self.assertNotRegex(message, r"(?i)AEAD|assert|std::|exception")

    def assertStaysLocked(self, app, *words):
        """It says why on stderr and goes on, locked: the person can try again in the window."""
        app.launch()
        try:
            deadline = time.monotonic() + 20
            while not all(re.search(f"(?i){word}", "\n".join(app.errors)) for word in ("stays locked", *words)):
                self.assertLess(time.monotonic(), deadline, app.output())
                self.assertIsNone(app.process.poll(), app.output())
                time.sleep(0.05)
            app.wait_until_answers()
            self.assertEqual(app.get("/health", token=None).json["status"], "locked")
            answer = app.get("/api/entries", self.token)
            self.assertEqual((answer.status, answer.error), (423, "locked"))
            self.assertNotIn(PASSWORD, app.output())
        finally:
            app.stop()

    def assertStillOpens(self, folder=None):
        with self.open(folder=folder) as app:
            self.assertEqual(app.get("/api/entries", self.token).json["total"], 5)

    def snapshot(self):
        return {file.name: file.read_bytes() for file in self.vault.iterdir() if file.is_file() and file.name != "lock"}

    # -- unlocking
    def test_wrong_password(self):
        before = self.snapshot()
        self.assertStaysLocked(self.open("not the password at all"), "password")
        self.assertEqual({k: v for k, v in self.snapshot().items() if k.startswith("vault.keys")}, {k: v for k, v in before.items() if k.startswith("vault.keys")})
        self.assertStillOpens()

    def test_empty_password(self):
        self.assertStaysLocked(self.open(""), "password")
        self.assertStillOpens()

    # -- files
    def test_no_vault_there(self):
        self.assertRefused(self.open(folder=self.desktop.home / "nowhere"), "no vault|not found|does not exist")
        self.assertFalse((self.desktop.home / "nowhere" / "vault.db").exists(), "it must not make one unasked")

    def test_foreign_files(self):
        for name in ("vault.keys", "vault.keys.copy"):
            (self.vault / name).write_bytes(b"PK\x03\x04" + os.urandom(2000))
        self.assertRefused(self.open(), "not a Clavitor|foreign")

    def test_damaged_first_copy_is_mended_from_the_second(self):
        good = (self.vault / "vault.keys").read_bytes()
        (self.vault / "vault.keys").write_bytes(good[:40] + bytes([good[40] ^ 1]) + good[41:])
        self.assertStillOpens()
        self.assertEqual((self.vault / "vault.keys").read_bytes(), (self.vault / "vault.keys.copy").read_bytes())

    def test_both_copies_of_the_keys_damaged(self):
        for name in ("vault.keys", "vault.keys.copy"):
            data = bytearray((self.vault / name).read_bytes())
            data[len(data) // 2] ^= 0x40
            (self.vault / name).write_bytes(data)
        before = self.snapshot()
        self.assertRefused(self.open(), "damaged")
        self.assertEqual(self.snapshot(), before)

    def test_damaged_database(self):
        data = bytearray((self.vault / "vault.db").read_bytes())
        for position in range(100, len(data), 4096):
            data[position] ^= 0xff
        (self.vault / "vault.db").write_bytes(data)
        self.assertStaysLocked(self.open(), "damaged")
        self.assertEqual((self.vault / "vault.db").read_bytes(), bytes(data), "left as it was found, for a rescue")

    def test_empty_database(self):
        (self.vault / "vault.db").write_bytes(b"")
        self.assertStaysLocked(self.open(), "damaged")
        self.assertEqual((self.vault / "vault.db").read_bytes(), b"")

    def test_database_gone(self):
        (self.vault / "vault.db").unlink()
        self.assertStaysLocked(self.open(), "damaged|no ?vault|missing")
        self.assertFalse((self.vault / "vault.db").exists(), "an empty vault must not take its place")

    def test_read_only_folder(self):
        if os.geteuid() == 0:  # root writes everywhere, so the file system itself has to refuse
            self.enter_mount("--bind", self.vault, self.vault)
            subprocess.run(["mount", "-o", "remount,ro,bind", str(self.vault)], check=True)
        else:
            for file in self.vault.iterdir():
                file.chmod(0o400)
            self.vault.chmod(0o500)
        self.assertRefused(self.open(), "read-only|write")

    def enter_mount(self, *arguments):
        done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest("this machine lets nobody mount: " + done.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", str(arguments[-1])], check=False)

    def test_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("needs root for a small file system")
        small = self.desktop.home / "small"
        small.mkdir()
        self.enter_mount("-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", small)
        folder = small / "vault"
        shutil.copytree(self.vault, folder)
        with self.open(folder=folder) as app:
            entry = app.get("/api/entries", self.token).json["entries"][0]["id"]
            self.assertEqual(app.get(f"/api/entries/{entry}", self.token).status, 200)
            with contextlib.suppress(OSError), open(small / "filler", "wb") as filler:
                while True:
                    filler.write(bytes(4096))
                    filler.flush()
            # No row, no secret: from the moment a row cannot be written, nothing leaves.
            refused = None
            for _ in range(400):
                answer = app.get(f"/api/entries/{entry}", self.token)
                if answer.status != 200:
                    refused = answer
                    break
            self.assertIsNotNone(refused, "it went on answering on a full disk")
            self.assertEqual((refused.status, refused.error), (503, "audit_unavailable"))
            self.assertNotIn(b'"value"', refused.body)
            (small / "filler").unlink()
            deadline = time.monotonic() + 10
            while app.get(f"/api/entries/{entry}", self.token).status != 200:
                self.assertLess(time.monotonic(), deadline, "it did not come back when there was room again")
                time.sleep(0.1)
        self.assertStillOpens(folder)

    # -- two of them
    def test_second_instance(self):
        with self.open() as first:
            self.assertRefused(self.open(), "already|another", rf"\b{first.process.pid}\b")
            self.assertEqual(first.get("/api/entries", self.token).status, 200)

    def test_lock_left_by_a_killed_one_does_not_keep_us_out(self):
        with self.open() as first:
            first.kill()
        self.assertStillOpens()

    # -- the port
    def test_taken_port_names_its_holder(self):
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with self.subTest(address), socket.socket(family, socket.SOCK_STREAM) as holder:
                port = free_port()
                holder.bind((address, port))
                holder.listen()
                app = self.open(port=port).launch()
                try:
                    deadline = time.monotonic() + 20
                    while not re.search(rf"(?i){port}.*(taken|in use|held|holds)|(taken|in use|held|holds).*{port}", app.output()) and time.monotonic() < deadline:
                        time.sleep(0.05)
                    said = app.output()
                    self.assertRegex(said, rf"\b{port}\b")
                    self.assertRegex(said, r"(?i)python")
                    self.assertRegex(said, rf"\b{os.getpid()}\b")
                    other = "::1" if address == "127.0.0.1" else "127.0.0.1"
                    with self.assertRaises(OSError, msg="the free address must not be served alone"):
                        socket.create_connection((other, port), timeout=1)
                finally:
                    app.stop()

    def test_frees_the_port_within_a_second_of_its_end(self):
        for how in ("stop", "kill"):
            with self.open() as app:
                getattr(app, how)()
                deadline = time.monotonic() + 1
                while time.monotonic() < deadline:
                    try:
                        socket.create_connection(("127.0.0.1", app.port), timeout=1).close()
                        time.sleep(0.02)
                    except ConnectionRefusedError:
                        break
                else:
                    self.fail(f"the port is still open a second after {how}")

    # -- the command line
    def test_unknown_option_and_impossible_port(self):
        for arguments in (["--nonsense"], ["--port", "70000"], ["--port", "x"], ["--vault"]):
            done = subprocess.run([str(PROGRAMS / "clavitor"), *arguments], env=self.desktop.env, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
            self.assertGreater(done.returncode, 0, arguments)
            self.assertTrue(done.stderr.strip(), arguments)

    def test_says_how_it_is_used(self):
        done = subprocess.run([str(PROGRAMS / "clavitor"), "--help"], env=self.desktop.env, capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 0)
        for option in ("--demo", "--check", "--vault", "--port", "--password-stdin"):
            self.assertIn(option, done.stdout)

    # -- the bridge's own faults
    def test_bridge_that_cannot_stay_up_is_shown_as_off(self):
        with self.open() as app:
            for _ in range(4):
                pid = None
                deadline = time.monotonic() + 3
                while pid is None and time.monotonic() < deadline:
                    pid = app.bridge_pid
                    time.sleep(0.02)
                if pid is None:
                    break
                os.kill(pid, 9)
                time.sleep(0.3)
            time.sleep(1)
            with self.assertRaises((OSError, http.client.HTTPException)):
                app.get("/health", token=None, timeout=1)
            self.assertIsNone(app.process.poll(), "the keeper stays")
            self.assertRegex(app.output(), r"(?i)bridge")

    def test_bridge_alone_does_nothing(self):
        done = subprocess.run([str(PROGRAMS / "clavitor-bridge")], env=self.desktop.env, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
        self.assertGreater(done.returncode, 0)
        self.assertTrue(done.stderr.strip())


if __name__ == "__main__":
    unittest.main(verbosity=2)
