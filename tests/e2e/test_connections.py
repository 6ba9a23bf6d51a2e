# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that come anew: how long a cold one waits before it may list tools, what few descriptors do to the bridge, and that nothing listens
any more once the program has ended, fifty times over (SECURITY.md T3, T6)."""
import http.client
import json
import resource
import socket
import statistics
import tempfile
import time
import unittest
from pathlib import Path

import raw
import vault
from desktop import Desktop
from program import Clavitor

PASSWORD = "orange lantern paddle 7"
PATIENCE = 0.3  # seconds: Codex waits a second for all of its servers, and goes on without the tools of one that is late
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize",
              "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "codex-mcp-client", "version": "0.169.0"}}}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {"_meta": {"progressToken": 0}}}


class Connections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "vault"
        self.token = vault.create(self.folder, PASSWORD, entries=20, keys=["codex"])["codex"]

    def app(self, unlocked):
        if unlocked:
            return Clavitor(self.desktop, "--vault", self.folder, "--password-stdin", stdin=PASSWORD)
        return Clavitor(self.desktop, "--vault", self.folder)

    # -- cold
    def cold(self, port):
        """Seconds from connecting to the answers of initialize and of tools/list."""
        begun, times = time.monotonic(), []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            for message in (INITIALIZE, LIST):
                connection.request("POST", "/mcp", json.dumps(message),
                                   {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Accept": "text/event-stream, application/json"})
                answer = connection.getresponse()
                said = json.loads(answer.read())
                times.append(time.monotonic() - begun)
                self.assertEqual(answer.status, 200)
                self.assertIn("result", said)
                begun = time.monotonic()
            self.assertEqual(len(said["result"]["tools"]), 7)
        finally:
            connection.close()
        return times

    def check_cold(self, unlocked):
        app = self.app(unlocked).launch()
        try:
            app.wait_until_served() if unlocked else app.wait_until_answers()
            # A machine that is busy with something else gets another chance, the program does not: each of a round must be in time.
            for _ in range(3):
                rounds = [self.cold(app.port) for _ in range(20)]
                slowest = [max(times) for times in zip(*rounds)]
                middle = [statistics.median(times) for times in zip(*rounds)]
                said = ", ".join(f"{name} {1000 * most:.1f} ms at most, {1000 * half:.1f} ms in the middle"
                                 for name, most, half in zip(("initialize", "tools/list"), slowest, middle))
                print(f"20 cold connections, {'unlocked' if unlocked else 'locked'}: {said}", flush=True)
                if max(slowest) < PATIENCE:
                    return
            self.fail(f"over {1000 * PATIENCE:.0f} ms: {said}")
        finally:
            app.stop()

    def test_lists_its_tools_to_a_cold_client_in_time(self):
        self.check_cold(unlocked=True)

    def test_lists_its_tools_to_a_cold_client_in_time_while_locked(self):
        self.check_cold(unlocked=False)

    # -- few descriptors
    def test_survives_a_thousand_connections_with_few_descriptors(self):
        app = self.app(True)
        app.limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
        with app:
            bridge = app.bridge_pid
            self.assertRegex(Path(f"/proc/{bridge}/limits").read_text(), r"Max open files\s+128\s+128\s")
            held = raw.half_asked(app.port, most=200)
            time.sleep(0.5)
            for connection in held:
                connection.close()
            deadline = time.monotonic() + 10  # for a head that does not end
            while True:
                try:
                    if app.get("/api/entries?limit=1", self.token, timeout=2).status == 200:
                        break
                except (OSError, http.client.HTTPException):
                    pass
                self.assertLess(time.monotonic(), deadline, app.output())
                time.sleep(0.05)
            self.assertEqual(app.bridge_pid, bridge, app.output())
            self.assertLess(len(list(Path(f"/proc/{bridge}/fd").iterdir())), 128)

    # -- gone
    def listens(self, port):
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(1)
                if probe.connect_ex((address, port)) == 0:
                    return True
        return False

    def test_leaves_no_port_open_fifty_times(self):
        app, closed = self.app(False), []
        for turn in range(50):
            with self.subTest(turn):
                app.launch()
                try:
                    app.wait_until_answers(30)
                    bridge = app.bridge_pid
                    self.assertTrue(self.listens(app.port))
                    begun = time.monotonic()
                    app.process.terminate()
                    while self.listens(app.port):
                        self.assertLess(time.monotonic() - begun, 10)
                        time.sleep(0.01)
                    closed.append(time.monotonic() - begun)
                    self.assertEqual(app.exit_status(), 0, app.output())
                finally:
                    app.stop()
                self.assertFalse(Path(f"/proc/{bridge}").exists())
        print(f"closed {1000 * max(closed):.0f} ms after the end at most, {1000 * statistics.median(closed):.0f} ms in the middle", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
