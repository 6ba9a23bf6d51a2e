# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to the person, on the built program in a real window: what an agent waits for, what a key or a click gives it,
and what they do not."""
import http.client
import re
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import quote

import vault
from desktop import Desktop
from program import Answer, Clavitor

PASSWORD = "orchid-tangent-harbour-nine"
QUESTION = "A question"
DEAD = 0.8


class Call(threading.Thread):
    """A request that is held until somebody answers; `leave()` hangs up."""

    def __init__(self, app, path, token):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)
        self.path, self.token, self.answer = path, token, None
        self.start()

    def run(self):
        try:
            self.connection.request("GET", self.path, headers={"Authorization": f"Bearer {self.token}"})
            response = self.connection.getresponse()
            self.answer = Answer(response.status, dict(response.getheaders()), response.read())
            self.connection.close()
        except (OSError, http.client.HTTPException, AttributeError):
            pass

    def leave(self):
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def result(self, seconds=20):
        self.join(seconds)
        return self.answer


class Questions(unittest.TestCase):
    """An open vault in the tray, two keys that ask first, and what a person sees and presses."""

    @classmethod
    def setUpClass(cls):
        cls.shots = Path("screenshots")
        cls.shots.mkdir(exist_ok=True)

    def setUp(self):
        self.desktop = self._enter(Desktop(keyring=False))
        self.prepare()
        self.vault = self.desktop.home / "vault"
        self.tokens = vault.create(self.vault, PASSWORD, entries=12, keys=["codex-agent:asks", "deploy-agent:asks"])
        self.app = self._enter(Clavitor(self.desktop, "--vault", self.vault, "--password-stdin", "--minimised", stdin=PASSWORD))
        self.ids = [entry["id"] for entry in self.app.get("/api/entries?limit=100", self.tokens["codex-agent"]).json["entries"]]
        self.assertEqual(self.windows(), [], "nothing is asked yet")

    def prepare(self):
        """What stands on the desktop before the program starts."""

    def _enter(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def windows(self):
        return self.desktop.run("xdotool", "search", "--onlyvisible", "--name", QUESTION).stdout.split()

    def wait_for_question(self, seconds=10):
        deadline = time.monotonic() + seconds
        while True:
            found = self.windows()
            if found:
                return found[0], time.monotonic()
            if time.monotonic() > deadline:
                self.desktop.screenshot(self.shots / "approval-none.png")
                self.fail("no question came up\n" + self.app.output())
            time.sleep(0.01)

    def wait_for_none(self, seconds=10):
        deadline = time.monotonic() + seconds
        while self.windows():
            if time.monotonic() > deadline:
                self.desktop.screenshot(self.shots / "approval-stays.png")
                self.fail("the question stays")
            time.sleep(0.05)

    def focus(self, window):
        self.desktop.run("xdotool", "windowactivate", "--sync", window)

    def press(self, *keys):
        for key in keys:
            self.desktop.run("xdotool", "key", key)

    def ask(self, entry=0, key="codex-agent", reason="deploy the staging stack"):
        return Call(self.app, f"/api/entries/{self.ids[entry]}?reason={quote(reason)}", self.tokens[key])

    def stop_and_read_audit(self):
        self.app.stop()
        return vault.audit(self.vault, PASSWORD)

    def _window_named(self, name):
        deadline = time.monotonic() + 10
        while not (found := self.desktop.run("xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(name)}").stdout.split()):
            self.assertLess(time.monotonic(), deadline, name)
            time.sleep(0.05)
        return found[0]


class ByWindow(Questions):
    def test_gives_the_entry_after_the_dead_time_and_nothing_before(self):
        call = self.ask()
        window, since = self.wait_for_question()
        self.focus(window)
        pressed = 0
        while time.monotonic() - since < DEAD - 0.35:  # xdotool itself takes a while, and its last key must come in time
            self.press("alt+u", "Return", "space")
            pressed += 1
        self.assertGreater(pressed, 0)
        self.desktop.screenshot(self.shots / "approval-dead.png")
        self.assertIsNone(call.answer, "a key in the dead time answered")
        self.assertEqual(len(self.windows()), 1)
        time.sleep(1.5)
        self.desktop.screenshot(self.shots / "approval.png")
        self.assertIsNone(call.answer)
        self.press("alt+u")
        answer = call.result()
        self.assertIsNotNone(answer, "the held call has no answer")
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("correct-horse", answer.body.decode())
        self.wait_for_none()
        again = self.ask().result()
        self.assertEqual(again.status, 200, "allowed while unlocked: not asked again")
        self.assertEqual(self.windows(), [])
        rows = self.stop_and_read_audit()
        self.assertTrue(any(row["action"] == "read" and row["outcome"].lower() == "allowed" for row in rows), rows[-5:])

    def test_denies_by_escape_and_by_closing(self):
        for way in ("Escape", "close", "Return"):
            call = self.ask()
            window, _ = self.wait_for_question()
            self.focus(window)
            time.sleep(1.2)
            self.press("alt+F4" if way == "close" else way)
            answer = call.result()
            self.assertIsNotNone(answer, way)
            self.assertEqual(answer.status, 403, (way, answer))
            self.assertNotIn("correct-horse", answer.body.decode())
            self.wait_for_none()

    def test_suggests_a_rule_after_three_same_answers(self):
        for _ in range(3):
            call = self.ask()
            window, _ = self.wait_for_question()
            self.focus(window)
            time.sleep(1.2)
            self.press("Tab", "Tab", "Tab", "space")  # the other ways to allow it
            time.sleep(0.3)
            self.press("a")
            answer = call.result()
            self.assertIsNotNone(answer, "allowed once by the menu")
            self.assertEqual(answer.status, 200, answer)
            self.wait_for_none()
        rule = self._window_named("A rule for next time")
        self.focus(rule)
        time.sleep(1.2)
        self.desktop.screenshot(self.shots / "approval-rule.png")
        self.press("alt+a")
        deadline = time.monotonic() + 10
        while self.desktop.run("xdotool", "search", "--onlyvisible", "--name", "A rule for next time").stdout:
            self.assertLess(time.monotonic(), deadline, "the card stays")
            time.sleep(0.05)
        self.assertEqual(self.ask().result(5).status, 200)
        self.assertEqual(self.windows(), [], "not asked any more")

    def test_takes_no_keyboard_from_who_types_elsewhere(self):
        self.desktop.start("display", "-title", "elsewhere", "logo:", stderr=subprocess.DEVNULL)
        other = self._window_named("elsewhere")
        self.focus(other)
        call = self.ask()
        self.wait_for_question()
        time.sleep(1.2)
        self.assertEqual(self.desktop.run("xdotool", "getactivewindow").stdout.strip(), other)
        self.press("Return", "space", "alt+u")
        time.sleep(0.5)
        self.assertIsNone(call.answer, "keys meant for another window answered")
        call.leave()

    def test_goes_when_the_agent_leaves(self):
        call = self.ask()
        window, _ = self.wait_for_question()
        call.leave()
        time.sleep(0.7)
        self.desktop.screenshot(self.shots / "approval-left.png")
        self.wait_for_none(8)
        rows = self.stop_and_read_audit()
        self.assertFalse(any(row["action"] == "read" and row["outcome"].lower() == "allowed" for row in rows))

    def connect(self, key, entry):
        connection = socket.create_connection(("127.0.0.1", self.app.port), timeout=30)
        connection.sendall(f"GET /api/entries/{entry} HTTP/1.1\r\nHost: 127.0.0.1:{self.app.port}\r\n"
                           f"Authorization: Bearer {self.tokens[key]}\r\nConnection: close\r\n\r\n".encode())
        return connection

    def test_makes_one_window_of_a_thousand_calls(self):
        held, most = [], 0
        for number in range(1000):
            connection = self.connect("codex-agent", self.ids[0])
            if number < 16:
                held.append(connection)
                continue
            # As many as that are held; the others are told to come back.
            self.assertIn(b" 202 ", connection.recv(4096).split(b"\r\n")[0])
            connection.close()
            if number % 100 == 99:
                most = max(most, len(self.windows()))
        self.wait_for_question()
        most = max(most, len(self.windows()))
        self.desktop.screenshot(self.shots / "approval-thousand.png")
        self.assertEqual(most, 1)
        for connection in held:
            connection.close()

    def test_stops_a_key_that_asks_and_hangs_up(self):
        # Three are let go, each further one is a denial, and five of those stop it.
        for number in range(8):
            connection = self.connect("codex-agent", self.ids[number])
            time.sleep(0.1)
            connection.close()
            self.assertLessEqual(len(self.windows()), 1)
        time.sleep(0.2)
        answer = self.app.get(f"/api/entries/{self.ids[0]}", self.tokens["codex-agent"])
        self.assertEqual(answer.status, 403, answer)
        self.assertEqual(answer.error, "key_paused")
        self.assertGreater(int(answer.headers["retry-after"]), 500)
        self.wait_for_none()
        # Another key is not stopped by it.
        other = self.connect("deploy-agent", self.ids[0])
        self.wait_for_question()
        other.close()

    def test_stays_down_while_another_program_fills_the_screen(self):
        rules = Path("/etc/xdg/openbox/rc.xml").read_text()
        rules = rules.replace("</applications>", '<application title="film*"><fullscreen>yes</fullscreen><focus>yes</focus></application></applications>')
        own = Path(self.desktop.env["XDG_CONFIG_HOME"]) / "openbox"
        own.mkdir(parents=True)
        (own / "rc.xml").write_text(rules)
        self.desktop.run("openbox", "--reconfigure")
        film = self.desktop.start("display", "-title", "film", "logo:", stderr=subprocess.DEVNULL)
        self.focus(self._window_named("film"))
        time.sleep(0.5)
        call = self.ask()
        time.sleep(2.5)
        self.desktop.screenshot(self.shots / "approval-full-screen.png")
        self.assertEqual(self.windows(), [])
        self.assertIsNone(call.answer)
        film.terminate()
        film.wait()
        window, _ = self.wait_for_question()
        self.focus(window)
        time.sleep(1.2)
        self.press("Escape")
        self.assertEqual(call.result().status, 403)


class ByNotification(Questions):
    """The desktop's own messages, shown by a real service of them (dunst)."""

    def prepare(self):
        self.chooser = self.desktop.home / "choose"
        self.choose("Allow once")
        config = self.desktop.home / "dunstrc"
        config.write_text(f"[global]\ndmenu = {self.chooser}\n")
        self.desktop.start("dunst", "-conf", config, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        owned = ("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner",
                 "string:org.freedesktop.Notifications")
        self.desktop._wait(lambda: "boolean true" in self.desktop.run(*owned).stdout, "dunst")

    def choose(self, words):
        self.chooser.write_text(f"#!/bin/sh\ngrep -m 1 '{words}'\n")
        self.chooser.chmod(0o755)

    def shown(self):
        return int(self.desktop.run("dunstctl", "count", "displayed").stdout.strip() or 0)

    def _answer(self, choice, status):
        self.choose(choice)
        call = self.ask()
        self.wait_for_question()
        self.desktop._wait(lambda: self.shown() > 0, "the notification")
        time.sleep(1.2)
        self.desktop.screenshot(self.shots / "approval-notification.png")
        self.desktop.run("dunstctl", "context")
        answer = call.result()
        self.assertIsNotNone(answer, "nothing came of it")
        self.assertEqual(answer.status, status, answer)
        self.wait_for_none()
        self.desktop._wait(lambda: self.shown() == 0, "the notification to go")

    def test_allows_once(self):
        self._answer("Allow once", 200)
        call = self.ask()
        self.wait_for_question()
        call.leave()

    def test_denies(self):
        self._answer("Deny", 403)

    def test_goes_with_the_question(self):
        call = self.ask()
        self.wait_for_question()
        self.desktop._wait(lambda: self.shown() > 0, "the notification")
        call.leave()
        self.desktop._wait(lambda: self.shown() == 0, "the notification to go")


if __name__ == "__main__":
    unittest.main(verbosity=2)
