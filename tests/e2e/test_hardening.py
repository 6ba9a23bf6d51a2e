# SPDX-License-Identifier: GPL-3.0-or-later
"""How the programs are built and how they start (SECURITY.md T13, T15): what the linker and compiler protect, what is left of an environment
that loads code or redirects trust, and that nobody looks into them."""
import os
import re
import subprocess
import unittest
from pathlib import Path

from desktop import Desktop
from program import PROGRAMS, Clavitor

NAMES = ("clavitor", "clavitor-bridge", "clavitor-mcp")
HOSTILE = {"LD_LIBRARY_PATH": "/nowhere", "QT_PLUGIN_PATH": "/nowhere", "QT_LOGGING_RULES": "*=true", "QTKEYCHAIN_BACKEND": "plaintext",
           "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere", "QT_MESSAGE_PATTERN": "%{message}", "MALLOC_PERTURB_": "0", "OPENSSL_CONF": "/nowhere",
           "GIO_EXTRA_MODULES": "/nowhere"}


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def is_sanitized():
    return "__asan_init" in readelf("--dyn-syms", PROGRAMS / "clavitor")


class Built(unittest.TestCase):
    def setUp(self):
        if is_sanitized():
            self.skipTest("a sanitized build is not hardened")

    def test_can_be_placed_anywhere_and_not_patched_while_running(self):
        for name in NAMES:
            with self.subTest(name):
                program = PROGRAMS / name
                self.assertRegex(readelf("-h", program), r"Type:\s+DYN \(Position-Independent Executable")
                segments, dynamic = readelf("-l", program), readelf("-d", program)
                self.assertIn("GNU_RELRO", segments)
                self.assertRegex(dynamic, r"FLAGS_1.*\bNOW\b")
                self.assertRegex(segments, r"GNU_STACK\s.*\sRW\s")  # and not RWE
                self.assertNotRegex(segments, r"LOAD\s.*\sRWE\s")
                self.assertNotRegex(dynamic, r"\((RPATH|RUNPATH)\)")

    def test_checks_its_stack_and_its_buffers(self):
        for name in NAMES:
            with self.subTest(name):
                symbols = readelf("--dyn-syms", PROGRAMS / name)
                self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex("".join(readelf("--dyn-syms", PROGRAMS / name) for name in NAMES), r"__\w+_chk@GLIBC")


class Started(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.desktop.env.update(HOSTILE)
        # What the person, or another program of theirs, has for all Qt programs: it would log each key that is pressed.
        rules = Path(cls.desktop.env.get("XDG_CONFIG_HOME", cls.desktop.home / ".config"), "QtProject", "qtlogging.ini")
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text("[Rules]\n*=true\n")
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def test_keeps_no_variable_that_loads_code_or_redirects_trust(self):
        if os.geteuid() != 0:
            self.skipTest("only root may read it, as it should be")
        if is_sanitized():
            self.skipTest("a sanitized build is not started anew, and the kernel shows what it was started with")
        for pid in (self.app.process.pid, self.app.bridge_pid):
            variables = dict(entry.split("=", 1) for entry in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in entry)
            self.assertEqual(sorted(set(variables) & set(HOSTILE)), [])
            self.assertTrue(variables["GLIBC_TUNABLES"].endswith("glibc.malloc.tcache_count=0"))

    def test_says_nothing_of_what_was_to_be_logged(self):
        self.app.search("github")
        self.assertNotIn("qt.httpserver", self.app.output())
        self.assertNotRegex(self.app.output() + "\n".join(self.app.errors), r"(?m)^clavitor[\w-]*: debug: ")
        self.assertNotIn("Bearer", "\n".join(self.app.errors))

    def test_the_bridge_has_shut_itself_in(self):
        status = Path(f"/proc/{self.app.bridge_pid}/status").read_text()
        self.assertRegex(status, r"NoNewPrivs:\s+1\n")
        self.assertRegex(status, r"Seccomp:\s+2\n")
        limits = Path(f"/proc/{self.app.bridge_pid}/limits").read_text()
        self.assertRegex(limits, r"Max open files\s+256\s+256\s")
        if not is_sanitized():
            self.assertRegex(limits, rf"Max address space\s+{512 << 20}\s+{512 << 20}\s")
        threads = list(Path(f"/proc/{self.app.bridge_pid}/task").iterdir())
        for thread in threads:
            self.assertRegex((thread / "status").read_text(), r"Seccomp:\s+2\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
