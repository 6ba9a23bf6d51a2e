# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of both programs, searched for the vault's keys and for ten and more known secrets before it was unlocked, while it is open,
and a second after the screen was locked (SECURITY.md P2, P10, T13, T14).

A secret is searched for as UTF-8, UTF-16, hexadecimal and base64, a key also as its bytes. Every page is read, those included that
the program has made unreadable to itself.
"""
import base64
import json
import os
import re
import signal
import subprocess
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop
from program import PROGRAMS, Clavitor
from test_canary import Canaries, forms

HERE = Path(__file__).parent


def written(memory):
    """Without the pages nobody has written to, of which there are many and in which nothing can be."""
    empty = bytes(4096)
    return b"".join(page for page in (memory[at:at + 4096] for at in range(0, len(memory), 4096)) if page != empty)


def image(pid):
    """What can hold a secret: all memory but the unchanged pages of files."""
    parts = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem, open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            begin, end, rights, inode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)", line).groups()
            if "[v" in line or (inode != "0" and "w" not in rights):
                continue
            begin, end = int(begin, 16), int(end, 16)
            try:
                mem.seek(begin)
                parts.append(written(mem.read(end - begin)))
            except OSError:  # a guard page in it: page by page
                for page in range(begin, min(end, begin + (64 << 20)), 4096):
                    try:
                        mem.seek(page)
                        parts.append(mem.read(4096))
                    except OSError:
                        pass
    return b"".join(parts)


def key_forms(key):
    """Of a key, whole and by halves: what is copied in part is no less a leak."""
    for part in (key, key[:16], key[16:]):
        yield part
        yield part.hex().encode()
        yield part.hex().upper().encode()
        yield part.hex().encode("utf-16-le")
        yield base64.b64encode(part)[:-4]


def found(memory, keys, canaries=()):
    hits = [name for name, key in keys.items() if any(form in memory for form in key_forms(key))]
    return sorted(hits + [name for name, canary in dict(canaries).items() if any(form and form in memory for form in forms(canary))])


@unittest.skipIf(os.geteuid() != 0, "only root may read it, as it should be")
class Memory(unittest.TestCase):
    def setUp(self):
        self.desktop = Desktop(screen=False, keyring=False).__enter__()
        self.addCleanup(self.desktop.__exit__)
        self.canaries = Canaries()
        export = self.desktop.home / "export.json"
        export.write_text(json.dumps(self.canaries.bitwarden()))
        self.folder = self.desktop.home / "data" / "vault"
        self.token = vault.create(self.folder, self.canaries.master, keys=["wide"], import_file=export)["wide"]
        export.unlink()
        self.keys = {row["name"]: bytes.fromhex(row["hex"]) for row in vault.run("keys", self.folder, self.canaries.master)}
        self.assertEqual(len(self.keys), 5)
        # Ten and more, and the token, which an agent's program has and we need not.
        self.secrets = {**self.canaries.all, "token": self.token}
        self.assertGreaterEqual(len(self.secrets), 10)
        self.saver = self.desktop.start("/usr/bin/python3", HERE / "screensaver.py", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.saver.stdout.readline(), "ready\n")
        self.addCleanup(self.saver.stdout.close)
        self.addCleanup(self.saver.stdin.close)

    def lock_screen(self):
        self.saver.stdin.write("\n")
        self.saver.stdin.flush()
        self.assertEqual(self.saver.stdout.readline(), "locked\n")

    def work(self, app):
        """Every door is used, and values are read again and again."""
        entries = app.get("/api/entries?limit=100", self.token).json["entries"]
        for entry in entries:
            app.get(f"/api/entries/{entry['id']}", self.token)
            app.get(f"/api/ext/totp/{entry['id']}", self.token)
            app.tool("get_entry", {"id": entry["id"]}, self.token)
        for word in ("canary", "login", "other"):
            given = app.search(word, token=self.token)
        self.assertEqual(given.status, 200)
        self.assertIn(self.canaries.other["otherpassword"].encode(), given.body)

    def test_a_vault_that_was_not_unlocked_is_in_no_memory(self):
        app = Clavitor(self.desktop, "--vault", self.folder).launch()
        self.addCleanup(app.stop)
        app.wait_until_answers()
        self.assertEqual(app.get("/health", token=None).json["status"], "locked")
        for pid in (app.process.pid, app.bridge_pid):
            self.assertEqual(found(image(pid), self.keys, self.canaries.all), [])

    def test_locking_takes_keys_and_values_from_memory(self):
        app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.canaries.master).start()
        self.addCleanup(app.stop)
        self.work(app)
        keeper, bridge = app.process.pid, app.bridge_pid
        open_keeper, open_bridge = image(keeper), image(bridge)
        # While it is open the keeper works with keys, so the search is one that finds them; the bridge never has one.
        self.assertIn("manifest key", found(open_keeper, self.keys))
        self.assertEqual(found(open_keeper, {"personal key": self.keys["personal key"]}, {"master": self.canaries.master}), [])
        self.assertEqual(found(open_bridge, self.keys, self.canaries.never_for_agents), [])
        del open_keeper, open_bridge

        began = time.monotonic()
        self.lock_screen()
        while app.get("/health", token=None).json["status"] != "locked":
            self.assertLess(time.monotonic() - began, 30)
            time.sleep(0.01)
        took = time.monotonic() - began
        time.sleep(max(0, 1 - took))
        locked = {"keeper": image(keeper), "bridge": image(bridge)}
        print(f"locked after {took * 1000:.0f} ms, read after {(time.monotonic() - began) * 1000:.0f} ms: "
              + ", ".join(f"{name} {len(memory) // 1024} KiB" for name, memory in locked.items()))
        for name, memory in locked.items():
            self.assertGreater(len(memory), 1_000_000)
            self.assertEqual(found(memory, self.keys, self.secrets), [], name)

    def test_a_crash_leaves_no_core(self):
        app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.canaries.master).start()
        self.addCleanup(app.stop)
        for pid in (app.bridge_pid, app.process.pid):
            limits = Path(f"/proc/{pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
            # An undumpable process belongs to root in /proc, whoever runs it.
            self.assertEqual(Path(f"/proc/{pid}/environ").stat().st_uid, 0)
            os.kill(pid, signal.SIGSEGV)
        self.assertEqual(app.process.wait(30), -signal.SIGSEGV)
        cores = [file for folder in (self.desktop.home, Path.cwd(), PROGRAMS) for file in folder.glob("**/core*") if file.is_file() and file.suffix not in (".h", ".py", ".js", ".mjs")]
        self.assertEqual([file for file in cores if file.stat().st_size > 1_000_000], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
