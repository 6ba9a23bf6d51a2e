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
import resource
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

import vault
from desktop import Desktop
from hands import Hands
from program import PROGRAMS, Clavitor
from test_canary import Canaries, forms

HERE = Path(__file__).parent
# What an open vault is worked with.
WORKED_WITH = ("vault key", "manifest key", "token key", "signing key")
LOCKED_WITHIN = 1  # second from the asking until no key is left: the product's promise


def written(memory):
    """Without the pages nobody has written to, of which there are many and in which nothing can be."""
    empty = bytes(4096)
    return b"".join(page for page in (memory[at:at + 4096] for at in range(0, len(memory), 4096)) if page != empty)


def readable(mem, begin, end):
    """Every page that can be read, however many cannot in between: the kernel ends an answer early at one of those."""
    while begin < end:
        try:
            mem.seek(begin)
            part = mem.read(min(end - begin, 16 << 20))
        except OSError:
            part = b""
        if part:
            yield written(part)
        begin += len(part) or 4096


def mappings(pid):
    """Begin, end, rights, whether of a file, name; of those of which some page is in memory or swapped."""
    with open(f"/proc/{pid}/smaps") as smaps:
        mapping, pages = None, 0
        for line in smaps:
            if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)", line):
                if mapping and pages:
                    yield mapping
                begin, end, rights, inode, name = match.groups()
                mapping, pages = (int(begin, 16), int(end, 16), rights, inode != "0", name), 0
            elif match := re.match(r"(?:Rss|Swap|Locked):\s+(\d+) kB", line):
                pages += int(match.group(1))
        if mapping and pages:
            yield mapping


def image(pid):
    """What can hold a secret: all memory but the unchanged pages of files."""
    parts = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for begin, end, rights, is_file, name in mappings(pid):
            # Larger are only the sanitizers' tables of what may be touched.
            if "[v" in name or (is_file and "w" not in rights) or end - begin > 1 << 40:
                continue
            parts.extend(readable(mem, begin, end))
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


class Rig(unittest.TestCase):
    """A vault with canaries, what must not be in memory, and a screen that can be locked."""
    has_screen = False

    def setUp(self):
        self.desktop = Desktop(tray=False, screen=self.has_screen, keyring=self.has_screen).__enter__()
        self.addCleanup(self.desktop.__exit__)
        self.canaries = Canaries()
        export = self.desktop.home / "export.json"
        export.write_text(json.dumps(self.canaries.bitwarden()))
        self.folder = self.desktop.home / "data" / "vault"
        made = vault.run("create", self.folder, self.canaries.master, "--import", export, "--key", "wide", *(("--keychain",) if self.has_screen else ()),
                         env={**os.environ, **self.desktop.env})
        export.unlink()
        self.token = next(row["token"] for row in made if "token" in row)
        self.keys = {row["name"]: bytes.fromhex(row["hex"]) for row in [*made, *vault.run("keys", self.folder, self.canaries.master)] if "hex" in row}
        self.assertEqual(len(self.keys), 7 if self.has_screen else 6)
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

    @staticmethod
    def standing(pid):
        """Its memory while it stands still, so that what is read is of one moment."""
        os.kill(pid, signal.SIGSTOP)
        try:
            return image(pid)
        finally:
            os.kill(pid, signal.SIGCONT)

    def lock_and_search(self, app):
        keeper, bridge = app.process.pid, app.bridge_pid
        began = time.monotonic()
        self.lock_screen()
        while app.get("/health", token=None).json["status"] != "locked":
            self.assertLess(time.monotonic() - began, LOCKED_WITHIN, "the lock that was asked for has not come")
            time.sleep(0.01)
        took = time.monotonic() - began
        time.sleep(max(0, LOCKED_WITHIN - took))
        # Both stand still from here on: what is read is what was there at that moment, however long the reading takes.
        for pid in (keeper, bridge):
            os.kill(pid, signal.SIGSTOP)
        try:
            stopped = time.monotonic() - began
            locked = {"keeper": image(keeper), "bridge": image(bridge)}
        finally:
            for pid in (keeper, bridge):
                os.kill(pid, signal.SIGCONT)
        print(f"locked after {took * 1000:.0f} ms, stopped after {stopped * 1000:.0f} ms: "
              + ", ".join(f"{name} {len(memory) // 1024} KiB" for name, memory in locked.items()))
        for name, memory in locked.items():
            self.assertGreater(len(memory), 1_000_000)
            self.assertEqual(found(memory, self.keys, self.secrets), [], name)


@unittest.skipIf(os.geteuid() != 0, "only root may read it, as it should be")
class Memory(Rig):
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
        self.assertEqual(found(open_keeper, {name: self.keys[name] for name in WORKED_WITH}), sorted(WORKED_WITH))
        self.assertEqual(found(open_keeper, {"personal key": self.keys["personal key"]}, {"master": self.canaries.master}), [])
        self.assertEqual(found(open_bridge, self.keys, self.canaries.never_for_agents), [])
        del open_keeper, open_bridge

        self.lock_and_search(app)

    def test_a_crash_leaves_no_core(self):
        app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.canaries.master).start()
        self.addCleanup(app.stop)
        for pid in (app.bridge_pid, app.process.pid):
            limits = Path(f"/proc/{pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
            os.kill(pid, signal.SIGSEGV)
        self.assertEqual(app.process.wait(30), -signal.SIGSEGV)
        cores = [file for folder in (self.desktop.home, Path.cwd(), PROGRAMS) for file in folder.glob("**/core*") if file.is_file() and file.suffix not in (".h", ".py", ".js", ".mjs")]
        self.assertEqual([file for file in cores if file.stat().st_size > 1_000_000], [])


@unittest.skipIf(os.geteuid() != 0, "only root may read it, as it should be")
class InTheWindow(Hands, Rig):
    """As a person uses it: opened by a real keyring, a Personal field shown and copied, the screen locked over it."""
    has_screen = True
    pictures = "memory"

    def test_locking_takes_what_was_shown_and_copied_and_the_keys_of_it(self):
        self.desktop.settings("[security]\nkeychainCheck=never\n[seen]\nrecoverySheetReminder=true\n")
        app = Clavitor(self.desktop, "--vault", self.folder).launch()
        self.addCleanup(app.stop)
        app.wait_until_answers()
        self.window(".*Clavitor")
        self.press("Tab", "space")
        app.wait_until_served(15)
        self.work(app)
        open_keeper = image(app.process.pid)
        self.assertEqual(found(open_keeper, {name: self.keys[name] for name in WORKED_WITH}), sorted(WORKED_WITH))
        # What opened it is needed no more, and nothing has opened Personal.
        self.assertEqual(found(open_keeper, {name: self.keys[name] for name in ("keychain secret", "personal key")}, {"safepin": self.canaries.personal["safepin"]}), [])

        self.act(lambda: self.desktop.run("xdotool", "key", "ctrl+k"), must_change=False)
        self.write("safe")
        self.press("Return", *["Tab"] * 7, "space")  # past the foot, the list and the entry's own buttons to the eye beside the PIN
        self.window("Open Personal fields")
        self.write(self.canaries.master)
        self.press("Return")
        self.gone("Open Personal fields")
        self.press("Tab", "space")  # the button beside it copies
        open_keeper, open_bridge = image(app.process.pid), image(app.bridge_pid)
        # The search is one that finds it, and the bridge has nothing of it even now.
        self.assertEqual(found(open_keeper, {"personal key": self.keys["personal key"]}, {"safepin": self.canaries.personal["safepin"]}), ["personal key", "safepin"])
        self.assertEqual(found(open_bridge, self.keys, self.canaries.never_for_agents), [])
        del open_keeper, open_bridge
        self.lock_and_search(app)
        app.stop()
        done = [row["action"] for row in vault.audit(self.folder, self.canaries.master) if row["entry"] == "canary safe" and row["actor"] == "app:owner"]
        self.assertEqual(done, ["reveal", "copy"])

    def types_a_change(self, app, old, new):
        """In the sheet, up to the last Return."""
        self.window(".*Clavitor")
        self.press("ctrl+comma", *["Tab"] * 15, "space")  # past the settings' own switches to the rows of the ways
        self.window("Change the master password")
        self.write(old)
        self.press("Tab")
        self.write(new)
        self.press("Return")
        self.write(new)

    def test_a_lock_in_a_change_of_the_password_finds_no_key(self):
        second, third = "quartz-bicycle-lantern-nine", "plum-ladder-orbit-seven"
        self.desktop.settings("[seen]\nrecoverySheetReminder=true\n")
        # The vault of the tests costs little; with its first change it costs what a person's does, a second each time.
        app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.canaries.master).start()
        self.addCleanup(app.stop)
        self.types_a_change(app, self.canaries.master, second)
        self.press("Return")
        self.gone("Change the master password")
        app.stop()

        for early in (0.1, 0.9):  # in the run for the new password, and in the one for the old
            app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=second).start()
            self.addCleanup(app.stop)
            self.types_a_change(app, second, third)
            self.desktop.run("xdotool", "key", "Return")
            time.sleep(early)
            began = time.monotonic()
            self.desktop.run("xdotool", "key", "ctrl+l")
            while app.get("/health", token=None).json["status"] != "locked":
                self.assertLess(time.monotonic() - began, LOCKED_WITHIN, "the lock that was asked for has not come")
                time.sleep(0.01)
            time.sleep(max(0, LOCKED_WITHIN - (time.monotonic() - began)))
            looked = time.monotonic() - began
            memory = self.standing(app.process.pid)
            left = found(memory, {}, {"second": second, "third": third})
            print(f"locked {early} s into the change, looked at after {looked:.1f} s: {left or 'no password'}")
            self.assertEqual(found(memory, self.keys), [])
            # A run of Argon2id cannot be stopped (SECURITY.md): what may be there is the one password it hashes, until it is over.
            self.assertLessEqual(len(left), 1)
            deadline = time.monotonic() + 20
            while left := found(self.standing(app.process.pid), self.keys, {"second": second, "third": third}):
                self.assertLess(time.monotonic(), deadline, left)
                time.sleep(0.5)
            app.stop()
        self.assertEqual([row["outcome"] for row in vault.audit(self.folder, second) if row["action"] == "password.change"], ["allowed"])


class SameUser(unittest.TestCase):
    """What another program of the same user can do, which is no root's: 65534's where this runs as root."""

    def setUp(self):
        self.desktop = Desktop(screen=False, keyring=False, user=65534 if os.geteuid() == 0 else None).__enter__()
        self.addCleanup(self.desktop.__exit__)
        shutil.copy(HERE / "looker.py", self.desktop.home)  # where its user can read it
        self.looker = ("/usr/bin/python3", self.desktop.home / "looker.py")
        self.password = "Paddle 7 across the canal"
        self.folder = self.desktop.home / "data" / "vault"
        self.token = vault.create(self.folder, self.password, keys=["wide"])["wide"]
        if self.desktop.runs_as:
            self.desktop.give(self.desktop.home)
        if not self.is_sanitized():
            self.programs = self.desktop.programs(PROGRAMS)
        elif self.desktop.run("test", "-x", PROGRAMS / "clavitor").returncode == 0:
            self.programs = PROGRAMS
        else:
            self.skipTest("that user may not go where the libraries of these programs are")

    @staticmethod
    def is_sanitized():
        return "__asan_init" in subprocess.run(["readelf", "-W", "--dyn-syms", PROGRAMS / "clavitor"], capture_output=True, text=True).stdout

    def app(self, limits=None):
        app = Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=self.password)
        app.programs, app.limits = self.programs, limits
        self.addCleanup(app.stop)
        app.launch()
        app.wait_for_line("^Unlocked")
        self.assertEqual(self.status(app), 200)
        return app

    def status(self, app):
        """As an agent of that user: anybody else is hung up on."""
        call = ("import sys, urllib.request as r; print(r.urlopen(r.Request(f'http://127.0.0.1:{sys.argv[1]}/api/status',"
                " headers={'Authorization': 'Bearer ' + input()}), timeout=20).status)")
        done = self.desktop.run("/usr/bin/python3", "-c", call, app.port, input=self.token)
        return int(done.stdout) if done.returncode == 0 else done.stderr

    def seen(self, *pids):
        done = self.desktop.run(*self.looker, *pids)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_looks_into_neither_program(self):
        victim = self.desktop.start(*self.looker, "--victim", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(victim.stdout.close)
        self.addCleanup(victim.stdin.close)
        self.assertEqual(victim.stdout.readline(), "ready\n")
        # What is tried works with any other program of that user, or its failing would prove nothing.
        self.assertEqual(set(self.seen(victim.pid)[str(victim.pid)].values()), {"ok"})
        app = self.app()
        owner = Path(f"/proc/{app.process.pid}/status").read_text()
        self.assertRegex(owner, rf"\nUid:\s+{self.desktop.runs_as.get('user', os.geteuid())}\s")
        for pid, ways in self.seen(app.process.pid, app.bridge_pid).items():
            for way, result in ways.items():
                self.assertIn(result, ("EACCES", "EPERM"), f"{way} of {pid}")
        self.assertEqual(self.status(app), 200)

    def test_is_told_when_no_memory_can_be_locked(self):
        if self.is_sanitized():
            self.skipTest("the sanitizers turn mlock() into nothing")
        app = self.app(limits=lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0)))
        self.assertRegex(Path(f"/proc/{app.process.pid}/status").read_text(), r"VmLck:\s+0 kB")
        self.assertRegex(app.output(), r"\d+ KiB of the vault's memory may be swapped to the disk: raise the limit of locked memory")
        # And to who started it from a menu, where nobody reads the log. The doctor may lock what it wants itself: it is about the keeper.
        said = self.desktop.run(app.programs / "clavitor", "doctor", "--json", "--port", app.port)
        lines = {line["subject"]: line for line in json.loads(said.stdout)["lines"]}
        self.assertEqual(lines["Memory"]["state"], "to do", said.stdout)
        self.assertIn("only 0 bytes of its memory", lines["Memory"]["finding"])
        self.assertIn("ulimit -l", lines["Memory"]["next"])
        # It also knows how its own programs are installed, which of another user's desktop is as the package does it.
        self.assertEqual(lines["Start"]["state"], "ok" if self.desktop.runs_as else "note", lines["Start"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
