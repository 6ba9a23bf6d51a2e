# SPDX-License-Identifier: GPL-3.0-or-later
"""One turn of the real Codex against the bridge, offline: a server on loopback plays the model and asks for the calls of a script.

What comes back is what the model would have read. CODEX_BIN names the binary, of `npm install @openai/codex@0.169.0` (400 MB, so it
is no part of the test run).
"""
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path

NAMESPACE = "mcp__clavitor"


class _Model(http.server.BaseHTTPRequestHandler):
    """The Responses API, as far as Codex needs it: each answer asks for the next call, the last one ends the turn."""

    def do_POST(self):
        turn = self.server.turn
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        turn.offered = turn.offered or [tool for group in body.get("tools", []) if group.get("name") == NAMESPACE for tool in group["tools"]]
        for item in body.get("input", []):
            if item.get("type") == "function_call_output":
                turn.outputs[item["call_id"]] = item["output"]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        turn.step += 1
        response = {"id": f"resp_{turn.step}"}
        self._event("response.created", response=response)
        if turn.step <= len(turn.calls):
            *own, name, arguments = turn.calls[turn.step - 1]
            namespace = {} if own else {"namespace": NAMESPACE}
            item = {"type": "function_call", "id": f"fc_{turn.step}", "call_id": f"call_{turn.step}", **namespace, "name": name, "arguments": json.dumps(arguments)}
        else:
            item = {"type": "message", "role": "assistant", "id": "msg_1", "content": [{"type": "output_text", "text": "done"}]}
        self._event("response.output_item.done", output_index=0, item=item)
        self._event("response.completed", response={**response, "usage": {"input_tokens": 1, "input_tokens_details": None, "output_tokens": 1,
                                                                          "output_tokens_details": None, "total_tokens": 2}})

    def _event(self, kind, **members):
        self.wfile.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode())

    def log_message(self, *_):
        pass


class Turn:
    """The calls are (tool of ours, arguments), or ("own", tool of Codex's, arguments). run() it, then look: `offered` are the tools as the model sees them, `said[i]` is what it read of call i."""

    def __init__(self, url, token, calls, settings=(), first=()):
        """`settings` are tables behind ours, `first` what stands before any table."""
        self.url, self.token, self.calls, self.settings, self.first = url, token, calls, list(settings), list(first)
        self.offered, self.outputs, self.step = [], {}, 0

    def run(self, timeout=180):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Model)
        server.turn = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # Codex warns about a home below /tmp.
        with tempfile.TemporaryDirectory(prefix="codex-", dir="/var/tmp") as home:
            work = Path(home) / "work"
            work.mkdir()
            config = Path(home) / "config.toml"
            config.touch(0o600)
            config.write_text("\n".join([
                *self.first, 'model = "scripted"', 'model_provider = "scripted"', "check_for_update_on_startup = false",
                "[model_providers.scripted]", 'name = "scripted"', f'base_url = "http://127.0.0.1:{server.server_port}/v1"', 'wire_api = "responses"',
                "request_max_retries = 0", "stream_max_retries = 0",
                "[analytics]", "enabled = false",
                "[mcp_servers.clavitor]", f'url = "{self.url}"', f'http_headers = {{ "Authorization" = "Bearer {self.token}" }}', *self.settings]) + "\n")
            env = {"PATH": os.environ["PATH"], "HOME": home, "CODEX_HOME": home, "NO_PROXY": "*"}
            self.done = subprocess.run([os.environ["CODEX_BIN"], "exec", "--skip-git-repo-check", "--ephemeral", "--json", "make the scripted calls"], cwd=work, env=env,
                                       stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        server.shutdown()
        server.server_close()
        return self

    @property
    def said(self):
        return [self._text(self.outputs.get(f"call_{i + 1}")) for i in range(len(self.calls))]

    @staticmethod
    def _text(output):
        if isinstance(output, list):
            output = "\n".join(part.get("text", "") for part in output)
        return None if output is None else re.sub(r"\AWall time: [\d.]+ seconds\nOutput:\n?", "", output)

    @property
    def tools(self):
        return [tool["name"] for tool in self.offered]
