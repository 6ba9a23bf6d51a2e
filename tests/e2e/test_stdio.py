# SPDX-License-Identifier: GPL-3.0-or-later
"""`clavitor-mcp`: the official SDK clients over standard input and output, with the token in a real keyring; and what it refuses
(SECURITY.md T12)."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

import conversation
import node_modules
import vault
from desktop import Desktop
from program import PROGRAMS, Clavitor


def keep(desktop, token):
    """Puts it into the keyring as a person does; answers the key's id."""
    done = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=token + "\n", capture_output=True, text=True, timeout=60, env=desktop.env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Shim:
    """A `clavitor-mcp` and what it answers."""

    def __init__(self, desktop, *arguments, env=()):
        self.process = subprocess.Popen([str(PROGRAMS / "clavitor-mcp"), *map(str, arguments)], env={**desktop.env, **dict(env)}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desktop.home)
        self.errors = []
        self.reader = threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join(5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass

    def say(self, method, params=None, id=1):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}}) + "\n")
        self.process.stdin.flush()

    def ask(self, method, params=None, id=1):
        self.say(method, params, id)
        return json.loads(self.process.stdout.readline())

    def tool(self, name, **arguments):
        return self.ask("tools/call", {"name": name, "arguments": arguments})


class Stdio(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installed = node_modules.install("clients")
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)
        cls.token = cls.app.token
        cls.key = keep(cls.desktop, cls.token)
        cls.command = [str((PROGRAMS / "clavitor-mcp").resolve()), cls.key, "--port", str(cls.app.port)]

    def shim(self, key=None, port=None, **env):
        return Shim(self.desktop, key or self.key, "--port", port or self.app.port, env=env)

    def converse(self, sdk, command=None):
        done = subprocess.run(["node", "sdk-client.mjs", sdk, json.dumps(command or self.command), "github"], cwd=self.installed, capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL, env={**os.environ, **self.desktop.env})
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_serves_the_official_clients_of_both_eras(self):
        for sdk, era in (("v1", None), ("v2-legacy", "legacy"), ("v2-modern", "modern"), ("v2-auto", "modern")):
            with self.subTest(sdk=sdk):
                said = self.converse(sdk)
                conversation.check(self, said)
                self.assertEqual(said.get("era"), era)

    def test_serves_a_client_that_hands_on_nothing_but_home_and_path(self):
        # The runtime folder is then found by the user's number, which is not this test's: it is told that nobody is there, and by whom.
        done = subprocess.run(self.command, input='{"jsonrpc":"2.0","id":1,"method":"ping"}\n', capture_output=True, text=True, timeout=60,
                              env={name: self.desktop.env[name] for name in ("HOME", "PATH")})
        self.assertEqual(done.returncode, 0)
        answer = json.loads(done.stdout) if done.stdout else {}
        self.assertTrue(not answer or answer["error"]["message"])

    def test_holds_its_token_in_memory_alone(self):
        with self.shim() as shim:
            self.assertIn("result", shim.ask("ping"))
            for name in ("cmdline", "environ"):
                self.assertNotIn(self.token.encode(), Path(f"/proc/{shim.process.pid}/{name}").read_bytes())
            self.assertEqual(shim.errors, [])

    def test_is_given_its_token_by_clavitor_keep(self):
        self.assertEqual(self.key, self.token[9:17])
        self.assertEqual(keep(self.desktop, self.token), self.key)  # once more is as good as once
        for wrong in ("", "nonsense", self.token[:-1], self.token[:-1] + ("x" if self.token[-1] != "x" else "y")):
            done = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=wrong, capture_output=True, text=True, timeout=60, env=self.desktop.env)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertIn("no token of a key", done.stderr)

    def test_reads_no_token_from_the_environment(self):
        with self.shim(key="zzzzzzzz", CLAVITOR_TOKEN=self.token) as shim:
            self.assertIn("zzzzzzzz", shim.tool("vault_status")["error"]["message"])

    def test_says_what_is_wrong_with_its_arguments(self):
        for arguments in ([], ["short"], [self.token], [self.key, "--port", "0"], [self.key, self.key], ["--port"]):
            done = subprocess.run([str(PROGRAMS / "clavitor-mcp"), *arguments], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL, env=self.desktop.env)
            self.assertEqual(done.returncode, 64, arguments)
            self.assertIn("Usage: clavitor-mcp KEY", done.stderr)
            self.assertNotIn(self.token, done.stderr)

    def test_goes_on_when_the_bridge_was_killed(self):
        with self.shim() as shim:
            self.assertIn("result", shim.tool("vault_status"))
            pid = self.app.bridge_pid
            os.kill(pid, signal.SIGKILL)
            # The dying one may still have taken the call; then that is said, since a call is never sent twice.
            first = shim.tool("vault_status")
            if "error" in first:
                self.assertIn("ended before it had answered", first["error"]["message"])
            self.assertIn("result", shim.tool("vault_status"))
            self.assertNotEqual(self.app.bridge_pid, pid)

    def test_says_that_nobody_is_there(self):
        with self.shim(port=1) as shim:
            error = shim.tool("vault_status")["error"]
            self.assertIn("Is Clavitor running?", error["message"])
            self.assertTrue(any("bridge-1.sock is not there" in line for line in shim.errors) or shim.errors == [], shim.errors)

    def test_ends_with_its_client(self):
        with self.shim() as shim:
            self.assertIn("result", shim.ask("ping"))
            shim.process.stdin.close()
            self.assertEqual(shim.process.wait(5), 0)

    def trap(self, name):
        """A listening socket of this user, and the runtime folder it stands in."""
        runtime = self.desktop.home / name
        folder = runtime / "clavitor"
        folder.mkdir(parents=True, mode=0o700)
        runtime.chmod(0o700)
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(folder / "trap.sock"))
        os.chmod(folder / "trap.sock", 0o600)
        listener.listen()
        listener.settimeout(0.5)
        return runtime, folder / "trap.sock", listener

    def assertRefused(self, runtime, listener, words):
        with self.shim(XDG_RUNTIME_DIR=str(runtime)) as shim:
            self.assertIn(words, shim.tool("vault_status")["error"]["message"])
            time.sleep(0.1)
            self.assertIn(words, "".join(shim.errors))
        with self.assertRaises(TimeoutError):
            listener.accept()

    def test_gives_nothing_to_a_link(self):
        runtime, trap, listener = self.trap("linked")
        (trap.parent / f"bridge-{self.app.port}.sock").symlink_to(trap)
        self.assertRefused(runtime, listener, "is a link")

    def test_gives_nothing_to_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a socket away")
        runtime, trap, listener = self.trap("foreign")
        mine = trap.parent / f"bridge-{self.app.port}.sock"
        trap.rename(mine)
        os.lchown(mine, 65534, 65534)
        self.assertRefused(runtime, listener, "belongs to another user (number 65534)")


class OnRecord(unittest.TestCase):
    def test_names_the_client_that_started_it(self):
        with Desktop(screen=False) as desktop:
            folder, password = desktop.home / "data" / "vault", "Paddle through 7 kelp"
            token = vault.create(folder, password, entries=3, keys=["agent"])["agent"]
            key = keep(desktop, token)
            with Clavitor(desktop, "--vault", folder, "--password-stdin", stdin=password) as app, Shim(desktop, key, "--port", app.port) as shim:
                shim.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "codex-mcp-client", "version": "0.169.0"}})
                entry = shim.tool("list_entries")["result"]["structuredContent"]["entries"][0]
                self.assertFalse(shim.tool("get_entry", id=entry["id"])["result"].get("isError"))
            reads = [row for row in vault.audit(folder, password) if row["action"] == "read"]
            self.assertEqual([(row["actor"], Path(row["program"]).resolve()) for row in reads], [("mcp:agent", Path(sys.executable).resolve())])


if __name__ == "__main__":
    unittest.main(verbosity=2)
