# SPDX-License-Identifier: GPL-3.0-or-later
"""The two commands, `clavitor doctor` and `clavitor headers`, beside the running program and without it."""
import base64
import hashlib
import json
import os
import pty
import socket
import subprocess
import threading
import unittest

import vault
from desktop import Desktop
from program import PROGRAMS, Clavitor, free_port


def run(desktop, *arguments, **options):
    return subprocess.run([str(PROGRAMS / "clavitor"), *map(str, arguments)], env=desktop.env, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **options)


def run_with(desktop, text, *arguments):
    return subprocess.run([str(PROGRAMS / "clavitor"), *arguments], env=desktop.env, input=text + "\n", capture_output=True, text=True, timeout=60)


def codex_config(desktop):
    return desktop.home / ".codex" / "config.toml"


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        codex_config(cls.desktop).parent.mkdir()
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def doctor(self, *arguments):
        done = run(self.desktop, "doctor", "--json", "--port", self.app.port, "--vault", self.app.vault, *arguments)
        self.assertEqual(done.stderr, "")
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["ok"] else 1)
        return {line["subject"]: line for line in report["lines"]}

    def write(self, table):
        codex_config(self.desktop).write_text(f'[mcp_servers.clavitor]\nurl = "http://localhost:{self.app.port}/mcp"\n{table}\n')

    def test_finds_everything_in_order_beside_the_running_program(self):
        self.write(f'http_headers = {{ Authorization = "Bearer {self.app.token}" }}')
        lines = self.doctor()
        for subject in (f"127.0.0.1:{self.app.port}", f"[::1]:{self.app.port}", "Bridge", "Vault", "Keychain", "Codex", "Token of Codex", "Versions"):
            self.assertEqual(lines[subject]["state"], "ok", lines[subject])
        self.assertIn(lines["Clock"]["state"], ("ok", "note"), lines["Clock"])  # whether this machine's clock is kept right is its own affair
        # The vault was not disturbed: it still answers.
        self.assertEqual(self.app.get("/api/status").status, 200)

    def test_takes_the_safest_set_up_for_one(self):
        # The block of the README, as Codex has it.
        kept = run_with(self.desktop, self.app.token, "keep")
        self.assertEqual(kept.returncode, 0, kept.stderr)
        shim = PROGRAMS.resolve() / "clavitor-mcp"
        for command, state in ((shim, "ok"), (shim.parent / "gone" / "clavitor-mcp", "to do")):
            codex_config(self.desktop).write_text(f'[mcp_servers.clavitor]\ncommand = "{command}"\nargs = ["{self.app.token[9:17]}", "--port", "{self.app.port}"]\n')
            lines = self.doctor()
            self.assertEqual(lines["Codex"]["state"], state, lines["Codex"])
            if state == "ok":
                self.assertEqual(lines["Token of Codex"]["state"], "ok", lines["Token of Codex"])
                self.assertEqual(lines["Bridge's socket"]["state"], "ok", lines["Bridge's socket"])
        codex_config(self.desktop).write_text(f'[mcp_servers.clavitor]\ncommand = "{shim}"\nargs = ["zzzzzzzz", "--port", "{self.app.port}"]\n')
        self.assertIn("zzzzzzzz", self.doctor()["Token of Codex"]["next"])

    def test_says_the_same_as_text_and_shows_no_token(self):
        self.write(f'http_headers = {{ Authorization = "Bearer {self.app.token}" }}')
        done = run(self.desktop, "doctor", "--port", self.app.port, "--vault", self.app.vault)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in self.doctor().values():
            self.assertIn(f"{line['state']:9}{line['subject']}: ", done.stdout)
        self.assertNotIn(self.app.token, done.stdout)
        self.assertNotIn(self.app.token[17:60], done.stdout)
        self.assertTrue(done.stdout.endswith("Everything is in order.\n"))

    def test_sends_no_token_to_a_program_that_answers_like_clavitor(self):
        with socket.create_server(("127.0.0.1", 0)) as fake:
            port = fake.getsockname()[1]
            received = []

            def serve():
                body = b'{"name":"clavitor","api_version":"1.0.0","status":"unlocked","locked":false}'
                while True:
                    try:
                        client, _ = fake.accept()
                    except OSError:
                        return
                    with client:
                        received.append(client.recv(65536))
                        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body)

            thread = threading.Thread(target=serve)
            thread.start()
            codex_config(self.desktop).write_text(f'[mcp_servers.clavitor]\nurl = "http://localhost:{port}/mcp"\n'
                                                  f'http_headers = {{ Authorization = "Bearer {self.app.token}" }}\n')
            done = run(self.desktop, "doctor", "--json", "--port", port, "--vault", self.app.vault)
            fake.shutdown(socket.SHUT_RDWR)
            thread.join()
            lines = {line["subject"]: line for line in json.loads(done.stdout)["lines"]}
            self.assertTrue(received)
            heard = b"".join(received)
            # Not assertNotIn: what fails must not print it.
            self.assertFalse(b"authorization" in heard.lower(), "a header with a token was sent")
            self.assertFalse(self.app.token[9:].encode() in heard, "a token was sent")
            self.assertEqual(lines[f"127.0.0.1:{port}"]["state"], "to do")
            self.assertIn(f"(process {os.getpid()}) answers as if it were Clavitor", lines[f"127.0.0.1:{port}"]["finding"])
            self.assertEqual(lines["Token of Codex"]["state"], "note", lines["Token of Codex"])

    def test_recognises_the_ignored_table_of_headers(self):
        self.write(f'[mcp_servers.clavitor.headers]\nAuthorization = "Bearer {self.app.token}"')
        line = self.doctor()["Codex"]
        self.assertEqual(line["state"], "to do")
        self.assertIn('"headers"', line["finding"])

    def test_tells_a_token_the_vault_does_not_know(self):
        other = self.app.token[:9] + "".join(reversed(self.app.token[9:17])) + self.app.token[17:]
        self.write(f'http_headers = {{ Authorization = "Bearer {other}" }}')
        self.assertEqual(self.doctor()["Codex"]["state"], "to do")  # its checksum does not fit any more
        self.write('http_headers_helper = "clavitor headers zzzzzzzz"')
        line = self.doctor()["Token of Codex"]
        self.assertEqual(line["state"], "to do")
        self.assertIn("zzzzzzzz", line["next"])

    def test_says_where_a_file_is_broken(self):
        codex_config(self.desktop).write_text("model = 'x'\nmcp_servers = \n")
        self.assertIn("line 2", self.doctor()["Codex"]["finding"])


class DoctorOnRecord(unittest.TestCase):
    def test_is_known_to_the_vault_by_its_program(self):
        # Without that its try of a pinned key would raise an alarm.
        with Desktop(screen=False) as desktop:
            codex_config(desktop).parent.mkdir()
            app = Clavitor(desktop, "--demo").start()
            self.addCleanup(app.stop)
            codex_config(desktop).write_text(f'[mcp_servers.clavitor]\nurl = "http://localhost:{app.port}/mcp"\n'
                                             f'http_headers = {{ Authorization = "Bearer {app.token}" }}\n')
            done = run(desktop, "doctor", "--port", app.port, "--vault", app.vault)
            self.assertEqual(done.returncode, 0, done.stdout)
            folder, password = app.vault, app.password
            app.kill()
            calls = [row for row in vault.audit(folder, password) if row["action"] == "status"]
            self.assertEqual([row["program"] for row in calls], [os.path.realpath(PROGRAMS / "clavitor")])


class BareDesktop(Desktop):
    """Without a bus: on the one these tests share, asking for a keyring would have it start a locked one."""

    def __init__(self):
        super().__init__(screen=False, keyring=False)

    def __enter__(self):
        super().__enter__()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.home}/nothing"
        return self


class DoctorAlone(unittest.TestCase):
    def test_says_what_to_do_where_nothing_runs(self):
        with BareDesktop() as desktop:
            done = run(desktop, "doctor", "--port", free_port())
            self.assertEqual(done.returncode, 1)
            self.assertIn("Nobody answers.", done.stdout)
            self.assertIn("Start Clavitor and make one.", done.stdout)
            self.assertRegex(done.stdout, r"There are \d things to do\.\n\Z")

    def test_names_the_program_that_holds_the_port(self):
        with BareDesktop() as desktop, socket.create_server(("127.0.0.1", 0)) as holder:
            done = run(desktop, "doctor", "--port", holder.getsockname()[1])
            self.assertIn(f"(process {os.getpid()})", done.stdout)

    def test_opens_no_window_and_needs_no_display(self):
        with BareDesktop() as desktop:
            desktop.env["QT_QPA_PLATFORM"] = "nonsense"
            self.assertEqual(run(desktop, "doctor", "--port", free_port()).returncode, 1)


class Headers(unittest.TestCase):
    """With a real keyring; what lies in it is put there by another program, in the form QtKeychain gives it."""

    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)

    def keep(self, key, secret):
        done = self.desktop.run("secret-tool", "store", "--label", f"token-{key}", "xdg:schema", "org.qt.keychain", "user", f"token-{key}",
                                "server", "clavitor", "type", "base64", input=base64.b64encode(secret).decode())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_prints_the_headers_and_nothing_else(self):
        self.keep("Kq7ZrT2k", hashlib.sha256(b"secret").digest())
        done = run(self.desktop, "headers", "Kq7ZrT2k")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\A\{\"Authorization\":\"Bearer clavitor_Kq7ZrT2k[0-9A-Za-z]{49}\"\}\n\Z")
        self.assertEqual(list(json.loads(done.stdout)), ["Authorization"])

    def test_shows_it_in_a_terminal_only_when_told(self):
        self.keep("Kq7ZrT2k", hashlib.sha256(b"secret").digest())
        for arguments, code, word in ((["headers", "Kq7ZrT2k"], 2, "--show"), (["headers", "Kq7ZrT2k", "--show"], 0, "Bearer clavitor_")):
            controller, terminal = pty.openpty()
            done = subprocess.Popen([str(PROGRAMS / "clavitor"), *arguments], env=self.desktop.env, stdout=terminal, stderr=subprocess.PIPE, text=True)
            said = done.communicate(timeout=60)[1]
            os.close(terminal)
            shown = b""
            try:
                shown = os.read(controller, 4096)
            except OSError:
                pass  # nothing was written
            os.close(controller)
            self.assertEqual(done.returncode, code)
            self.assertIn(word, said + shown.decode())
            self.assertEqual(b"clavitor_Kq7" in shown, code == 0)

    def test_says_that_there_is_no_such_token(self):
        done = run(self.desktop, "headers", "zzzzzzzz")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("zzzzzzzz", done.stderr)

    def test_refuses_an_item_that_is_no_secret_of_ours(self):
        self.keep("shortone", b"too short")
        done = run(self.desktop, "headers", "shortone")
        self.assertEqual((done.returncode, done.stdout), (3, ""))

    def test_asks_for_an_id_and_not_for_a_name(self):
        for arguments in (["headers"], ["headers", "codex-agent"], ["headers", "../../etc"]):
            done = run(self.desktop, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("8 characters", done.stderr)

    def test_finds_the_session_without_its_environment(self):
        # As Codex starts it: with HOME and PATH alone. The bus is where systemd puts it, if this system has such a place.
        self.keep("Kq7ZrT2k", hashlib.sha256(b"secret").digest())
        done = subprocess.run([str(PROGRAMS / "clavitor"), "headers", "Kq7ZrT2k"], capture_output=True, text=True, timeout=60,
                              env={name: self.desktop.env[name] for name in ("HOME", "PATH", "XDG_RUNTIME_DIR")})
        # The bus of this test lies elsewhere, so it is not found; it says so in a sentence and quickly.
        self.assertEqual(done.returncode, 5, done.stdout)
        self.assertIn("no keychain running", done.stderr)
        bus = self.desktop.home / "run" / "bus"
        address = self.desktop.env["DBUS_SESSION_BUS_ADDRESS"].split(",")[0]
        if not address.startswith("unix:path="):
            self.skipTest("the bus is no file that could be linked")
        os.link(address.removeprefix("unix:path="), bus)
        done = subprocess.run([str(PROGRAMS / "clavitor"), "headers", "Kq7ZrT2k"], capture_output=True, text=True, timeout=60,
                              env={name: self.desktop.env[name] for name in ("HOME", "PATH", "XDG_RUNTIME_DIR")})
        bus.unlink()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Bearer clavitor_Kq7ZrT2k", done.stdout)


class HeadersWithoutAKeyring(unittest.TestCase):
    def test_says_that_there_is_none(self):
        with BareDesktop() as desktop:
            done = run(desktop, "headers", "Kq7ZrT2k")
            self.assertEqual((done.returncode, done.stdout), (5, ""))
            self.assertIn("no keychain running", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
