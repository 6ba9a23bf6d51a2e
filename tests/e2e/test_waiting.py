# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that wait for a person who does not answer, by both doors, against the running program: held, told to come back, denied in the
end; withdrawn by hanging up or by notifications/cancelled."""
import json
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import node_modules
import raw
import vault
from desktop import Desktop
from program import Clavitor

PASSWORD = "orange lantern paddle 7"
HOLD, TIMEOUT = 25, 60  # seconds: a call is held, a question is open


class Waiting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        keys = [f"{name}:asks" for name in ("patient", "hasty", "leaver", "giver", "giver2", "twins")]
        cls.tokens = vault.create(Path(folder.name) / "vault", PASSWORD, entries=20, keys=[*keys, "other"])
        cls.app = Clavitor(cls.desktop, "--vault", Path(folder.name) / "vault", "--password-stdin", stdin=PASSWORD).start()
        cls.addClassCleanup(cls.app.stop)
        cls.entries = [entry["id"] for entry in cls.app.get("/api/entries?limit=20", cls.tokens["other"]).json["entries"]]

    def timed(self, call, *arguments, **options):
        begin = time.monotonic()
        return call(*arguments, **options), time.monotonic() - begin

    def test_nobody_answers(self):
        """A read over REST, one over MCP and a request for what is missing wait side by side."""
        token, other = self.tokens["patient"], self.tokens["other"]
        first, second = self.entries[:2]
        wanted = {"title": "Staging database", "why": "the migration needs it", "fields": ["password"]}
        with ThreadPoolExecutor(4) as pool:
            read = pool.submit(self.timed, self.app.get, f"/api/entries/{first}?reason=deploy", token, timeout=90)
            tool = pool.submit(self.timed, self.app.tool, "get_entry", {"id": second, "reason": "deploy"}, token, timeout=90)
            request = pool.submit(self.timed, self.app.request, "POST", "/api/requests", token, body=wanted, timeout=90)
            time.sleep(1)
            # Who waits holds nobody up.
            answer, seconds = self.timed(self.app.get, f"/api/entries/{first}", other)
            self.assertEqual(answer.status, 200)
            self.assertLess(seconds, 5)
        (read, read_seconds), (tool, tool_seconds), (request, request_seconds) = read.result(), tool.result(), request.result()
        for seconds in (read_seconds, tool_seconds, request_seconds):
            self.assertGreater(seconds, HOLD - 1)
            self.assertLess(seconds, HOLD + 10)

        self.assertEqual(read.status, 202, read)
        self.assertEqual(read.headers["retry-after"], "2")
        approval = read.json["approval"]
        self.assertEqual(approval, {"id": approval["id"], "status": "pending", "poll": f"/api/approvals/{approval['id']}", "retry_after": 2})
        self.assertTrue(tool["isError"])
        error = json.loads(tool["content"][0]["text"])["error"]
        self.assertEqual(error["code"], "approval_pending")
        self.assertEqual(request.status, 202, request)
        self.assertEqual(request.json["request"]["retry_after"], 5)

        # Only the key that asked learns how it stands.
        for waiting in (approval, error["approval"]):
            self.assertEqual(self.app.get(waiting["poll"], token).json["approval"]["status"], "pending")
            stranger = self.app.get(waiting["poll"], other)
            self.assertEqual(stranger.status, 404)
            nothing = self.app.get("/api/approvals/00000000-0000-7000-8000-000000000000", other)
            self.assertEqual({**stranger.json["error"], "request_id": ""}, {**nothing.json["error"], "request_id": ""})
        self.assertEqual(self.app.get(request.json["request"]["poll"], token).json["request"]["status"], "pending")

        # The same call again is the same question, and in the end it is denied: behind the other one, when that has had its minute.
        deadline = time.monotonic() + 2 * 60 + 10
        while (again := self.app.get(f"/api/entries/{first}?reason=deploy", token, timeout=90)).status == 202:
            self.assertEqual(again.json["approval"]["id"], approval["id"])
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual((again.status, again.error), (403, "approval_denied"))
        self.assertIn(self.app.get(approval["poll"], token).json["approval"]["status"], ("denied", "expired"))

    def test_whoever_hangs_up_withdraws_the_question(self):
        """No more than three questions of a key may wait, so five that left must have made room."""
        token = self.tokens["leaver"]
        for entry in self.entries[:5]:
            with raw.connect(self.app.port) as connection:
                connection.sendall(f"GET /api/entries/{entry} HTTP/1.1\r\nHost: 127.0.0.1:{self.app.port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
                self.assertFalse(raw.read_all(connection, 0.5).closed)
            time.sleep(0.2)
        self.assertHeld(token, self.entries[6])

    def test_the_official_clients_withdraw_what_they_give_up(self):
        """The older one says notifications/cancelled, the newer one hangs up; either way four make room for a fifth."""
        installed = node_modules.install("clients")
        for sdk, key in (("v1", "giver"), ("v2-modern", "giver2")):
            token = self.tokens[key]
            done = subprocess.run(["node", "sdk-client.mjs", sdk, f"http://localhost:{self.app.port}/mcp", "--give-up", *self.entries[:4]], cwd=installed,
                                  capture_output=True, text=True, timeout=90, input=token)
            self.assertEqual(done.returncode, 0, done.stderr)
            said = json.loads(done.stdout)
            for ended in said["ended"]:
                self.assertFalse(ended["answered"], ended)
                self.assertLess(ended["after"], 10_000)
            self.assertFalse(said["status"]["structuredContent"]["locked"])
            self.assertHeld(token, self.entries[6])

    def assertHeld(self, token, entry):
        """A call that waits: no answer, neither the entry nor that too many wait already."""
        with raw.connect(self.app.port) as connection:
            connection.sendall(f"GET /api/entries/{entry} HTTP/1.1\r\nHost: 127.0.0.1:{self.app.port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            self.assertEqual(raw.read_all(connection, 2).data, b"")

    def test_a_cancelled_call_gets_no_response(self):
        token = self.tokens["hasty"]
        call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "get_entry", "arguments": {"id": self.entries[0]}}}
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
        agent = {"User-Agent": "codex-mcp-client/0.169.0"}
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self.timed, self.app.request, "POST", "/mcp", token, body=call, headers=agent, timeout=90)
            time.sleep(1)
            # The same id of another key is another call.
            self.assertEqual(self.app.request("POST", "/mcp", self.tokens["other"], body=cancel, headers=agent).status, 202)
            time.sleep(1)
            self.assertFalse(waiting.done())
            self.assertEqual(self.app.request("POST", "/mcp", token, body=cancel, headers=agent).status, 202)
            answer, seconds = waiting.result()
        self.assertEqual((answer.status, answer.body), (202, b""))
        self.assertLess(seconds, HOLD)

    def test_only_the_process_that_called_cancels(self):
        """Two processes of one client count alike, and say the same key and name."""
        token = self.tokens["twins"]
        call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "get_entry", "arguments": {"id": self.entries[0]}}}
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
        agent = {"User-Agent": "codex-mcp-client/0.169.0"}
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self.timed, self.app.request, "POST", "/mcp", token, body=call, headers=agent, timeout=90)
            time.sleep(1)
            with self.twin(token, cancel) as twin:
                self.assertEqual(twin.communicate(timeout=30)[0], "202 0\n")
            time.sleep(1)
            self.assertFalse(waiting.done(), "another process was believed")
            with self.twin(token, call) as twin:
                time.sleep(2)
                self.assertEqual(self.app.request("POST", "/mcp", token, body=cancel, headers=agent).status, 202)
                answer, seconds = waiting.result()
                self.assertEqual((answer.status, answer.body), (202, b""))
                self.assertLess(seconds, HOLD)
                time.sleep(1)
                self.assertIsNone(twin.poll(), "the other's was ended")
                twin.kill()

    def twin(self, token, body):
        """Another process that sends one message and prints the answer's status and length."""
        program = ("import http.client, json, sys\n"
                   "port, token, body = json.load(sys.stdin)\n"
                   "connection = http.client.HTTPConnection('127.0.0.1', port, timeout=90)\n"
                   "headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json', 'User-Agent': 'codex-mcp-client/0.169.0'}\n"
                   "connection.request('POST', '/mcp', body=json.dumps(body), headers=headers)\n"
                   "answer = connection.getresponse()\n"
                   "print(answer.status, len(answer.read()))\n")
        twin = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        twin.stdin.write(json.dumps([self.app.port, token, body]))
        twin.stdin.flush()
        twin.stdin.close()
        twin.stdin = None
        return twin


if __name__ == "__main__":
    unittest.main(verbosity=2)
