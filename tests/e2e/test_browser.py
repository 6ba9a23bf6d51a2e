# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Chromium on a hostile page (SECURITY.md T1, T2, F3, F20): nothing it can send reaches a handler.

The browser's own network log tells what it sent and what the bridge answered, also where the page itself may not know.
"""
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import quote

from desktop import Desktop, stop
from program import Clavitor

PAGE = (Path(__file__).parent / "attack.html").read_bytes()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class AttackSite(http.server.ThreadingHTTPServer):
    """Serves the page on a loopback port of its own and takes its report."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), AttackHandler)
        self.report = None
        self.reported = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class AttackHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/attack"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if found:
            self.wfile.write(PAGE)

    def do_POST(self):
        self.server.report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()
        self.server.reported.set()

    def log_message(self, *_):
        pass


def network_log(path):
    """[(request line, request headers, response headers)] of every HTTP exchange in Chromium's net log."""
    text = path.read_text(encoding="utf-8", errors="replace").rstrip()
    try:
        log = json.loads(text)
    except ValueError:  # it was ended, so the list is not closed, and its last line (one event each) may be cut
        try:
            log = json.loads(text.rstrip(",") + "]}")
        except ValueError:
            log = json.loads(text[:text.rindex("\n")].rstrip(",") + "]}")
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    open_requests, exchanges = {}, []
    for event in log["events"]:
        source, params = event["source"]["id"], event.get("params", {})
        name = names.get(event["type"])
        if name == "HTTP_TRANSACTION_SEND_REQUEST_HEADERS":
            open_requests[source] = [params["line"].strip(), params["headers"], None]
            exchanges.append(open_requests[source])
        elif name == "HTTP_TRANSACTION_READ_RESPONSE_HEADERS" and source in open_requests:
            open_requests[source][2] = params["headers"]
    return exchanges


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if CHROMIUM is None:
            raise RuntimeError("chromium is not installed: packaging/install test")
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)
        cls.site = AttackSite()
        cls.addClassCleanup(cls.site.shutdown)

    def attack(self, targets, hosts, *options):
        self.site.reported.clear()
        profile = tempfile.mkdtemp(prefix="chromium-", dir=self.desktop.home)
        log = Path(profile, "net.json")
        what = quote(json.dumps({"targets": targets, "hosts": hosts, "token": self.app.token}))
        command = [CHROMIUM, "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                   "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={profile}", f"--log-net-log={log}", "--net-log-capture-mode=IncludeSensitive", *options]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        browser = subprocess.Popen([*command, f"http://127.0.0.1:{self.site.server_port}/attack#{what}"], env=self.desktop.env, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            self.assertTrue(self.site.reported.wait(60), "the page did not report")
            time.sleep(0.5)
        finally:
            stop(browser, patience=10)
        port = f":{self.app.port}"
        return self.site.report, [e for e in network_log(log) if any(h.lower().startswith("host:") and h.rstrip().endswith(port) for h in e[1])]

    def assertNothingGotThrough(self, report, exchanges, at_least):
        self.assertEqual(report["stolen"], [])
        self.assertGreaterEqual(len(exchanges), at_least, [e[:2] for e in exchanges])
        for line, sent, received in exchanges:
            if received is None:
                continue  # cut off without a word
            status = int(received[0].split()[1])
            self.assertIn(status, (400, 403, 415), f"{line}\n{sent}\n{received}")
            self.assertFalse([h for h in received if h.lower().startswith("access-control-")], received)
        self.assertEqual(self.app.search("github").status, 200, "and the agent is served as before")

    def test_page_on_loopback_reaches_no_handler(self):
        port = self.app.port
        targets = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://[::1]:{port}", f"http://0.0.0.0:{port}"]
        report, exchanges = self.attack(targets, [])
        self.assertEqual(len(report["tried"]), 13 * len(targets))
        self.assertNothingGotThrough(report, exchanges, at_least=8 * 3)

    def test_rebound_names_reach_no_handler(self):
        names = ["evil.test", "-x.evil.test", "xn--.evil.test", "a_b.evil.test", "evil.test.", "localhost.", "127.0.0.1.evil.test"]
        hosts = [f"{name}:{self.app.port}" for name in names]
        report, exchanges = self.attack([f"http://rebound.evil.test:{self.app.port}"], hosts, "--host-resolver-rules=MAP * 127.0.0.1")
        self.assertNothingGotThrough(report, exchanges, at_least=len(hosts))
        seen = {h.split(":", 1)[1].strip().rsplit(":", 1)[0] for _, sent, _ in exchanges for h in sent if h.lower().startswith("host:")}
        self.assertLessEqual({"evil.test", "-x.evil.test", "a_b.evil.test", "rebound.evil.test"}, seen)


if __name__ == "__main__":
    unittest.main(verbosity=2)
