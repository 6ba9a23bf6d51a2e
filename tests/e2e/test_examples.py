# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/examples: every block of the page is run as it stands, against the running program and against a server that makes it wait."""
import http.server
import json
import re
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import node_modules
from desktop import Desktop
from program import Clavitor

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def blocks():
    """(language, file or None, text) of every code block."""
    return [(m.group(1), m.group(2), m.group(3)) for m in BLOCK.finditer((EXAMPLES / "README.md").read_text())]


class Unhurried(http.server.BaseHTTPRequestHandler):
    """Answers 202 twice, then what it was told to."""
    script = []
    asked = []

    def do_GET(self):
        self.asked.append((self.path, self.headers["Authorization"]))
        status, body = self.script.pop(0)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 202:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = next(node_modules.install("conformance").glob("node_modules/node-linux-*/bin/node"))
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.key = cls.folder / "clavitor.key"
        cls.key.write_text(cls.app.token + "\n")
        for _, name, text in blocks():
            if name:
                (cls.folder / name).write_text(text)
                (cls.folder / name).chmod(0o755)

    def run_example(self, *command, url=None, stdin=None):
        env = {**self.desktop.env, "CLAVITOR_URL": url or f"http://127.0.0.1:{self.app.port}", "CLAVITOR_TOKEN_FILE": str(self.key)}
        return subprocess.run([str(part) for part in command], cwd=self.folder, env=env, input=stdin, capture_output=True, text=True, timeout=120)

    def password(self):
        return next(field["value"] for field in self.app.search("github").json["entries"][0]["fields"] if field["kind"] == "password")

    def assertRan(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn(self.app.token, done.stdout + done.stderr)
        return done.stdout

    def test_the_page_shows_the_files_as_they_are(self):
        named = {name: text for _, name, text in blocks() if name}
        self.assertEqual(set(named), {file.name for file in EXAMPLES.iterdir()} - {"README.md"})
        for name, text in named.items():
            lines = [line for line in (EXAMPLES / name).read_text().splitlines(keepends=True) if "SPDX-License-Identifier" not in line]
            self.assertEqual("".join(lines), text, name)

    def test_curl(self):
        commands = "set -eu\n" + "\n".join(text for language, name, text in blocks() if language == "bash")
        answers = [json.loads(line) for line in self.assertRan(self.run_example("bash", "-c", commands)).replace("}{", "}\n{").splitlines()]
        health, status, found, listed, generated, request, called = answers
        self.assertEqual(health["status"], "unlocked")
        self.assertIn("key", status)
        self.assertEqual(found["entries"][0]["title"], "github.com")
        self.assertTrue(listed["entries"])
        self.assertEqual(len(generated["password"].split("-")), 6)
        self.assertIn(request.get("request", {}).get("status"), ("pending", "added", "declined"), request)
        self.assertIn("not_found", called["result"]["content"][0]["text"])

    def test_python(self):
        said = self.assertRan(self.run_example("python3", "read_credential.py", "github"))
        self.assertIn("username: octo\n", said)
        self.assertRegex(said, r"one-time code: valid for \d+ s")
        self.assertIn("Personal", said)
        self.assertNotIn(self.password(), said)
        missing = self.run_example("python3", "read_credential.py", "nothing is called so")
        self.assertNotEqual(missing.returncode, 0)
        self.assertIn("Nothing here is called", missing.stderr)

    def test_typescript(self):
        said = self.assertRan(self.run_example(self.node, "read-credential.ts", "github"))
        self.assertIn("username: octo\n", said)
        self.assertIn("Personal", said)
        self.assertNotIn(self.password(), said)
        missing = self.run_example(self.node, "read-credential.ts", "nothing is called so")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("Nothing here is called", missing.stderr)

    def test_shell(self):
        self.assertEqual(self.assertRan(self.run_example("./with-password.sh", "github", "cat")), self.password())
        missing = self.run_example("./with-password.sh", "nothing is called so", "cat")
        self.assertNotEqual(missing.returncode, 0)
        self.assertEqual(missing.stdout, "")

    def test_function_calls(self):
        entry = self.app.search("github").json["entries"][0]["id"]
        for form in ("openai", "anthropic", "gemini"):
            for name, arguments, member in [("search", {"query": "github & co", "limit": 1}, "entries"), ("get_entry", {"id": entry, "reason": "example"}, "fields"),
                                            ("get_totp", {"id": entry}, "code"), ("generate_password", {"length": 20, "symbols": False}, "password"),
                                            ("list_entries", {}, "entries"), ("vault_status", {}, "vault_id")]:
                said = self.assertRan(self.run_example("python3", "function_calls.py", form, name, json.dumps(arguments)))
                self.assertIn(member, json.loads(said), name)

    def test_they_wait_while_the_person_is_asked_and_say_what_went_wrong(self):
        waits = (202, {"approval": {"id": "a", "status": "pending", "poll": "/api/approvals/a", "retry_after": 0}})
        found = (200, {"query": "x", "entries": [], "more": [{"id": "e1", "title": "x", "type": "login", "fields": [], "ask": True}], "total": 1})
        entry = (200, {"id": "e1", "title": "x", "type": "login", "fields": [{"label": "username", "kind": "username", "value": "octo"}]})
        denied = (403, {"error": {"code": "approval_denied", "message": "The person did not allow this.", "hint": "Do without it.", "request_id": "r"}})
        locked = (423, {"error": {"code": "locked", "message": "The vault is locked.", "hint": "Ask the person.", "request_id": "r"}})
        for command in (["python3", "read_credential.py"], [self.node, "read-credential.ts"]):
            for script, status, said in [([found, waits, waits, entry], 0, "username: octo"), ([found, waits, denied], 1, "approval_denied: The person did not allow this."),
                                         ([locked], 1, "locked: The vault is locked.")]:
                server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unhurried)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                Unhurried.script, Unhurried.asked = list(script), []
                done = self.run_example(*command, "x", url=f"http://127.0.0.1:{server.server_port}")
                server.shutdown()
                server.server_close()
                self.assertEqual(done.returncode, status, done.stdout + done.stderr)
                self.assertIn(said, done.stdout + done.stderr)
                self.assertEqual(len(Unhurried.asked), len(script))
                self.assertTrue(all(key == f"Bearer {self.app.token}" for _, key in Unhurried.asked))


if __name__ == "__main__":
    unittest.main(verbosity=2)
