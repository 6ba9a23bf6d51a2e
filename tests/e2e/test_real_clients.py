# SPDX-License-Identifier: GPL-3.0-or-later
"""The real Gemini CLI and Claude Code find our server where Clavitor wrote it, and reach it.

Run by hand, as the two are 330 MB and neither can be given a model offline: what is shown is that each reads the setting, connects
and is content with the answers (see test_codex for a whole turn):

    npm install --prefix ~/client-lab --ignore-scripts @google/gemini-cli@0.61.0 @anthropic-ai/claude-code@2.1.197
    CLIENT_LAB=~/client-lab/node_modules CLAVITOR_E2E_PROGRAMS=build/release/bin CLAVITOR_CONNECT_TOOL=build/test/tests/tool/clavitor-connect-tool \\
        dbus-run-session -- python3 tests/e2e/test_real_clients.py
"""
import json
import os
import re
import subprocess
import unittest
from pathlib import Path

from desktop import Desktop
from program import PROGRAMS, Clavitor

LAB = Path(os.environ.get("CLIENT_LAB", "/nowhere"))
TOOL = Path(os.environ.get("CLAVITOR_CONNECT_TOOL", "build/dev/tests/tool/clavitor-connect-tool")).resolve()
QUIET = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1", "GEMINI_API_KEY": "none"}


@unittest.skipUnless(LAB.is_dir(), "CLIENT_LAB does not name a node_modules folder")
class RealClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def write(self, client, file, *how):
        file.parent.mkdir(exist_ok=True)
        arguments = [str(TOOL), client, str(file), f"http://localhost:{self.app.port}/mcp", *map(str, how)]
        subprocess.run(arguments, input=self.app.token + "\n", text=True, check=True, timeout=60)

    def run_client(self, *command):
        done = subprocess.run(list(map(str, command)), env={**self.desktop.env, **QUIET}, cwd=self.desktop.home, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def claude(self, *arguments):
        return self.run_client(LAB / "@anthropic-ai/claude-code-linux-x64/claude", *arguments)

    def gemini(self, *arguments):
        # It uses no server in a folder the person has not said to trust, not even the person's own.
        (self.desktop.home / ".gemini" / "trustedFolders.json").write_text(json.dumps({str(self.desktop.home): "TRUST_FOLDER"}))
        return self.run_client("node", LAB / "@google/gemini-cli/bundle/gemini.js", *arguments)

    def keep(self):
        """Its token lies in the keychain, as after Apply; answers the key's id."""
        done = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=self.app.token + "\n", env=self.desktop.env, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def started(self):
        """What the windows write for clients that start their servers."""
        program = PROGRAMS.resolve() / "clavitor-mcp"
        return program, ("--start", program, self.keep())

    def test_gemini_cli_connects(self):
        self.write("Gemini CLI", self.desktop.home / ".gemini" / "settings.json")
        self.assertRegex(self.gemini("mcp", "list"), rf"clavitor: http://localhost:{self.app.port}/mcp \(http\) - Connected")

    def test_gemini_cli_starts_clavitor_mcp_and_holds_no_token(self):
        program, how = self.started()
        file = self.desktop.home / ".gemini" / "settings.json"
        self.write("Gemini CLI", file)  # from a token in the file
        self.write("Gemini CLI", file, *how)
        self.assertNotIn("clavitor_", file.read_text())
        self.assertRegex(self.gemini("mcp", "list"), rf"clavitor: {re.escape(str(program))} .*\(stdio\) - Connected")

    def test_claude_code_starts_clavitor_mcp_and_holds_no_token(self):
        program, how = self.started()
        file = self.desktop.home / ".claude.json"
        self.write("Claude Code", file)
        self.write("Claude Code", file, *how)
        self.assertIsNone(re.search("clavitor_[0-9A-Za-z]{57}", file.read_text()))
        self.assertRegex(self.claude("mcp", "list"), rf"clavitor: {re.escape(str(program))} .* - . Connected")

    def test_claude_code_connects_with_a_token_in_its_file(self):
        self.write("Claude Code", self.desktop.home / ".claude.json")
        self.assertRegex(self.claude("mcp", "list"), rf"clavitor: http://localhost:{self.app.port}/mcp \(HTTP\) - . Connected")

    def test_claude_code_connects_by_the_command_and_holds_no_token(self):
        key = self.keep()
        file = self.desktop.home / ".claude.json"
        file.unlink(missing_ok=True)
        self.write("Claude Code", file, f"{PROGRAMS.resolve() / 'clavitor'} headers {key}")
        self.assertIsNone(re.search("clavitor_[0-9A-Za-z]{57}", file.read_text()))
        self.assertRegex(self.claude("mcp", "list"), rf"clavitor: http://localhost:{self.app.port}/mcp \(HTTP\) - . Connected")

    def test_claude_code_takes_the_line_to_put_in_by_hand(self):
        program = PROGRAMS.resolve() / "clavitor-mcp"
        file = self.desktop.home / ".claude.json"
        file.unlink(missing_ok=True)
        self.claude("mcp", "add", "--scope", "user", "clavitor", "--", program, self.keep(), "--port", self.app.port)
        self.assertIsNone(re.search("clavitor_[0-9A-Za-z]{57}", file.read_text()))
        self.assertRegex(self.claude("mcp", "list"), rf"clavitor: {re.escape(str(program))} .* - . Connected")

    def test_the_doctor_sees_what_claude_code_keeps_for_one_project(self):
        """Which folder a project is, Claude Code decides; here it is the one it is started in."""
        program = PROGRAMS.resolve() / "clavitor-mcp"
        (self.desktop.home / ".claude.json").unlink(missing_ok=True)
        key = self.keep()
        for scope in ("local", "project"):
            self.claude("mcp", "add", "--scope", scope, "clavitor", "--", program, key, "--port", self.app.port)
        self.addCleanup((self.desktop.home / ".mcp.json").unlink)
        done = subprocess.run([str(PROGRAMS / "clavitor"), "doctor", "--json", "--port", str(self.app.port)], env=self.desktop.env, capture_output=True, text=True, timeout=60)
        found = [line["finding"] for line in json.loads(done.stdout)["lines"] if line["subject"].startswith("Claude Code in ")]
        self.assertEqual(len(found), 2, done.stdout)
        for file, finding in zip((".claude.json", ".mcp.json"), sorted(found)):
            self.assertIn(f"{file}, with the key {key}.", finding)


if __name__ == "__main__":
    unittest.main(verbosity=2)
