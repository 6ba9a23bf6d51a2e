#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""random_requests.py PORT SEED COUNT SECONDS: asks the bridge at random, over REST and MCP, right and wrong, until so many were answered or so
much time has passed, and searches every byte that comes back. On standard input, as one JSON object:

  tokens     by who asks; "none" asks without one
  forbidden  by who asks: by its name, what that one must never be sent, as hexadecimal
  ids, words to ask for and to search for

Prints one JSON object: how many were answered, by status; what was found; how many connections the bridge closed; whether it let all of them wait.
"""
import collections
import json
import random
import re
import select
import socket
import sys
import time
from urllib.parse import quote

PORT, SEED, COUNT, SECONDS = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
given = json.load(sys.stdin)
chance = random.Random(SEED)
CONNECTIONS = 12
ODD = ["", "0", "-1", "1e400", "null", "../..", "%00", "\x00", "\u202e", "a" * 250, "é", "\ud7ff", "💥", "' OR 1=1 --", "*", '"', "{}", "[", "<b>", "${x}", "%s%n", "\r\nX: y", "clavitor://entries", "true"]
VERSIONS = ["2025-06-18", "2025-11-25", "2026-07-28", "1999-01-01", ""]
TOOLS = ["search", "get_entry", "list_entries", "get_totp", "vault_status", "generate_password", "request_entry", "check_approval", "nothing"]
METHODS = ["initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/read", "resources/templates/list", "prompts/list", "prompts/get",
           "completion/complete", "server/discover", "notifications/cancelled", "nothing"]


def text():
    kind = chance.random()
    if kind < 0.35:
        return chance.choice(given["ids"])
    if kind < 0.7:
        return chance.choice(given["words"])
    if kind < 0.85:
        return chance.choice(ODD)
    return "".join(chr(chance.choice((chance.randrange(32, 127), chance.randrange(0xa0, 0x2fff)))) for _ in range(chance.randrange(40)))


def value(depth=0):
    kind = chance.random()
    if kind < 0.5 or depth > 3:
        return text()
    if kind < 0.7:
        return chance.choice([0, 1, 5, 20, 100, -1, 2**31, 2**63, 1.5, True, False, None])
    if kind < 0.85:
        return [value(depth + 1) for _ in range(chance.randrange(4))]
    return {text(): value(depth + 1) for _ in range(chance.randrange(4))}


OF_TOOL = {"search": ["query", "limit"], "get_entry": ["id"], "get_totp": ["id"], "list_entries": ["tag"], "vault_status": [], "generate_password": []}


def arguments(tool):
    right = {"query": text(), "id": text(), "limit": chance.randrange(1, 21), "type": "login", "tag": "narrow", "reason": "to log in", "title": text(), "why": text(), "fields": [text()]}
    chosen = OF_TOOL[tool] if tool in OF_TOOL and chance.random() < 0.8 else chance.sample(sorted(right), chance.randrange(1, 4))
    return {name: (right[name] if chance.random() < 0.9 else value()) for name in chosen}


def rest():
    path = chance.choice(["/health", "/api/status", "/api/entries", "/api/entries/{}", "/api/entries/{}", "/api/ext/totp/{}", "/api/search", "/api/search", "/api/generate",
                          "/api/approvals/{}", "/openapi.json", "/api/{}", "/{}"]).replace("{}", quote(text(), safe=""))
    if path == "/api/search" and chance.random() < 0.9:
        path += f"?q={quote(text())}&limit={chance.randrange(1, 21)}"
    elif chance.random() < 0.2:
        pairs = chance.sample([("q", text()), ("limit", str(chance.randrange(-1, 200))), ("type", "card"), ("tag", text()), ("cursor", text()), ("words", "5"), (text(), text())], 2)
        path += "?" + "&".join(f"{quote(name)}={quote(word)}" for name, word in pairs)
    if chance.random() < 0.05:
        path = path.replace("/", chance.choice(["//", "/./", "%2f", "/../"]), 1)
    return chance.choices(["GET", "POST", "HEAD", "DELETE", "PUT", "OPTIONS"], [80, 8, 3, 3, 3, 3])[0], path[:1900], b""


def mcp():
    tool = chance.choice(TOOLS)
    method = chance.choices(METHODS, [9 if name == "tools/call" else 1 for name in METHODS])[0]
    params = {"tools/call": lambda: {"name": tool, "arguments": arguments(tool)},
              "resources/read": lambda: {"uri": "clavitor://" + chance.choice(["entries/", "entries", "status", ""]) + text()},
              "initialize": lambda: {"protocolVersion": chance.choice(VERSIONS), "capabilities": {}, "clientInfo": {"name": text(), "version": "1"}},
              "prompts/get": lambda: {"name": "use-credential", "arguments": {"service": text()}},
              "completion/complete": lambda: {"ref": {"type": "ref/resource", "uri": "clavitor://entries/{id}"}, "argument": {"name": "id", "value": text()}}}
    body = {"jsonrpc": "2.0", "id": chance.choice([1, "a", None, 2**53, 1.5]), "method": method, "params": params.get(method, value)()}
    for name in list(body):
        if chance.random() < 0.02:
            body[name] = value()
        elif chance.random() < 0.01:
            del body[name]
    raw = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:  # broken on the way
        raw = bytearray(raw)
        for _ in range(chance.randrange(1, 4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        raw = bytes(raw[:chance.randrange(1, len(raw) + 1)] if chance.random() < 0.3 else raw)
    return "POST", "/mcp", raw


def request(who):
    method, path, body = chance.choice((rest, mcp))()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {chance.choice(('127.0.0.1', 'localhost'))}:{PORT}"]
    if who != "none":
        lines.append(f"Authorization: Bearer {given['tokens'][who]}")
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
        lines.append(f"Content-Type: {chance.choices(('application/json', 'text/plain'), (98, 2))[0]}")
    if chance.random() < 0.3:
        lines.append(f"MCP-Protocol-Version: {chance.choice(VERSIONS)}")
    if chance.random() < 0.02:
        lines.append(chance.choice(["Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Transfer-Encoding: chunked", "X-Odd: " + "a" * 9000, "Expect: 100-continue"]))
    return method, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + body


class Client:
    """One connection with one question under way."""

    def __init__(self):
        self.socket, self.bytes = None, b""

    def ask(self):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", PORT), 30)
            self.asked = 0
        self.who = chance.choices(("wide", "narrow", "none"), (60, 25, 15))[0]
        self.method, sent = request(self.who)
        self.bytes = b""
        self.asked += 1
        try:
            self.socket.sendall(sent)
        except OSError:
            pass  # refused and closed while it was being sent: what was said of it is read all the same

    def take(self):
        """Reads on; True when the answer is whole or the bridge has hung up."""
        try:
            part = self.socket.recv(1 << 18)
        except OSError:
            part = b""
        self.bytes += part
        if not part:
            self.leave()
            return True
        head, _, body = self.bytes.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
        if b"\r\n\r\n" not in self.bytes or (self.method != "HEAD" and len(body) < int(length.group(1) if length else 0)):
            return False
        if re.search(rb"(?i)\r\nconnection:\s*close", head) or self.asked >= 95:
            self.leave()
        return True

    def leave(self):
        self.socket.close()
        self.socket = None


forbidden = {who: [(name, bytes.fromhex(form)) for name, forms in names.items() for form in forms] for who, names in given["forbidden"].items()}
statuses, hits, unanswered, answered, hung = collections.Counter(), set(), 0, 0, False
pools = {who: bytearray() for who in forbidden}


def search(who):
    seen = bytes(pools[who])
    hits.update(f"{name}, sent to {who}" for name, form in forbidden[who] if form in seen)
    pools[who].clear()


began = time.monotonic()
clients = [Client() for _ in range(CONNECTIONS)]
for client in clients:
    client.ask()
while answered < COUNT and (SECONDS <= 0 or time.monotonic() - began < SECONDS):
    ready = select.select([client.socket for client in clients], [], [], 30)[0]
    if not ready:
        hung = True
        break
    for client in clients:
        if client.socket not in ready or not client.take():
            continue
        if client.bytes:
            answered += 1
            statuses[f"{client.who} {client.bytes[9:12].decode('latin-1')}"] += 1
            pools[client.who] += client.bytes + b"\n"
            if len(pools[client.who]) > 1 << 20:
                search(client.who)
        else:
            unanswered += 1
        client.ask()
for who in pools:
    search(who)
print(json.dumps({"answered": answered, "unanswered": unanswered, "hung": hung, "statuses": statuses, "found": sorted(hits), "seconds": time.monotonic() - began}))
