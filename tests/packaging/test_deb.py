# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian package as CPack makes it of the built programs: what lies where, with which modes, what it asks for, and what its papers say.

    CLAVITOR_E2E_PROGRAMS=build/release/bin python3 tests/packaging/test_deb.py
"""
import configparser
import gzip
import hashlib
import io
import os
import re
import subprocess
import tarfile
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("CLAVITOR_E2E_PROGRAMS", "build/release/bin")).resolve()
CPACK = os.environ.get("CLAVITOR_CPACK", "cpack")

EXECUTABLES = {"usr/bin/clavitor", "usr/bin/clavitor-mcp", "usr/libexec/clavitor/clavitor-bridge"}
# What holds secrets: whoever starts it may not read it, and so not look into it while it starts.
UNREAD = {"usr/bin/clavitor", "usr/libexec/clavitor/clavitor-bridge"}
POLICY = "usr/share/polkit-1/actions/clavitor.policy"
DOC = "usr/share/doc/clavitor/"
FILES = EXECUTABLES | {
    POLICY,
    "usr/share/applications/clavitor.desktop",
    "usr/share/clavitor/autostart/clavitor.desktop",
    "usr/share/lintian/overrides/clavitor",
    "usr/share/icons/hicolor/scalable/apps/clavitor.svg",
    "usr/share/man/man1/clavitor-mcp.1.gz",
    "usr/share/man/man1/clavitor.1.gz",
    "usr/share/metainfo/clavitor.metainfo.xml",
    *(DOC + name for name in ("CHANGELOG.md.gz", "SECURITY.md", "changelog.gz", "copyright")),
    *(f"{DOC}examples/{file.name}" for file in (SOURCES / "docs/examples").iterdir() if file.is_file()),
}


def output(*command):
    return subprocess.run([*map(str, command)], capture_output=True, check=True).stdout


def members(*command):
    with tarfile.open(fileobj=io.BytesIO(output(*command))) as archive:
        for member in archive:
            yield member, archive.extractfile(member).read() if member.isfile() else b""


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="clavitor-deb-")
        cls.addClassCleanup(folder.cleanup)
        # As packaging/deb calls it (folders get their modes from the umask), but for the compression, which takes longest.
        made = subprocess.run([CPACK, "--config", PROGRAMS.parent / "CPackConfig.cmake", "-B", folder.name,
                               "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=none"], umask=0o022, capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError(f"cpack: {made.stdout}{made.stderr}")
        [cls.path] = Path(folder.name).glob("*.deb")
        cls.entries = {member.name.removeprefix("./").rstrip("/"): (member, content)
                       for member, content in members("dpkg-deb", "--fsys-tarfile", cls.path)}
        cls.control = {member.name.removeprefix("./"): (member, content) for member, content in members("dpkg-deb", "--ctrl-tarfile", cls.path)}
        cls.fields = dict(line.split(": ", 1) for line in cls.control["control"][1].decode().splitlines() if re.match(r"[A-Z][\w-]*: ", line))
        cls.version = output(PROGRAMS / "clavitor", "--version").decode().split()[1]

    def content(self, name):
        return self.entries[name][1]

    def unpacked(self, folder):
        output("dpkg-deb", "-x", self.path, folder)
        return [Path(folder, name) for name in sorted(EXECUTABLES)]

    def test_holds_these_files_and_no_other(self):
        self.assertEqual({name for name, (member, _) in self.entries.items() if not member.isdir()}, FILES)

    def test_belongs_to_root_and_is_changed_by_nobody_else(self):
        for name, (member, _) in self.entries.items():
            with self.subTest(name):
                self.assertEqual((member.uname, member.gname), ("root", "root"))
                self.assertEqual(oct(member.mode), oct(0o711 if name in UNREAD else 0o755 if member.isdir() or name in EXECUTABLES else 0o644))

    def test_runs_nothing_and_keeps_nothing(self):
        self.assertEqual({name for name, (member, _) in self.control.items() if member.isfile()}, {"control", "md5sums"})
        self.assertEqual([name for name in FILES if not name.startswith("usr/")], [])

    def test_is_called_what_it_is(self):
        architecture = output("dpkg", "--print-architecture").decode().strip()
        self.assertEqual(self.path.name, f"clavitor_{self.version}_{architecture}.deb")
        for field, value in {"Package": "clavitor", "Version": self.version, "Architecture": architecture, "Section": "utils",
                             "Priority": "optional", "Breaks": "libsqlcipher1 (<< 4.6)"}.items():
            self.assertEqual(self.fields[field], value)
        self.assertRegex(self.fields["Maintainer"], r"^[^<>]+ <[^<>@ ]+@[^<>@ ]+>$")
        self.assertRegex(self.fields["Description"], r"^[a-z].{20,79}$")

    def test_asks_for_the_libraries_and_for_what_is_found_at_run_time(self):
        def packages(field):
            return {re.sub(r"t64$", "", word.split()[0]) for group in self.fields[field].split(",") for word in group.split("|")}
        depends, recommends = packages("Depends"), packages("Recommends")
        for library in ("libc6", "libqt6core6", "libqt6httpserver6", "libqt6keychain1", "libqt6svg6", "libsodium23", "libseccomp2", "libfido2-1"):
            self.assertIn(library, depends)
        self.assertTrue(any(name.startswith("libsqlcipher") for name in depends), depends)
        self.assertLessEqual({"polkitd", "gnome-keyring", "libsecret-1-0", "xdg-utils"}, recommends)
        # What packaging/run sees to comes with the package, too.
        listed = re.findall(r"^run +([\w.|-]+)", (SOURCES / "packaging/packages.list").read_text(), re.M)
        self.assertTrue(listed)
        for names in listed:
            self.assertTrue(set(names.split("|")) & (depends | recommends), names)

    def test_sums_are_those_of_the_files(self):
        sums = dict(reversed(line.split("  ", 1)) for line in self.control["md5sums"][1].decode().splitlines())
        self.assertEqual(sums, {name: hashlib.md5(self.content(name)).hexdigest() for name in FILES})

    def test_programs_are_stripped_and_name_no_folder_of_the_build(self):
        with tempfile.TemporaryDirectory() as folder:
            for program in self.unpacked(folder):
                with self.subTest(program.name):
                    self.assertFalse(b".symtab" in output("readelf", "-SW", program), "not stripped")
                    self.assertNotRegex(output("readelf", "-dW", program).decode(), r"\((RPATH|RUNPATH)\)")
        for name in FILES:
            with self.subTest(name):
                content = gzip.decompress(self.content(name)) if name.endswith(".gz") else self.content(name)
                for place in (SOURCES, PROGRAMS.parent):
                    self.assertFalse(os.fsencode(place) in content, place)

    def test_polkit_action_asks_for_the_person_each_time(self):
        policy = xml.fromstring(self.content(POLICY))
        defaults = {action.get("id"): {rule.tag: rule.text for rule in action.find("defaults")} for action in policy.iter("action")}
        always = dict.fromkeys(("allow_any", "allow_inactive", "allow_active"), "auth_self")
        self.assertEqual(defaults, {"clavitor.vault.open": always, "clavitor.personal.open": always})
        for action in defaults:
            self.assertIn(action.encode(), output("grep", "-rh", action, SOURCES / "app"), "and the program asks it")

    def test_desktop_finds_program_and_icon(self):
        for name in FILES:
            if name.endswith(".desktop"):
                entry = configparser.ConfigParser(interpolation=None)
                entry.optionxform = str
                entry.read_string(self.content(name).decode())
                self.assertIn("usr/bin/" + entry["Desktop Entry"]["Exec"].split()[0], EXECUTABLES)
                self.assertIn(f"usr/share/icons/hicolor/scalable/apps/{entry['Desktop Entry']['Icon']}.svg", FILES)
        about = xml.fromstring(self.content("usr/share/metainfo/clavitor.metainfo.xml"))
        self.assertEqual(about.find("releases/release").get("version"), self.version)
        self.assertIn("usr/share/applications/" + about.findtext("launchable"), FILES)

    def test_papers_are_those_of_this_version(self):
        changelog = gzip.decompress(self.content(DOC + "changelog.gz")).decode()
        self.assertRegex(changelog, rf"^clavitor \({re.escape(self.version)}\) ")
        self.assertIn(self.fields["Maintainer"], changelog)
        self.assertEqual(gzip.decompress(self.content(DOC + "CHANGELOG.md.gz")), (SOURCES / "CHANGELOG.md").read_bytes())
        licences = self.content(DOC + "copyright").decode()
        self.assertTrue(licences.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"))
        for name in re.findall(r"^License: (\S+)$", licences, re.M):
            self.assertRegex(licences, rf"(?m)^License: {re.escape(name)}\n ", f"the text of {name}")

    def test_manual_names_every_command_and_option_of_the_help(self):
        for program in ("clavitor", "clavitor-mcp"):
            manual = gzip.decompress(self.content(f"usr/share/man/man1/{program}.1.gz")).decode().replace("\\-", "-")
            said = output(PROGRAMS / program, "--help").decode()
            options = set(re.findall(r"--[a-z][a-z-]+", said))
            commands = set(re.findall(r"^  ([a-z]+)(?= )", said, re.M)) - {"command"}
            self.assertIn("--port", options)
            self.assertEqual("run" in commands, program == "clavitor")
            for word in options | commands | set(re.findall(r"\b1[0-9]{2,3}\b", said)):
                with self.subTest(program, word=word):
                    self.assertTrue(re.search(rf"(?<![\w-]){word}(?![\w-])", manual), "not in the manual page")


if __name__ == "__main__":
    unittest.main(verbosity=2)
