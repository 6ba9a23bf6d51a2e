# SPDX-License-Identifier: GPL-3.0-or-later
"""The real Codex with a user's default settings: it is shown the tools, reads without asking, and understands what it has to wait for.

Run by hand, as Codex is 400 MB (see the README):

    npm install --prefix ~/codex-lab --ignore-scripts @openai/codex@0.169.0
    CODEX_BIN=$(ls -d ~/codex-lab/node_modules/@openai/codex-linux-*/vendor/*/bin/codex) CLAVITOR_E2E_PROGRAMS=build/release/bin \\
        CLAVITOR_VAULT_TOOL=build/test/tests/tool/clavitor-vault-tool dbus-run-session -- python3 tests/e2e/test_codex.py
"""
import json
import os
import tempfile
import unittest
from pathlib import Path

import vault
from codex import Turn
from desktop import Desktop
from forwarder import Forwarder
from program import PROGRAMS, Clavitor

PASSWORD = "orange lantern paddle 7"


@unittest.skipUnless(os.environ.get("CODEX_BIN"), "CODEX_BIN does not name a Codex")
class Codex(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)

    def turn(self, app, token, *calls):
        turn = Turn(f"http://localhost:{app.port}/mcp", token, calls).run()
        self.assertEqual(turn.done.returncode, 0, turn.done.stdout + turn.done.stderr)
        return turn

    def error(self, said):
        return json.loads(said)["error"]

    def test_reads_with_a_user_s_default_settings(self):
        with Clavitor(self.desktop, "--demo") as app:
            entry = app.search("github").json["entries"][0]
            turn = self.turn(app, app.token, ("list_entries", {}), ("search", {"query": "github", "limit": 1}), ("get_entry", {"id": entry["id"], "reason": "push a tag"}),
                             ("get_totp", {"id": entry["id"]}), ("get_entry", {"id": "00000000-0000-7000-8000-000000000000"}))
            self.assertEqual(sorted(turn.tools), ["generate_password", "get_entry", "get_totp", "list_entries", "request_entry", "search", "vault_status"])
            listed, found, read, code, missing = turn.said
            self.assertGreater(json.loads(listed)["total"], 1)
            self.assertEqual(json.loads(found)["entries"][0]["title"], "github.com")
            values = {field["kind"]: field for field in json.loads(read)["fields"]}
            self.assertEqual(values["username"]["value"], "octo")
            self.assertEqual((values["recovery_codes"]["value"], values["recovery_codes"]["l2"]), ("[REDACTED]", True))
            self.assertRegex(json.loads(code)["code"], r"^\d{6}$")
            self.assertEqual(self.error(missing)["code"], "not_found")

    def test_repeats_the_type_it_lists_where_it_speaks_the_revision_of_2026(self):
        with Clavitor(self.desktop, "--demo") as app, Forwarder(app.port, app.token) as forwarder:
            calls = [("list_entries", {}), ("list_entries", {"type": "database"})]
            turn = Turn(f"http://localhost:{forwarder.port}/mcp", app.token, calls, ["[features]", "mcp_2026_07_28 = true"]).run()
            self.assertEqual(turn.done.returncode, 0, turn.done.stdout + turn.done.stderr)
            self.assertEqual([what for what in forwarder.repeated if what[0] == "tools/call"],
                             [("tools/call", "list_entries", ""), ("tools/call", "list_entries", "database")])
            everything, databases = (json.loads(said) for said in turn.said)
            self.assertGreater(everything["total"], databases["total"])
            self.assertEqual({entry["type"] for entry in databases["entries"]}, {"database"})

    def test_is_told_that_the_person_is_being_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            token = vault.create(Path(folder) / "vault", PASSWORD, entries=20, keys=["codex-agent:asks"])["codex-agent"]
            with Clavitor(self.desktop, "--vault", Path(folder) / "vault", "--password-stdin", stdin=PASSWORD) as app:
                entry = app.get("/api/entries?limit=1", token).json["entries"][0]["id"]
                turn = self.turn(app, token, ("get_entry", {"id": entry, "reason": "push a tag"}), ("vault_status", {}))
                error = self.error(turn.said[0])
                self.assertEqual(error["code"], "approval_pending")
                self.assertIn("again", error["hint"])
                self.assertEqual(app.get(error["approval"]["poll"], token).json["approval"]["status"], "pending")
                self.assertFalse(json.loads(turn.said[1])["locked"])

    def test_runs_a_command_with_a_value_it_does_not_see(self):
        with Clavitor(self.desktop, "--demo") as app:
            # As in a shell of its own that Codex has started; the key would come from the keychain there.
            command = (f"XDG_RUNTIME_DIR={self.desktop.env['XDG_RUNTIME_DIR']} CLAVITOR_TOKEN={app.token} {PROGRAMS / 'clavitor'} run --port {app.port} "
                       "--env T=clavitor://github.com/password -- sh -c 'test -n \"$T\" && echo \"got $T\"'; echo code $?")
            for first, settings, part in [([], [], "code 125"),
                                          (['sandbox_mode = "workspace-write"'], ["[sandbox_workspace_write]", "network_access = true"], "got [hidden by clavitor]\ncode 0"),
                                          (['sandbox_mode = "danger-full-access"'], [], "got [hidden by clavitor]\ncode 0")]:
                with self.subTest(first=first):
                    turn = Turn(f"http://localhost:{app.port}/mcp", app.token, [("own", "exec_command", {"cmd": command})], settings, first).run()
                    self.assertIn(part, turn.said[0])
                    if not first:
                        self.assertIn("sandbox", turn.said[0])

    def test_is_told_that_the_vault_is_locked(self):
        with tempfile.TemporaryDirectory() as folder:
            token = vault.create(Path(folder) / "vault", PASSWORD, entries=5, keys=["codex-agent"])["codex-agent"]
            app = Clavitor(self.desktop, "--vault", Path(folder) / "vault").launch()
            self.addCleanup(app.stop)
            app.wait_until_answers()
            turn = self.turn(app, token, ("search", {"query": "github"}))
            self.assertIn("search", turn.tools)
            self.assertEqual(self.error(turn.said[0])["code"], "locked")
            self.assertIn("unlock", self.error(turn.said[0])["hint"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
