# SPDX-License-Identifier: GPL-3.0-or-later
"""The official TypeScript SDK clients, of both eras, against the running program."""
import json
import shutil
import subprocess
import unittest
from pathlib import Path

from desktop import Desktop
from program import Clavitor

SOURCES = Path(__file__).parent / "clients"
INSTALLED = Path("clients").resolve()  # in the build tree, where ctest runs this
TOOLS = ["search", "list_entries", "get_entry", "get_totp", "generate_password", "request_entry", "vault_status"]


def install():
    """npm ci, unless the lock file is the one that was installed last."""
    INSTALLED.mkdir(exist_ok=True)
    lock = (SOURCES / "package-lock.json").read_bytes()
    marker = INSTALLED / "node_modules" / ".installed-lock"
    if not marker.exists() or marker.read_bytes() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, INSTALLED / name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=INSTALLED, check=True, timeout=300)
        marker.write_bytes(lock)
    shutil.copy(SOURCES / "sdk-client.mjs", INSTALLED / "sdk-client.mjs")


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def converse(self, sdk, token=None, path="/mcp"):
        done = subprocess.run(["node", "sdk-client.mjs", sdk, f"http://localhost:{self.app.port}{path}", "github"], cwd=INSTALLED, capture_output=True,
                              text=True, timeout=60, input=token or self.app.token)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assertWholeConversation(self, said):
        self.assertNotIn("error", said)
        self.assertEqual([tool["name"] for tool in said["tools"]], TOOLS)
        for tool in said["tools"]:
            self.assertEqual((tool["annotations"]["readOnlyHint"], tool["annotations"]["destructiveHint"], tool["annotations"]["openWorldHint"]),
                             (tool["name"] != "request_entry", False, False))
            self.assertEqual((tool["inputSchema"]["type"], tool["outputSchema"]["type"]), ("object", "object"))
            self.assertFalse({"anyOf", "oneOf", "allOf"} & set(tool["inputSchema"]))
        self.assertTrue(0 < len(said["instructions"]) <= 512)
        for name in ("search", "entry", "totp", "generated", "status"):
            result = said[name]
            self.assertFalse(result.get("isError"), result)
            self.assertEqual(json.loads(result["content"][0]["text"]), result["structuredContent"], name)
        entry = said["entry"]["structuredContent"]
        self.assertEqual(entry["title"], "github.com")
        values = {field["kind"]: field for field in entry["fields"]}
        self.assertEqual(values["username"]["value"], "octo")
        self.assertTrue(values["password"]["value"])
        self.assertEqual({k: v for k, v in values["recovery_codes"].items() if k not in ("id", "label", "kind")}, {"value": "[REDACTED]", "l2": True})
        self.assertRegex(said["totp"]["structuredContent"]["code"], r"^\d{6}$")
        self.assertEqual(len(said["generated"]["structuredContent"]["password"]), 40)
        self.assertTrue(said["missing"]["isError"])
        self.assertIn("not_found", said["missing"]["content"][0]["text"])
        self.assertEqual({r["uri"] for r in said["resources"]}, {"clavitor://status", "clavitor://entries"})
        self.assertEqual([t["uriTemplate"] for t in said["templates"]], ["clavitor://entries/{id}"])
        self.assertEqual([p["name"] for p in said["prompts"]], ["use-credential"])
        self.assertNotIn('"octo"', said["resource"]["contents"][0]["text"])

    def test_serves_the_2025_sdk(self):
        said = self.converse("v1")
        self.assertWholeConversation(said)
        self.assertEqual(said["version"], "2025-11-25")

    def test_serves_the_2026_sdk_held_to_the_old_handshake(self):
        said = self.converse("v2-legacy")
        self.assertWholeConversation(said)
        self.assertEqual(said["era"], "legacy")

    def test_serves_the_2026_sdk_without_a_handshake(self):
        said = self.converse("v2-modern")
        self.assertWholeConversation(said)
        self.assertEqual((said["version"], said["era"]), ("2026-07-28", "modern"))

    def test_is_found_to_be_modern_by_a_client_that_negotiates(self):
        said = self.converse("v2-auto")
        self.assertWholeConversation(said)
        self.assertEqual(said["era"], "modern")

    def test_serves_them_behind_the_vault_s_id(self):
        vault_id = self.app.get("/api/status").json["vault_id"]
        for sdk in ("v1", "v2-modern"):
            self.assertWholeConversation(self.converse(sdk, path=f"/{vault_id}/mcp"))

    def test_refuses_both_eras_without_a_valid_token(self):
        for sdk in ("v1", "v2-modern", "v2-auto"):
            said = self.converse(sdk, token="clavitor_" + "0" * 57)
            self.assertIn("error", said)
            self.assertNotIn("tools", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
