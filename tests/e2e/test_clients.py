# SPDX-License-Identifier: GPL-3.0-or-later
"""The official TypeScript SDK clients, of both eras, against the running program, and its OpenAPI against the official schema."""
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import conversation
import node_modules
import vault
from desktop import Desktop
from program import Clavitor


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installed = node_modules.install("clients")
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def converse(self, sdk, token=None, path="/mcp", port=None):
        done = subprocess.run(["node", "sdk-client.mjs", sdk, f"http://localhost:{port or self.app.port}{path}", "github"], cwd=self.installed, capture_output=True,
                              text=True, timeout=60, input=token or self.app.token)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_serves_the_2025_sdk(self):
        said = self.converse("v1")
        conversation.check(self, said)
        self.assertEqual(said["version"], "2025-11-25")

    def test_serves_the_2026_sdk_held_to_the_old_handshake(self):
        said = self.converse("v2-legacy")
        conversation.check(self, said)
        self.assertEqual(said["era"], "legacy")

    def test_serves_the_2026_sdk_without_a_handshake(self):
        said = self.converse("v2-modern")
        conversation.check(self, said)
        self.assertEqual((said["version"], said["era"]), ("2026-07-28", "modern"))

    def test_is_found_to_be_modern_by_a_client_that_negotiates(self):
        said = self.converse("v2-auto")
        conversation.check(self, said)
        self.assertEqual(said["era"], "modern")

    def test_serves_them_behind_the_vault_s_id(self):
        vault_id = self.app.get("/api/status").json["vault_id"]
        for sdk in ("v1", "v2-modern"):
            conversation.check(self, self.converse(sdk, path=f"/{vault_id}/mcp"))

    def test_serves_a_key_that_asks_with_what_its_client_checks(self):
        """A key of the preset Ask first has the password and not the code of one entry: the SDKs hold that against the tool's output schema."""
        password = "orange lantern paddle 7"
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "vault"
            token = vault.create(made, password, keys=["asker:allowed"], import_file=Path(__file__).parents[2] / "resources/demo/bitwarden.json")["asker"]
            with Clavitor(self.desktop, "--vault", made, "--password-stdin", stdin=password) as app:
                for sdk in ("v1", "v2-modern"):
                    with self.subTest(sdk):
                        said = self.converse(sdk, token=token, port=app.port)
                        self.assertNotIn("error", said)
                        for result in (said["entry"]["structuredContent"], said["search"]["structuredContent"]["entries"][0]):
                            fields = {field["kind"]: field for field in result["fields"]}
                            self.assertTrue(fields["password"]["value"])
                            self.assertEqual(fields["totp"]["delivery"], "code-only")
                        # The code is a question of its own, that nobody answers here.
                        self.assertIn("approval_pending", said["totp"]["content"][0]["text"])

    def test_refuses_both_eras_without_a_valid_token(self):
        for sdk in ("v1", "v2-modern", "v2-auto"):
            said = self.converse(sdk, token="clavitor_" + "0" * 57)
            self.assertIn("error", said)
            self.assertNotIn("tools", said)

    def test_describes_itself_as_openapi_3_1_says(self):
        vault_id = self.app.get("/api/status").json["vault_id"]
        for prefix in ("", f"/{vault_id}"):
            document = self.app.get(f"{prefix}/api/openapi.json").json
            self.assertEqual(document["servers"], [{"url": f"http://127.0.0.1:{self.app.port}{prefix}"}])
            self.assertEqual(self.judged(document), {"valid": True, "version": "3.1", "errors": None})
        # The judge is one: it sees what is wrong.
        del document["paths"]["/api/entries/{id}"]["get"]["responses"]
        document["paths"]["/api/search"]["get"]["parameters"][0]["in"] = "nowhere"
        self.assertFalse(self.judged(document)["valid"])

    def judged(self, document):
        done = subprocess.run(["node", "openapi.mjs"], cwd=self.installed, capture_output=True, text=True, timeout=60, input=json.dumps(document))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_answers_each_call_as_the_description_says(self):
        document = self.app.get("/api/openapi.json").json
        entry = self.app.search("github").json["entries"][0]
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method != "get" or path == "/api/approvals/{id}":
                    continue
                query = {"/api/search": "?q=github", "/api/functions": "?format=openai"}.get(path, "")
                answer = self.app.get(path.replace("{id}", entry["id"]) + query)
                self.assertEqual(answer.status, 200, path)
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                self.assertLessEqual(set(schema.get("required", [])), set(answer.json), path)
                if "properties" in schema:
                    self.assertLessEqual(set(answer.json), set(schema["properties"]), path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
