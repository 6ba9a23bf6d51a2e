# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at random moments under load: no answer without its audit row, no confirmed write lost, no vault damaged.

Each round kills two processes at once: the keeper while agents read through the bridge, and a process that saves entries
with the keeper's own code. CLAVITOR_E2E_KILLS sets the number of rounds.
"""
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

import vault
from desktop import Desktop
from program import Clavitor

ROUNDS = int(os.environ.get("CLAVITOR_E2E_KILLS", "100"))
PASSWORD = "orange lantern paddle 7"


class Agent(threading.Thread):
    """Reads over one kept-alive connection until the keeper dies; remembers what it was answered, in full."""

    def __init__(self, app, token, ids, name):
        super().__init__(daemon=True)
        self.app, self.token, self.ids, self.name = app, token, ids, name
        self.answered = []   # (action, what tells its row from all others)
        self.wrong = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        number = 0
        try:
            while True:
                number += 1
                mark = f"{self.name}-{number}"
                if number % 3 == 0:
                    connection.request("GET", f"/api/search?q={mark}", headers=headers)
                    action = "search"
                else:
                    action = "read" if number % 3 == 1 else "totp"
                    tool = "get_entry" if action == "read" else "get_totp"
                    body = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": {"id": random.choice(self.ids), "reason": mark}}}
                    connection.request("POST", "/mcp", json.dumps(body), headers)
                response = connection.getresponse()
                text = response.read()
                if response.status != 200:
                    if response.status != 503:  # 503: the keeper died between the question and its answer
                        self.wrong.append((response.status, text))
                elif action == "search" or not json.loads(text)["result"].get("isError"):
                    self.answered.append((action, mark))
                if response.getheader("Connection", "").lower() == "close":
                    connection.close()
        except (OSError, http.client.HTTPException, ValueError):
            pass
        finally:
            connection.close()


class Kill(unittest.TestCase):
    def setUp(self):
        self.desktop = Desktop(screen=False, keyring=False).__enter__()
        self.addCleanup(self.desktop.__exit__)
        self.read, self.written = self.desktop.home / "read", self.desktop.home / "written"
        self.token = vault.create(self.read, PASSWORD, entries=40, keys=["agent"])["agent"]
        vault.create(self.written, PASSWORD)
        seed = int(os.environ.get("CLAVITOR_E2E_SEED", time.time_ns() % 1_000_000))
        print(f"{ROUNDS} rounds, seed {seed}", flush=True)
        random.seed(seed)

    def test_loses_nothing_confirmed(self):
        answered, saved, bridges = [], {}, []
        with Clavitor(self.desktop, "--vault", self.read, "--password-stdin", stdin=PASSWORD) as app:
            ids = [entry["id"] for entry in app.get("/api/entries?limit=100", self.token).json["entries"] if "totp" in str(entry["fields"])]
        self.assertTrue(ids)
        for number in range(ROUNDS):
            writer = vault.writer(self.written, PASSWORD)
            with Clavitor(self.desktop, "--vault", self.read, "--password-stdin", stdin=PASSWORD) as app:
                bridges.append(app.bridge_pid)
                agents = [Agent(app, self.token, ids, f"r{number}a{n}") for n in range(4)]
                for agent in agents:
                    agent.start()
                time.sleep(random.uniform(0.01, 0.35))
                app.kill()
                writer.send_signal(signal.SIGKILL)
                for agent in agents:
                    agent.join(15)
                    self.assertEqual(agent.wrong, [])
                    answered += agent.answered
            out, errors = writer.communicate()
            self.assertEqual(errors, "")
            for line in out.splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue  # the last line, cut by the kill
                saved[row["id"]] = max(saved.get(row["id"], 0), row["version"])
        print(f"{len(answered)} answers and {len(saved)} entries confirmed over {ROUNDS} kills", flush=True)
        self.assertGreater(len(answered), ROUNDS, "too little load to mean anything")
        self.assertGreater(len(saved), ROUNDS, "too little load to mean anything")

        rows = vault.audit(self.read, PASSWORD)
        self.assertEqual([row["sequence"] for row in rows], list(range(1, len(rows) + 1)), "a gap in the log")
        recorded = {("search", row["entry"].strip('"')) if row["action"] == "search" else (row["action"], row["reason"]) for row in rows if row["outcome"] == "allowed"}
        self.assertEqual([one for one in answered if one not in recorded], [], "answers without their row")
        kept = {entry["id"]: entry["version"] for entry in vault.entries(self.written, PASSWORD)}
        self.assertEqual({i: v for i, v in saved.items() if kept.get(i, 0) < v}, {}, "confirmed writes that were lost")
        time.sleep(1)
        self.assertEqual([pid for pid in bridges if os.path.exists(f"/proc/{pid}/exe")], [], "bridges that outlived their keeper")

    def test_bridge_comes_back_within_a_second(self):
        with Clavitor(self.desktop, "--vault", self.read, "--password-stdin", stdin=PASSWORD) as app:
            for _ in range(3):
                os.kill(app.bridge_pid, signal.SIGKILL)
                begin = time.monotonic()
                while True:
                    try:
                        if app.get("/api/entries", self.token, timeout=2).status == 200:
                            break
                    except (OSError, http.client.HTTPException):
                        time.sleep(0.01)
                    self.assertLess(time.monotonic() - begin, 5)
                print(f"the bridge answers again {1000 * (time.monotonic() - begin):.0f} ms after its end", flush=True)
            self.assertIsNone(app.process.poll())


if __name__ == "__main__":
    unittest.main(verbosity=2)
