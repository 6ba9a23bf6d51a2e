# SPDX-License-Identifier: GPL-3.0-or-later
"""The built program as a test sees it: started with arguments, read from its output, talked to over loopback."""
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

PROGRAMS = Path(os.environ.get("CLAVITOR_E2E_PROGRAMS", "build/release/bin"))


def free_port():
    """One that is free on both loopback addresses, below the range that outgoing connections use."""
    for _ in range(200):
        port = random.randrange(20000, 30000)
        try:
            for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with socket.socket(family, socket.SOCK_STREAM) as probe:
                    probe.bind((address, port))
            return port
        except OSError:
            continue
    raise RuntimeError("no free port")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]["code"]

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Clavitor:
    """A running `clavitor`. `start()` waits until the bridge serves; leaving the context ends it."""

    def __init__(self, desktop, *arguments, port=None, stdin=None):
        self.desktop = desktop
        self.port = port or free_port()
        self.arguments = [str(a) for a in arguments] + ["--port", str(self.port)]
        self.stdin = stdin
        self.programs = PROGRAMS
        self.wrapper = []   # a command that starts the one that follows it
        self.limits = None  # run in the child before the program starts
        self.lines = []
        self.errors = []
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def launch(self):
        """Starts it without waiting for anything."""
        self.lines, self.errors = [], []
        self.process = subprocess.Popen([*self.wrapper, str(self.programs / "clavitor"), *self.arguments], env=self.desktop.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.desktop.home, preexec_fn=self.limits, **self.desktop.runs_as)
        self.readers = [threading.Thread(target=self._read, args=(stream, into), daemon=True)
                        for stream, into in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()
        if self.stdin is not None:
            try:
                self.process.stdin.write(self.stdin.encode() + b"\n")
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        return self

    @staticmethod
    def _read(stream, into):
        for line in iter(stream.readline, b""):
            into.append(line.decode(errors="replace").rstrip("\n"))

    def start(self, seconds=60):
        self.launch()
        self.wait_until_served(seconds)
        return self

    def wait_until_served(self, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.get("/health", token=None, timeout=2).json["status"] == "unlocked":
                    return
            except (OSError, http.client.HTTPException, ValueError):
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"clavitor does not serve on {self.port}:\n" + self.output())
            time.sleep(0.01)

    def wait_until_answers(self, seconds=20):
        """Until the bridge serves, whether the vault is open or not."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.get("/health", token=None, timeout=2)
                return
            except (OSError, http.client.HTTPException):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the bridge does not serve on {self.port}:\n" + self.output()) from None
                time.sleep(0.02)

    def wait_for_line(self, pattern, seconds=30):
        deadline = time.monotonic() + seconds
        while True:
            for line in list(self.lines):
                if match := re.search(pattern, line):
                    return match
            if self.process.poll() is not None and not any(r.is_alive() for r in self.readers) or time.monotonic() > deadline:
                raise AssertionError(f"clavitor printed no line like {pattern!r}:\n" + self.output())
            time.sleep(0.02)

    def output(self):
        return "\n".join(["-- stdout", *self.lines, "-- stderr", *self.errors])

    # -- what --demo prints
    def printed(self, name):
        return self.wait_for_line(rf"^\s*{name}:\s+(\S.*)$").group(1).strip()

    @property
    def token(self):
        return self.wait_for_line(r"^\s*token:\s+(clavitor_[0-9A-Za-z]{57})\s*$").group(1)

    @property
    def vault(self):
        return Path(self.printed("vault"))

    @property
    def password(self):
        return self.printed("master password")

    # -- processes
    @property
    def bridge_pid(self):
        for child in _children(self.process.pid):
            if _command(child).endswith("clavitor-bridge"):
                return child
        return None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        if self.process:
            self._reap()

    def _reap(self):
        self.process.wait()
        for reader in self.readers:
            reader.join(2)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except (BrokenPipeError, OSError):
                pass

    def exit_status(self, seconds=30):
        status = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(5)
        return status

    # -- HTTP
    def request(self, method, path, token="own", headers=None, body=None, address="127.0.0.1", timeout=30):
        connection = http.client.HTTPConnection(address, self.port, timeout=timeout)
        headers = dict(headers or {})
        if token == "own":
            token = self.token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path, token="own", **options):
        return self.request("GET", path, token, **options)

    def search(self, query, **options):
        return self.get(f"/api/search?q={quote(query)}", **options)

    def tool(self, name, arguments=None, token="own", **options):
        """One legacy tools/call; answers the result object."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments or {}}}
        answer = self.request("POST", "/mcp", token, body=body, headers={"Accept": "application/json, text/event-stream"}, **options)
        return answer.json["result"] if answer.status == 200 else answer


def _children(pid):
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:
        return ""


def resident_kilobytes(pid):
    return int(re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M).group(1))


def url_port(url):
    return urlsplit(url).port
