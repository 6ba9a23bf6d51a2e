# SPDX-License-Identifier: GPL-3.0-or-later
"""`clavitor run` on the built program: a value goes into a command the person allowed, and nowhere else."""
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import unittest
from pathlib import Path
from urllib.parse import quote

import raw
import vault
from desktop import Desktop
from program import PROGRAMS, Clavitor
from test_approval import PASSWORD, Questions

HIDDEN = "[hidden by clavitor]"


class Run(Questions):
    def setUp(self):
        super().setUp()
        self.app.stop()
        shutil.rmtree(self.vault)
        self.tokens = vault.create(self.vault, PASSWORD, entries=3, keys=["codex-agent:unseen", "trusted"])
        self.app = self._enter(Clavitor(self.desktop, "--vault", self.vault, "--password-stdin", "--minimised", stdin=PASSWORD))
        self.entry = self.app.get("/api/entries?limit=1", self.tokens["trusted"]).json["entries"][0]
        seen = self.app.get(f"/api/entries/{self.entry['id']}", self.tokens["codex-agent"]).json
        self.password = next(field for field in seen["fields"] if field["kind"] == "password")
        self.assertEqual(self.password["delivery"], "use-only")
        self.assertNotIn("value", self.password)

    def command(self, *command, key="codex-agent", env=(), program=None, options=(), **more):
        own = {**self.desktop.env, "CLAVITOR_TOKEN": self.tokens[key], **dict(env)}
        return subprocess.Popen([str(program or PROGRAMS / "clavitor"), "run", "--port", str(self.app.port), "--reason", "open the pull request", *options, "--", *command],
                                env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.desktop.home, **self.desktop.runs_as, **more)

    def reference(self):
        return ("--env", "TOKEN=" + self.password["ref"])

    def allow(self, keys, picture=None):
        window, _ = self.wait_for_question()
        self.focus(window)
        time.sleep(1.5)
        if picture:
            self.desktop.screenshot(self.shots / picture)
        self.press(keys)

    def test_gives_it_to_the_command_and_hides_what_is_printed(self):
        value = next(field["value"] for field in self.app.get(f"/api/entries/{self.entry['id']}", self.tokens["trusted"]).json["fields"] if field["kind"] == "password")
        script = 'printf %s "$TOKEN" | sha256sum; echo "has it: $TOKEN, ${CLAVITOR_TOKEN-no key}"; echo "$TOKEN" >&2; exit 7'
        running = self.command("sh", "-c", script, options=self.reference())
        self.allow("alt+a", "run.png")
        output, errors = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 7, errors)
        self.assertEqual(output, f"{hashlib.sha256(value.encode()).hexdigest()}  -\nhas it: {HIDDEN}, no key\n")
        self.assertEqual(errors, f"{HIDDEN}\n")
        self.wait_for_none()
        rows = self.stop_and_read_audit()
        used = [row for row in rows if row["action"] == "use"]
        self.assertEqual([row["outcome"].lower() for row in used][-1], "allowed", used)
        self.assertNotIn(value, str(rows))

    def test_asks_for_another_command_and_not_for_the_same(self):
        def asked():
            return self.command("sh", "-c", 'test -n "$TOKEN"', options=self.reference())
        running = asked()
        window, _ = self.wait_for_question()
        self.focus(window)
        time.sleep(1.5)
        self.press("Tab", "Tab", "Tab", "space")
        time.sleep(0.3)
        self.press("u")  # this command, while unlocked
        self.assertEqual(running.wait(30), 0, running.stderr.read())
        again = asked()
        self.assertEqual(again.wait(30), 0, again.stderr.read())
        other = self.command("sh", "-c", 'echo "$TOKEN" | rev', options=self.reference())
        self.allow("Escape")
        output, errors = other.communicate(timeout=30)
        self.assertEqual((other.returncode, output), (125, ""))
        self.assertIn("did not allow", errors)

    def test_goes_away_with_who_waits(self):
        running = self.command("true", options=self.reference())
        self.wait_for_question()
        running.send_signal(signal.SIGINT)
        self.assertNotEqual(running.wait(10), 0)
        self.wait_for_none()

    def test_tells_nobody_else(self):
        body = {"ref": self.password["ref"], "command": "/usr/bin/true"}
        for key in ("codex-agent", "trusted"):
            answer = self.app.request("POST", "/api/use", self.tokens[key], body=body)
            self.assertEqual((answer.status, answer.error), (403, "own_program_only"), answer)
        # Nor another program of that name.
        copy = self.desktop.home / "clavitor"
        shutil.copy(PROGRAMS / "clavitor", copy)
        done = self.command("true", program=copy, options=self.reference())
        output, errors = done.communicate(timeout=30)
        self.assertEqual(done.returncode, 125, output)
        self.assertIn("clavitor run", errors)
        self.assertEqual(self.windows(), [])

    def test_lends_its_name_to_no_connection_begun_before_it(self):
        """Handed to it at its start, by TCP or by the door, as another descriptor or as its input; both hold it then."""
        door = next((self.desktop.home / "run" / "clavitor").glob(f"bridge*{self.app.port}.sock"))
        for family, address in ((socket.AF_INET, ("127.0.0.1", self.app.port)), (socket.AF_UNIX, str(door))):
            for handed in ("descriptor", "input"):
                with self.subTest(family=family.name, handed=handed), socket.socket(family, socket.SOCK_STREAM) as connection:
                    connection.settimeout(30)
                    connection.connect(address)
                    more = {"pass_fds": [connection.fileno()]} if handed == "descriptor" else {"stdin": connection.fileno()}
                    waiting = self.command("true", options=self.reference(), **more)
                    self.wait_for_question()
                    body = json.dumps({"ref": self.password["ref"], "command": "/usr/bin/true"}).encode()
                    connection.sendall((f"POST /api/use HTTP/1.1\r\nHost: localhost:{self.app.port}\r\nAuthorization: Bearer {self.tokens['codex-agent']}\r\n"
                                        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
                                       .replace(b"Host: localhost:%d" % self.app.port, b"Host: localhost" if family == socket.AF_UNIX else b"Host: localhost:%d" % self.app.port) + body)
                    answer = raw.read_answer(connection)
                    self.assertEqual(answer.status, 403, answer)
                    self.assertIn(b"own_program_only", answer.body)
                    waiting.terminate()
                    self.assertNotEqual(waiting.wait(10), 0)
                    self.wait_for_none()

    def test_takes_references_from_the_environment_and_ids_for_names(self):
        ref = f"clavitor://{self.entry['id']}/{quote(self.password['id'])}"
        done = self.command("sh", "-c", 'echo "$ONE"; printenv TWO', key="trusted", env={"ONE": ref}, options=("--env", "TWO=" + self.password["ref"]))
        output, errors = done.communicate(timeout=30)
        self.assertEqual((done.returncode, output), (0, f"{HIDDEN}\n{HIDDEN}\n"), errors)

    def test_says_why_nothing_was_run(self):
        missing = self.desktop.home / "ran"
        for name, options, env, part in [
            ("no such entry", ("--env", "T=clavitor://nothing/password"), {}, "nothing here under that name"),
            ("no such field", ("--env", f"T=clavitor://{quote(self.entry['title'], safe='')}/nothing"), {}, "no field of that name"),
            ("a value in place of a reference", ("--env", "T=hunter2"), {}, "names no value"),
            ("nothing to put in", (), {}, "Nothing says which value"),
            ("half a token", self.reference(), {"CLAVITOR_TOKEN": "clavitor_x"}, "no token of a key"),
        ]:
            with self.subTest(name):
                done = self.command("touch", str(missing), key="trusted", env=env, options=options)
                output, errors = done.communicate(timeout=30)
                self.assertEqual((done.returncode, output), (125, ""), errors)
                self.assertIn(part, errors)
                self.assertNotIn("hunter2", errors)
        if not Path(f"/run/user/{os.getuid()}").exists():
            done = self.command("touch", str(missing), key="trusted", env={"XDG_RUNTIME_DIR": ""}, options=self.reference())
            output, errors = done.communicate(timeout=30)
            self.assertEqual((done.returncode, output), (125, ""), errors)
            self.assertIn("XDG_RUNTIME_DIR", errors)
        self.app.stop()
        done = self.command("touch", str(missing), key="trusted", options=self.reference())
        output, errors = done.communicate(timeout=30)
        self.assertEqual(done.returncode, 125)
        self.assertIn("Clavitor is not there", errors)
        self.assertFalse(missing.exists())


class FromTheKeychain(unittest.TestCase):
    def test_finds_the_key_by_its_id(self):
        with Desktop(screen=False) as desktop:
            folder = desktop.home / "vault"
            token = vault.create(folder, PASSWORD, entries=1, keys=["trusted"])["trusted"]
            with Clavitor(desktop, "--vault", folder, "--password-stdin", "--minimised", stdin=PASSWORD) as app:
                kept = subprocess.run([str(PROGRAMS / "clavitor"), "keep"], input=token + "\n", capture_output=True, text=True, timeout=60, env=desktop.env)
                self.assertEqual(kept.returncode, 0, kept.stderr)
                self.assertEqual(kept.stdout.strip(), app.get("/api/status", token).json["key"]["id"])
                entry = app.get("/api/entries?limit=1", token).json["entries"][0]
                done = subprocess.run([str(PROGRAMS / "clavitor"), "run", "--port", str(app.port), "--key", kept.stdout.strip(), "--env",
                                       f"TOKEN=clavitor://{quote(entry['title'], safe='')}/password", "--", "sh", "-c", 'echo "$TOKEN"'],
                                      capture_output=True, text=True, timeout=60, env=desktop.env)
                self.assertEqual((done.returncode, done.stdout), (0, HIDDEN + "\n"), done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
