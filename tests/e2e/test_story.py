# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of the first release, played on the built programs on a desktop of their own: demo vault, five paths, lock from
the tray, unlock, crash and come back. (`clavitor --demo --check` plays its own part of it, revoking a key included.)"""
import re
import subprocess
import time
import unittest
from pathlib import Path

from desktop import Desktop
from program import PROGRAMS, Clavitor, free_port

VAULT_ID = r"[0-9a-hjkmnp-tv-z]{12}"
REDACTED = {"value": "[REDACTED]", "l2": True}


def field(entry, kind):
    return next(f for f in entry["fields"] if f["kind"] == kind)


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop().__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def github(self):
        answer = self.app.search("github")
        self.assertEqual(answer.status, 200, answer)
        return next(entry for entry in answer.json["entries"] if entry["title"] == "github.com")

    # -- 1
    def test_1_prints_what_a_developer_needs_next(self):
        app = self.app
        self.assertRegex(app.printed("url"), rf"^http://localhost:{app.port}/?")
        self.assertRegex(app.token, r"^clavitor_")
        self.assertTrue(app.vault.is_dir())
        self.assertTrue(app.password)
        text = "\n".join(app.lines)
        self.assertIn("curl", text)
        self.assertIn("http_headers", text)
        self.assertIn("[mcp_servers.clavitor]", text)
        self.assertIn("codex-agent", text)
        self.assertRegex(text, rf"http://localhost:{app.port}/{VAULT_ID}/mcp")

    def test_1_keeps_the_vault_to_its_owner(self):
        self.assertEqual(self.app.vault.stat().st_mode & 0o777, 0o700)
        for file in self.app.vault.iterdir():
            self.assertEqual(file.stat().st_mode & 0o077, 0, file)

    # -- 2
    def test_2_runs_the_printed_curl_line(self):
        line = self.app.wait_for_line(r"^\s*(curl .*)$").group(1)
        done = subprocess.run(["bash", "-c", line + " --silent --show-error --fail"], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"octo"', done.stdout)

    def test_2_answers_the_search_with_values_and_a_live_code(self):
        entry = self.github()
        self.assertEqual(field(entry, "username")["value"], "octo")
        self.assertEqual(entry["urls"], ["https://github.com"])
        self.assertTrue(field(entry, "password")["value"])
        self.assertRegex(field(entry, "totp")["code"], r"^\d{6}$")
        self.assertNotIn("value", field(entry, "totp"))
        recovery = field(entry, "recovery_codes")
        self.assertEqual({k: v for k, v in recovery.items() if k not in ("id", "label", "kind")}, REDACTED)

    def test_2_answers_all_five_paths_with_and_without_the_vault_s_id(self):
        entry = self.github()
        vault_id = self.app.get("/api/status").json["vault_id"]
        self.assertRegex(vault_id, f"^{VAULT_ID}$")
        for prefix in ("", f"/{vault_id}"):
            listed = self.app.get(f"{prefix}/api/entries").json
            self.assertEqual(listed["total"], len(listed["entries"]))
            self.assertIn(entry["id"], [e["id"] for e in listed["entries"]])
            self.assertNotIn("value", str(listed))
            self.assertEqual(self.app.get(f"{prefix}/api/entries/{entry['id']}").json["title"], "github.com")
            self.assertEqual(self.app.get(f"{prefix}/api/search?q=github").json["query"], "github")
            code = self.app.get(f"{prefix}/api/ext/totp/{entry['id']}").json
            self.assertEqual((code["digits"], code["period"], code["title"]), (6, 30, "github.com"))
            self.assertTrue(1 <= code["expires_in"] <= 30)
            self.assertRegex(code["valid_until"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(len(self.app.get(f"{prefix}/api/generate?length=32").json["password"]), 32)
        self.assertEqual(self.app.get("/000000000000/api/entries").status, 404)

    def test_2_gives_the_code_that_an_authenticator_would_show(self):
        # The seed is the demo's own, in resources/demo/bitwarden.json; it never leaves the vault, so it is computed here.
        import base64, hashlib, hmac, json, struct
        demo = json.loads((Path(__file__).parents[2] / "resources/demo/bitwarden.json").read_text(encoding="utf-8"))
        seed = next(item["login"]["totp"] for item in demo["items"] if item["name"] == "github.com")
        secret = re.search(r"secret=([A-Z2-7]+)", seed, re.I)
        key = base64.b32decode((raw := (secret.group(1) if secret else seed).replace(" ", "").upper()) + "=" * (-len(raw) % 8))

        def code(counter):
            digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
            offset = digest[-1] & 15
            return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06d}"

        before = int(time.time()) // 30
        shown = self.app.get(f"/api/ext/totp/{self.github()['id']}").json["code"]
        self.assertIn(shown, [code(n) for n in range(before, int(time.time()) // 30 + 1)])

    def test_2_answers_on_both_loopback_addresses(self):
        self.assertEqual(self.app.get("/health", token=None, address="::1", headers={"Host": f"[::1]:{self.app.port}"}).status, 200)
        self.assertEqual(self.app.get("/health", token=None).status, 200)

    def test_2_tells_the_public_nothing_but_its_state(self):
        health = self.app.get("/health", token=None).json
        self.assertEqual(set(health), {"name", "api_version", "status"})
        self.assertEqual((health["name"], health["status"]), ("clavitor", "unlocked"))

    # -- 3
    def test_3_answers_the_same_over_mcp(self):
        result = self.app.tool("search", {"query": "github"})
        entry = next(e for e in result["structuredContent"]["entries"] if e["title"] == "github.com")
        self.assertEqual(field(entry, "username")["value"], "octo")
        self.assertIn("[REDACTED]", str(entry))

    # -- 4
    def test_4_has_its_window_and_its_tray_icon(self):
        windows = self.desktop.run("xdotool", "search", "--onlyvisible", "--name", "Clavitor").stdout.split()
        self.assertTrue(windows, "no window called Clavitor")
        self.assertIsNotNone(self._tray_icon(), "no icon in the tray:\n" + self.app.output())
        pictures = Path("screenshots")
        pictures.mkdir(exist_ok=True)
        self.desktop.screenshot(pictures / "story-window.png")

    def _tray_icon(self):
        """The middle of the icon in tint2's tray, which sits at the top right of a 1280 pixel screen."""
        tree = self.desktop.run("xwininfo", "-root", "-tree").stdout
        for match in re.finditer(r"(\d+)x(\d+)\+\d+\+\d+\s+\+(\d+)\+(\d+)", tree):
            width, height, left, top = map(int, match.groups())
            if 12 <= width <= 32 and 12 <= height <= 32 and left >= 1160 and top < 32:
                return left + width // 2, top + height // 2
        return None

    # -- 5
    def test_5_locks_from_the_tray_and_unlocks_with_the_master_password(self):
        x, y = self._tray_icon()
        self.desktop.run("xdotool", "mousemove", x, y, "click", 3)
        time.sleep(0.7)
        self.desktop.screenshot(Path("screenshots") / "story-tray-menu.png")
        self.desktop.run("xdotool", "key", "l")  # the mnemonic of Lock
        self._wait_for_status("locked")
        refused = self.app.search("github")
        self.assertEqual((refused.status, refused.error), (423, "locked"))
        self.assertTrue(refused.json["error"]["hint"])
        self.assertNotIn(b"octo", refused.body)
        result = self.app.tool("search", {"query": "github"})
        self.assertTrue(result["isError"])
        self.desktop.screenshot(Path("screenshots") / "story-locked.png")

        window = self.desktop.run("xdotool", "search", "--onlyvisible", "--name", "Clavitor").stdout.split()[0]
        self.desktop.run("xdotool", "windowactivate", "--sync", window)
        time.sleep(0.3)
        self.desktop.run("xdotool", "type", "--delay", "20", "not the password")
        self.desktop.run("xdotool", "key", "Return")
        time.sleep(3)
        self.assertEqual(self.app.search("github").status, 423)
        for _ in range(4):  # what is typed while the wrong one is still being hashed is lost; a busy machine takes its time
            self.desktop.run("xdotool", "key", "ctrl+a")
            self.desktop.run("xdotool", "type", "--delay", "20", self.app.password)
            self.desktop.run("xdotool", "key", "Return")
            if self._comes_to("unlocked", 10):
                break
        self._wait_for_status("unlocked", 1)
        self.assertEqual(self.app.search("github").status, 200)

    def _comes_to(self, status, seconds):
        deadline = time.monotonic() + seconds
        while self.app.get("/health", token=None).json["status"] != status:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _wait_for_status(self, status, seconds=10):
        if not self._comes_to(status, seconds):
            self.desktop.screenshot(Path("screenshots") / f"story-not-{status}.png")
            self.fail(f"the vault is not {status} after {seconds} s (see screenshots/story-not-{status}.png)")

    # -- 6
    def test_6_starts_the_bridge_again_within_a_second(self):
        first = self.app.bridge_pid
        self.assertIsNotNone(first)
        subprocess.run(["kill", "-KILL", str(first)], check=True)
        begin = time.monotonic()
        while True:
            try:
                if self.app.get("/health", token=None, timeout=1).status == 200:
                    break
            except OSError:
                pass
            self.assertLess(time.monotonic() - begin, 5, self.app.output())
            time.sleep(0.01)
        print(f"the bridge answers again {1000 * (time.monotonic() - begin):.0f} ms after its end", flush=True)
        self.assertNotEqual(self.app.bridge_pid, first)
        self.assertEqual(self.app.search("github").status, 200)

    def test_7_comes_back_whole_after_a_kill(self):
        vault, password, token = self.app.vault, self.app.password, self.app.token
        before = self.app.get("/api/entries?limit=100").json
        self.app.kill()
        with Clavitor(self.desktop, "--vault", vault, "--password-stdin", stdin=password) as again:
            after = again.get("/api/entries?limit=100", token).json
            self.assertEqual(after, before)
            self.assertEqual(again.search("github", token=token).status, 200)


class WithoutATray(unittest.TestCase):
    """A desktop that shows no tray icons: nothing may run where nobody can reach it."""

    def windows(self):
        return self.desktop.run("xdotool", "search", "--onlyvisible", "--name", "Clavitor").stdout.split()

    def test_keeps_its_window_and_ends_with_it(self):
        with Desktop(tray=False) as self.desktop, Clavitor(self.desktop, "--demo") as app:
            self.assertEqual(app.search("github").status, 200)
            time.sleep(4)  # longer than it looks for a tray
            self.assertEqual(len(self.windows()), 1, "the window stays")
            Path("screenshots").mkdir(exist_ok=True)
            self.desktop.screenshot(Path("screenshots") / "story-no-tray.png")
            # On a busy machine the key may come before the window has the keyboard.
            for _ in range(5):
                if window := next(iter(self.windows()), None):
                    self.desktop.run("xdotool", "windowactivate", "--sync", window, "key", "--window", window, "alt+F4")
                    time.sleep(3)
            self.assertEqual(self.windows(), [])
            self.assertEqual(app.exit_status(), 0, app.output())


class Check(unittest.TestCase):
    """`clavitor --demo --check` plays the story by itself."""

    def test_passes_without_a_display_and_says_so(self):
        with Desktop(screen=False) as desktop:
            done = subprocess.run([str(PROGRAMS / "clavitor"), "--demo", "--check", "--port", str(free_port())], env=desktop.env, capture_output=True,
                                  text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for words in ("mcp:codex-agent", "api:codex-agent", "423", "401", "[REDACTED]"):
            self.assertIn(words, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^.*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+read\s+github\.com\s+mcp:codex-agent")
        self.assertRegex(done.stdout, r"(?m)^.*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+search\s+\"github\"\s+api:codex-agent")
        self.assertRegex(done.stdout, r"(?m)^.*\s+totp\s+github\.com\s+")

    def test_fails_when_something_is_wrong(self):
        port = free_port()
        import socket
        with socket.create_server(("127.0.0.1", port)), Desktop(screen=False) as desktop:
            done = subprocess.run([str(PROGRAMS / "clavitor"), "--demo", "--check", "--port", str(port)], env=desktop.env, capture_output=True, text=True,
                                  timeout=120, stdin=subprocess.DEVNULL)
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
