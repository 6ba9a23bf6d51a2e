#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forgotten master password, from the outside: the wizard makes a vault and a recovery sheet by the keyboard alone, the
sheet's PDF and its QR code are read as other programs read them, four groups are typed from it; later another sheet is
refused, this one unlocks, a new master password is set with it, and the old one opens nothing any more. Key files from before such
a change, put back beside the newest database, are noticed."""
import os
import re
import secrets
import signal
import subprocess
import time
import unittest
from pathlib import Path

import test_memory
import vault
from desktop import Desktop
from hands import Hands
from program import Clavitor, free_port

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
OLD = "plum-ladder-orbit-seven"
PROMISED = 120  # seconds from the wizard's first page to an open vault with a sheet
NEW = "quartz-bicycle-lantern-nine"
TICK = (0x18, 0x7A, 0x4B)  # the light scheme's "allowed"


def times_x(value):
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def some_sheet():
    """A sheet as crypto/README.md says it is written: whole, and no vault's."""
    groups = []
    for number in range(1, 9):
        digits = [secrets.randbelow(32) for _ in range(4)]
        check = 0
        for digit in digits:
            check = times_x(check ^ digit)
        groups.append("".join(ALPHABET[d] for d in (*digits, times_x(check ^ number))))
    return groups


class Recovery(Hands, unittest.TestCase):
    pictures = "recovery"

    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(tray=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.vault = cls.desktop.home / "vault"
        cls.sheet_file = cls.desktop.home / "sheet.pdf"
        cls.port = free_port()

    def ticks(self, window):
        """How much of the window is in the green of "As printed"."""
        raw = subprocess.run(["import", "-window", window, "-depth", "8", "rgb:-"], env=self.desktop.env, capture_output=True, timeout=30).stdout
        red, green, blue = TICK
        return sum(1 for r, g, b in zip(raw[::3], raw[1::3], raw[2::3]) if abs(g - green) < 24 and abs(r - red) < 24 and abs(b - blue) < 24)

    def status(self, wanted, seconds=60):
        deadline = time.monotonic() + seconds
        while self.app.get("/health", token=None).json["status"] != wanted:
            if time.monotonic() > deadline:
                self.picture(f"not-{wanted}")
                self.fail(f"the vault is not {wanted} after {seconds} s")
            time.sleep(0.1)

    # -- the story
    def test_a_forgotten_password(self):
        self.app = Clavitor(self.desktop, "--vault", self.vault, port=self.port).launch()
        try:
            self.app.wait_until_answers(60)
            began = time.monotonic()
            self.makes_the_vault()
            groups = self.makes_the_sheet()
            self.finishes()
            took = time.monotonic() - began
            print(f"the wizard took {took:.0f} s through all its steps, with the sheet's page read and four groups of it typed")
            self.assertLess(took, PROMISED)
            self.locks()
            self.keeps_no_group_in_memory(groups)
            self.refuses_another_sheet(groups)
            self.unlocks_and_chooses_a_new_password(groups)
        finally:
            self.app.stop()
        self.leaves_no_sheet_behind(groups)
        self.opens_with_the_new_password_only()
        self.knows_the_key_files_with_a_sheet_that_was_taken_away(groups)

    def test_key_files_from_before_a_new_password(self):
        folder = self.desktop.home / "third"
        token = vault.create(folder, OLD, entries=2, keys=["agent"])["agent"]
        before = vault.KeyFiles(folder)
        vault.change_password(folder, OLD, NEW)
        before.put_back()
        with Clavitor(self.desktop, "--vault", folder, "--password-stdin", port=self.port, stdin=OLD) as self.app:
            self.window("The file with this vault's keys is an older one")
            self.picture("older-key-file")
            answer = self.app.get("/api/entries", token)
            self.assertEqual((answer.status, answer.error), (423, "vault_changed"), answer)
            self.press("Tab", "space")  # use it
            self.gone("The file with this vault's keys is an older one")
            answer = self.app.get("/api/entries", token)
            self.assertEqual((answer.status, answer.error), (403, "key_paused"), answer)
        trusted = [row for row in vault.audit(folder, OLD) if row["action"] == "vault.trust"]
        self.assertEqual(len(trusted), 1)
        self.assertIn("vault.keys", trusted[0]["why"])
        with Clavitor(self.desktop, "--vault", folder, "--password-stdin", port=self.port, stdin=OLD) as self.app:
            self.assertEqual(self.app.get("/health", token=None).json["status"], "unlocked")
            self.assertFalse([name for name in self.windows() if "older one" in name])

    def test_a_vault_of_one_way_is_not_kept(self):
        self.vault = self.desktop.home / "another"
        self.app = Clavitor(self.desktop, "--vault", self.vault, port=self.port).launch()
        try:
            self.app.wait_until_answers(60)
            self.makes_the_vault()
            self.assertEqual([file.name for file in self.vault.glob("vault.keys*")], [])
            self.assertTrue((self.vault / "vault.unfinished").exists())
            self.assertNotEqual(self.app.get("/health", token=None).json["status"], "unlocked")
            self.app.kill()
        finally:
            self.app.stop()
        self.app = Clavitor(self.desktop, "--vault", self.vault, port=self.port).launch()
        try:
            self.app.wait_until_answers(60)
            self.makes_the_vault()  # the killed one is as if it had never been
            self.press("Escape")
            self.window("Stop making this vault.")
            self.picture("stop-making")
            self.press("Escape")
            self.gone("Stop making this vault.")
            self.assertTrue((self.vault / "vault.db").exists())
            self.press("Escape")
            self.window("Stop making this vault.")
            self.act(lambda: self.desktop.run("xdotool", "key", "Tab", "space"), must_change=False)  # discard it
            self.gone("Welcome to Clavitor")
            self.app.process.wait(20)  # without a vault, a window and a tray there is nothing to go on for
        finally:
            self.app.stop()
        self.assertEqual([file.name for file in self.vault.iterdir()], ["lock"])

    def makes_the_vault(self):
        self.window("Welcome to Clavitor")
        self.press("Return")
        self.write(OLD)
        self.press("Return")
        self.write(OLD)
        self.press("Return")
        self.act(lambda: time.sleep(1), must_change=False)  # nothing here can ask who it is, so the keychain is not offered
        self.picture("1-strict")
        self.press("Return")
        deadline = time.monotonic() + 60
        while not (self.vault / "vault.db").exists():  # begun, and no vault yet
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.act(lambda: time.sleep(2), must_change=False)
        self.picture("2-offer")

    def makes_the_sheet(self):
        self.press("space")
        self.window("Recovery sheet")
        self.picture("3-sheet")
        self.press("shift+Tab", "shift+Tab", "shift+Tab", "space")  # past Cancel and Show to Save
        self.window("Save the recovery sheet")
        self.replace(str(self.sheet_file))
        self.press("Return")
        self.gone("Save the recovery sheet")
        self.assertEqual(self.sheet_file.stat().st_mode & 0o777, 0o600)
        groups = self.reads_the_page()

        window = self.window("Recovery sheet")
        self.press("Return")  # I have it
        self.picture("4-groups")
        number = 0
        for field in range(4):
            before = self.ticks(window)
            while self.ticks(window) <= before:
                number += 1
                self.assertLessEqual(number, 8, "no group was taken as printed")
                self.replace(groups[number - 1].lower())
            if field < 3:
                self.act(lambda: self.desktop.run("xdotool", "key", "Return"), must_change=False)
        self.picture("5-typed")
        self.press("Return")
        self.gone("Recovery sheet")
        return groups

    def reads_the_page(self):
        text = subprocess.run(["pdftotext", "-layout", self.sheet_file, "-"], capture_output=True, text=True, check=True).stdout
        groups = re.findall(rf"\b[{ALPHABET}]{{5}}\b", text)[:8]
        self.assertEqual(len(groups), 8, text)
        image = self.desktop.home / "sheet"
        subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", self.sheet_file, image], check=True)
        read = subprocess.run(["zbarimg", "--quiet", "--raw", f"{image}.png"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual(read, "-".join(groups))
        return groups

    def finishes(self):
        self.window("Welcome to Clavitor")
        self.picture("6-added")
        self.press("Return", "Return", "Return")  # next, start empty, skip and finish
        self.gone("Welcome to Clavitor")

    def locks(self):
        self.window("My vault.*Clavitor")
        self.press("ctrl+l")
        self.status("locked")

    def keeps_no_group_in_memory(self, groups):
        """Of what was shown, printed, read and typed, by groups: one is an eighth of the secret."""
        if os.geteuid() != 0 or test_memory.SameUser.is_sanitized():
            return  # only root may read it, and the sanitizers keep what is freed as it was
        time.sleep(1)
        pid = self.app.process.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            memory = test_memory.image(pid)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertGreater(len(memory), 1_000_000)
        self.assertEqual([number for number, group in enumerate(groups, 1) for form in (group, group.lower())
                          if form.encode("utf-16-le") in memory or form.encode() in memory], [])

    def opens_the_sheets_dialog(self):
        self.window("My vault.*Clavitor")
        self.press("Tab", "space")
        self.window("Unlock with a recovery sheet")

    def refuses_another_sheet(self, groups):
        self.opens_the_sheets_dialog()
        self.write("".join(groups[:7]) + "00000")
        self.press("Return")
        self.picture("7-wrong-group")
        self.replace("-".join(some_sheet()))
        self.press("Return")
        self.picture("8-another-sheet")
        self.status("locked", 1)

    def unlocks_and_chooses_a_new_password(self, groups):
        self.replace(" ".join(groups).lower().replace("0", "o").replace("1", "l"))
        self.press("Return")
        self.status("unlocked")
        self.act(lambda: time.sleep(2), must_change=False)
        self.write(NEW)
        self.press("Return")
        self.write(NEW)
        self.picture("9-new-password")
        self.press("Return")
        self.gone("Unlock with a recovery sheet")

    def leaves_no_sheet_behind(self, groups):
        printed = self.app.output()
        for group in groups:
            self.assertNotIn(group, printed)
        whole = "-".join(groups).encode()
        for file in self.desktop.home.rglob("*"):
            if file.is_file() and file not in (self.sheet_file, self.desktop.home / "sheet.png"):
                content = file.read_bytes()
                self.assertNotIn(whole, content, file)
                self.assertNotIn(whole.replace(b"-", b""), content, file)

    def opens_with_the_new_password_only(self):
        with Clavitor(self.desktop, "--vault", self.vault, "--password-stdin", port=self.port, stdin=NEW) as again:
            self.assertEqual(again.get("/health", token=None).json["status"], "unlocked")
        refused = Clavitor(self.desktop, "--vault", self.vault, "--password-stdin", port=self.port, stdin=OLD).launch()
        try:
            deadline = time.monotonic() + 60
            while not any("is not this vault's" in line for line in refused.errors):
                self.assertLess(time.monotonic(), deadline, refused.output())
                time.sleep(0.1)
            refused.wait_until_answers(30)
            self.assertEqual(refused.get("/health", token=None).json["status"], "locked")
        finally:
            refused.stop()

    def knows_the_key_files_with_a_sheet_that_was_taken_away(self, groups):
        before = vault.KeyFiles(self.vault)
        vault.remove_sheet(self.vault, NEW)
        before.put_back()
        self.app = Clavitor(self.desktop, "--vault", self.vault, port=self.port).launch()
        try:
            self.app.wait_until_answers(30)
            self.opens_the_sheets_dialog()
            self.write("".join(groups))
            self.press("Return")
            self.window("The file with this vault's keys is an older one")
            self.picture("older-key-file-by-sheet")
        finally:
            self.app.stop()
        # It was open for looking only, so of this unlock there is no row beside that of the first.
        rows = vault.audit(self.vault, NEW)
        self.assertEqual(len([row for row in rows if row["action"] == "unlock" and "sheet" in row["why"]]), 1, rows)


if __name__ == "__main__":
    unittest.main(verbosity=2)
