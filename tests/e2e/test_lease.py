# SPDX-License-Identifier: GPL-3.0-or-later
"""A night lease over a lock: the screen is locked, the run that was leased an entry goes on, and nobody else gets anything. The real
lock comes when the reads or the time are used up, at a lock that was asked for and at the end of the program; a second later no
key and no value is in memory."""
import json
import os
import subprocess
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop
from program import Clavitor
from test_canary import Canaries
from test_memory import found, image

HERE = Path(__file__).parent
READS = 3


class Lease(unittest.TestCase):
    chosen = True   # that a lease goes on when the screen is locked
    screen = False

    def setUp(self):
        self.desktop = Desktop(screen=self.screen, keyring=False).__enter__()
        self.addCleanup(self.desktop.__exit__)
        self.canaries = Canaries()
        self.folder = self.desktop.home / "data" / "vault"
        self.saver = self.desktop.start("/usr/bin/python3", HERE / "screensaver.py", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.saver.stdout.readline(), "ready\n")
        self.addCleanup(self.saver.stdout.close)
        self.addCleanup(self.saver.stdin.close)

    def open(self, seconds=3600, reads=READS):
        export = self.desktop.home / "export.json"
        export.write_text(json.dumps(self.canaries.bitwarden()))
        rows = vault.run("create", self.folder, self.canaries.master, "--import", export, "--key", "nightly-build:asks", "--key", "codex-agent",
                         "--lease", f"nightly-build:canary login:{reads}:{seconds}")
        export.unlink()
        tokens = {row["key"]: row["token"] for row in rows if "token" in row}
        self.nightly, self.codex = tokens["nightly-build"], tokens["codex-agent"]
        self.leased = next(row["id"] for row in rows if "lease" in row)
        self.other = next(row["id"] for row in vault.entries(self.folder, self.canaries.master) if row["title"] == "other login")
        if self.chosen:
            self.desktop.settings("[security]\nkeepLeasesWhenAway=true\n[seen]\nrecoverySheetReminder=true\n")
        self.app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.canaries.master).start()
        self.addCleanup(self.app.stop)
        # Answered once it is known that the file is as it was left; before that no lease is kept.
        self.assertEqual(self.read(self.codex, self.leased).status, 200)

    def read(self, token, entry):
        return self.app.get(f"/api/entries/{entry}", token)

    def lock_screen(self):
        self.saver.stdin.write("\n")
        self.saver.stdin.flush()
        self.assertEqual(self.saver.stdout.readline(), "locked\n")
        self.wait_until_locked()

    def wait_until_locked(self):
        deadline = time.monotonic() + 30
        while self.app.get("/health", token=None).json["status"] != "locked":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def rows(self):
        """After the program has ended: it has the vault alone. The reading itself leaves none."""
        self.app.stop()
        return vault.audit(self.folder, self.canaries.master)

    def bytes_of(self, answer):
        """What was sent, without the number of the call."""
        body = answer.json
        del body["error"]["request_id"]
        return answer.status, body, {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}


class Chosen(Lease):
    def test_the_run_goes_on_and_nobody_else_until_its_reads_are_used_up(self):
        self.open()
        self.lock_screen()

        given = self.read(self.nightly, self.leased)
        self.assertEqual(given.status, 200, given)
        self.assertIn(self.canaries.shared["password"].encode(), given.body)
        for secret in self.canaries.personal.values():
            self.assertNotIn(secret.encode(), given.body)
        asked = {
            "another key": lambda: self.read(self.codex, self.leased),
            "another entry": lambda: self.read(self.nightly, self.other),
            "a code that was not leased": lambda: self.app.get(f"/api/ext/totp/{self.leased}", self.nightly),
            "a search": lambda: self.app.search("canary", token=self.nightly),
            "a list": lambda: self.app.get("/api/entries", self.nightly),
            "its status": lambda: self.app.get("/api/status", self.nightly),
            "a password": lambda: self.app.get("/api/generate?length=20", self.nightly),
        }
        kept = {name: self.bytes_of(ask()) for name, ask in asked.items()}
        for name, (status, body, _) in kept.items():
            self.assertEqual((status, body["error"]["code"]), (423, "locked"), name)

        # By MCP as well, as such a client goes about it.
        result = self.app.tool("get_entry", {"id": self.leased}, self.nightly)
        self.assertIn(self.canaries.shared["password"], json.dumps(result))
        self.assertIn("locked", json.dumps(self.app.tool("get_entry", {"id": self.other}, self.nightly)))
        self.assertEqual(self.read(self.nightly, self.leased).status, 200)

        # The third was the last.
        for token in (self.nightly, self.codex):
            self.assertEqual(self.read(token, self.leased).status, 423)
        self.assertEqual({name: self.bytes_of(ask()) for name, ask in asked.items()}, kept)

        rows = self.rows()
        locks = [row for row in rows if row["action"] == "lock"]
        self.assertRegex(locks[-2]["why"], r"^the screen was locked; keeping the lease of nightly-build \(entries: 1, reads left: 3\) until ")
        self.assertEqual((locks[-1]["actor"], locks[-1]["why"]), ("app:clavitor", "the lease is over: its reads are used up"))
        between = [row for row in rows if locks[-2]["sequence"] < row["sequence"] < locks[-1]["sequence"]]
        self.assertEqual([(row["action"], row["entry"], row["outcome"]) for row in between], [("read", "canary login", "allowed")] * READS)
        self.assertEqual({row["why"] for row in between}, {"by lease"})
        self.assertEqual({row["actor"] for row in between}, {"api:nightly-build", "mcp:nightly-build"})

    def test_the_time_of_the_lease_ends_it(self):
        self.open(seconds=8, reads=100)
        self.lock_screen()
        self.assertEqual(self.read(self.nightly, self.leased).status, 200)
        deadline = time.monotonic() + 20
        while self.read(self.nightly, self.leased).status != 423:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        time.sleep(1)
        self.assertEqual(self.rows()[-1]["why"], "the lease is over: its time is over")

    def test_the_end_of_the_program_is_a_real_lock(self):
        self.open()
        self.lock_screen()
        self.assertEqual(self.read(self.nightly, self.leased).status, 200)
        self.assertEqual(self.rows()[-1]["why"], "Clavitor ends")
        app = Clavitor(self.desktop, "--vault", self.folder).launch()
        self.addCleanup(app.stop)
        app.wait_until_answers()
        self.assertEqual(app.get(f"/api/entries/{self.leased}", self.nightly).status, 423)

    @unittest.skipIf(os.geteuid() != 0, "only root may read it, as it should be")
    def test_what_is_in_memory_while_it_goes_on_and_after(self):
        self.open()
        keys = {row["name"]: bytes.fromhex(row["hex"]) for row in vault.run("keys", self.folder, self.canaries.master)}
        for entry in (self.leased, self.other):
            self.assertEqual(self.read(self.codex, entry).status, 200)
        keeper, bridge = self.app.process.pid, self.app.bridge_pid
        self.assertIn("vault key", found(image(keeper), keys))  # while it is open, so the search finds it
        self.lock_screen()
        time.sleep(1)
        # What writes the file and tells tokens is there; what opens anything else is not, nor what was read before.
        kept = image(keeper)
        self.assertIn("manifest key", found(kept, keys))
        self.assertEqual([name for name in found(kept, keys) if name in ("vault key", "personal key")], [])
        self.assertEqual(found(kept, {}, {**self.canaries.all}), [])
        self.assertEqual(found(image(bridge), keys, self.canaries.all), [])
        for _ in range(READS):
            self.assertEqual(self.read(self.nightly, self.leased).status, 200)
        time.sleep(1)
        for pid in (keeper, bridge):
            self.assertEqual(found(image(pid), keys, {**self.canaries.all, "token": self.nightly}), [])


class NotChosen(Lease):
    chosen = False

    def test_a_locked_screen_is_a_real_lock(self):
        self.open()
        self.lock_screen()
        self.assertEqual(self.read(self.nightly, self.leased).status, 423)
        self.assertEqual(self.rows()[-1]["why"], "the screen was locked")


class ByThePerson(Lease):
    chosen = False
    screen = True

    def key(self, *keys):
        window = self.desktop.run("xdotool", "search", "--onlyvisible", "--name", "Clavitor").stdout.split()[0]
        self.desktop.run("xdotool", "windowactivate", "--sync", window)
        for key in keys:
            self.desktop.run("xdotool", "key", key)

    def test_the_person_locks_and_keeps_it_a_locked_screen_leaves_it_and_a_lock_ends_it(self):
        self.open()
        time.sleep(1)
        self.key("ctrl+shift+l")
        self.wait_until_locked()
        self.assertEqual(self.read(self.nightly, self.leased).status, 200)
        self.lock_screen()
        self.assertEqual(self.read(self.nightly, self.leased).status, 200)
        time.sleep(1)
        self.desktop.screenshot(Path("screenshots") / "lease-locked.png")
        self.key("ctrl+l")
        deadline = time.monotonic() + 10
        while (answer := self.read(self.codex, self.other)).status != 423 or self.keeps():
            self.assertLess(time.monotonic(), deadline, answer)
            time.sleep(0.1)
        self.assertEqual(self.read(self.nightly, self.leased).status, 423)
        locks = [row["why"] for row in self.rows() if row["action"] == "lock"]
        self.assertRegex(locks[-2], "^keeping the lease of nightly-build")
        self.assertEqual(locks[-1], "")

    def keeps(self):
        """Whether the file is still open: its log lies beside it then."""
        return (self.folder / "vault.db-wal").exists()


if __name__ == "__main__":
    Path("screenshots").mkdir(exist_ok=True)
    unittest.main(verbosity=2)
