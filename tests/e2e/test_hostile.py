# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile bytes over raw sockets against the running program (SECURITY.md T1, T2, T6-T8 and F3, F6).

Every case is refused with the status of the contract, the connection is closed, nothing of the vault leaves, and a second
client is served meanwhile. The requests carry a valid token, so nothing but the guard stands between them and an entry.
"""
import json
import resource
import time
import unittest

import raw
from desktop import Desktop
from program import Clavitor, resident_kilobytes

SECRET = b"octo"  # the demo's github.com user name: it is in every answer that should not have been given


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)
        cls.port, cls.token = cls.app.port, cls.app.token
        cls.bridge = cls.app.bridge_pid

    def head(self, line="GET /api/search?q=github HTTP/1.1", host=None, extra=(), token=True, end="\r\n"):
        lines = [line]
        lines += [f"Host: 127.0.0.1:{self.port}"] if host is None else host
        lines += [f"Authorization: Bearer {self.token}"] if token else []
        return (end.join([*lines, *extra]) + end + end).encode("latin-1")

    def post(self, body, extra=(), path="/mcp", length=None, content_type="application/json"):
        body = body if isinstance(body, bytes) else body.encode()
        extra = [f"Content-Type: {content_type}"] * bool(content_type) + [f"Content-Length: {len(body) if length is None else length}", *extra]
        return self.head(f"POST {path} HTTP/1.1", extra=extra) + body

    def assertRefused(self, name, reply, *statuses):
        self.assertNotIn(SECRET, reply.data, f"{name}: {reply}")
        self.assertTrue(reply.closed, f"{name}: {reply}")
        self.assertEqual(len(reply.statuses), 1, f"{name}: {reply}")
        self.assertIn(reply.status, statuses, f"{name}: {reply}")
        self.assertNotRegex(reply.head.lower(), "access-control-")

    def assertStillServed(self, second):
        self.assertEqual(second.failures, [])
        print(f"meanwhile another client was answered in {1000 * second.median:.0f} ms, in the middle", flush=True)
        self.assertIsNone(self.app.process.poll())
        self.assertEqual(self.app.bridge_pid, self.bridge, "the bridge died and was started again:\n" + self.app.output())

    def refuse(self, cases):
        """cases: (name, request bytes or list of parts, statuses…)"""
        with raw.SecondClient(self.port) as second:
            for name, request, *statuses in cases:
                with self.subTest(name):
                    parts = request if isinstance(request, list) else [request]
                    self.assertRefused(name, raw.exchange(self.port, *parts, pause=0.05), *statuses)
        self.assertStillServed(second)

    # -- that the table means something
    def test_answers_the_same_request_when_nothing_is_wrong_with_it(self):
        for host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"LOCALHOST:{self.port}", f"[::1]:{self.port}"):
            address = "::1" if host.startswith("[") else "127.0.0.1"
            reply = raw.exchange(self.port, self.head(host=[f"Host: {host}"], extra=["Connection: close"]), address=address)
            self.assertEqual(reply.status, 200, f"{host}: {reply}")
            self.assertIn(SECRET, reply.data)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "github"}}})
        reply = raw.exchange(self.port, self.post(body, ["Connection: close"]))
        self.assertEqual(reply.status, 200, reply)
        self.assertIn(SECRET, reply.data)

    # -- T1, F3: whose name is on the envelope
    def test_refuses_every_foreign_host(self):
        port = self.port
        hosts = ["evil.test", f"evil.test:{port}", f"-x.evil.test:{port}", f"xn--.evil.test:{port}", f"a_b.evil.test:{port}",
                 f"localhost.:{port}", f"127.0.0.1.:{port}", "127.0.0.1", "localhost", f"127.0.0.1:{port + 1}", "127.0.0.1:", f"127.1:{port}",
                 f"0.0.0.0:{port}", f"2130706433:{port}", f"0x7f.1:{port}", f"127.0.0.1:{port}.evil.test", f"evil.test@127.0.0.1:{port}",
                 f"127.0.0.1:{port}@evil.test", f"[::ffff:127.0.0.1]:{port}", f"::1:{port}", "[::1]", f"127.0.0.1:0{port}", f"127.0.0.1:{port}/",
                 f"127.0.0.1:{port}, evil.test", f"http://127.0.0.1:{port}", f"127.0.0.2:{port}", f"localhost.evil.test:{port}", f"ｌocalhost:{port}".encode().decode("latin-1")]
        cases = [(f"Host: {host}", self.head(host=[f"Host: {host}"]), 403, 400) for host in hosts]
        cases += [("empty Host", self.head(host=["Host: "]), 400, 403), ("no Host", self.head(host=[]), 400, 403),
                  ("no Host, HTTP/1.0", self.head("GET /api/search?q=github HTTP/1.0", host=[]), 400, 403),
                  ("NUL in Host", self.head(host=[f"Host: 127.0.0.1:{port}\0.evil.test"]), 400),
                  ("two Hosts, ours first", self.head(host=[f"Host: 127.0.0.1:{port}", "Host: evil.test"]), 400),
                  ("two Hosts, ours last", self.head(host=["Host: evil.test", f"Host: 127.0.0.1:{port}"]), 400),
                  ("two equal Hosts", self.head(host=[f"Host: 127.0.0.1:{port}"] * 2), 400),
                  ("X-Forwarded-Host beside a foreign Host", self.head(host=["Host: evil.test"], extra=[f"X-Forwarded-Host: 127.0.0.1:{port}"]), 403)]
        self.refuse(cases)

    def test_says_why_it_refuses_a_foreign_host(self):
        reply = raw.exchange(self.port, self.head(host=["Host: evil.test"]))
        self.assertEqual(json.loads(reply.body)["error"]["code"], "host_refused")

    # -- T2: pages
    def test_refuses_what_a_browser_adds_to_a_page_s_requests(self):
        cases = [(f"{name}", self.head(extra=[line]), 403) for name, line in [
            ("foreign Origin", "Origin: http://evil.test"), ("null Origin", "Origin: null"), ("another name of ours as Origin", f"Origin: http://localhost:{self.port}"),
            ("empty Origin", "Origin: "), ("extension's Origin", "Origin: chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh"),
            ("Sec-Fetch-Site cross-site", "Sec-Fetch-Site: cross-site"), ("Sec-Fetch-Site same-site", "Sec-Fetch-Site: same-site"),
            ("Sec-Fetch-Site same-origin", "Sec-Fetch-Site: same-origin"), ("Sec-Fetch-Site none", "Sec-Fetch-Site: none"),
            ("a page of our own origin", f"Origin: http://127.0.0.1:{self.port}\r\nSec-Fetch-Site: same-origin")]]
        cases += [("WebSocket", self.head("GET /mcp HTTP/1.1", extra=["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                                                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]), 400),
                  ("HTTP/2 upgrade", self.head(extra=["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"]), 400),
                  ("preflight", self.head("OPTIONS /mcp HTTP/1.1", token=False, extra=["Origin: http://evil.test", "Access-Control-Request-Method: POST",
                                                                                       "Access-Control-Request-Headers: authorization"]), 403),
                  ("OPTIONS without Origin", self.head("OPTIONS /api/entries HTTP/1.1"), 405)]
        body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"github"}}}'
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", "application/jsonx", None):
            cases.append((f"POST of {kind}", self.post(body, content_type=kind), 415))
        self.refuse(cases)

    def test_lets_node_s_fetch_headers_pass(self):
        reply = raw.exchange(self.port, self.head(extra=["Sec-Fetch-Mode: cors", "Accept-Language: *", "Connection: close"]))
        self.assertEqual(reply.status, 200, reply)

    # -- T7, F6: framing
    def test_refuses_every_ambiguous_framing(self):
        body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
        size = len(body)
        smuggled = self.head(extra=["Connection: close"])
        post = "POST /mcp HTTP/1.1"
        json_type = "Content-Type: application/json"

        def framed(*lines, payload=body):
            return self.head(post, extra=[json_type, *lines]) + (payload if isinstance(payload, bytes) else payload.encode())

        cases = [
            ("two different Content-Lengths", framed(f"Content-Length: {size}", "Content-Length: 0"), 400),
            ("two equal Content-Lengths", framed(f"Content-Length: {size}", f"Content-Length: {size}"), 400),
            ("a list of Content-Lengths", framed(f"Content-Length: {size}, {size}"), 400),
            ("Content-Length and Transfer-Encoding", framed(f"Content-Length: {size}", "Transfer-Encoding: chunked"), 400),
            ("Transfer-Encoding before Content-Length", framed("Transfer-Encoding: chunked", f"Content-Length: {size}"), 400),
            ("chunked", framed("Transfer-Encoding: chunked", payload=f"{size:x}\r\n{body}\r\n0\r\n\r\n"), 400),
            ("xchunked", framed("Transfer-Encoding: xchunked", payload=smuggled), 400),
            ("Transfer-Encoding: identity", framed("Transfer-Encoding: identity", f"Content-Length: {size}"), 400),
            ("tab before chunked", framed("Transfer-Encoding:\tchunked", f"Content-Length: {size}"), 400),
            ("space before the colon", framed(f"Content-Length : {size}"), 400),
            ("negative length", framed("Content-Length: -5", payload=smuggled), 400),
            ("length with a sign", framed(f"Content-Length: +{size}"), 400),
            ("length with letters", framed("Content-Length: 5x", payload=smuggled), 400),
            ("hexadecimal length", framed("Content-Length: 0x10", payload=smuggled), 400),
            ("length 2^64-1", framed("Content-Length: 18446744073709551615", payload=smuggled), 400, 413),
            ("length 2^64+5", framed("Content-Length: 18446744073709551621", payload=smuggled), 400, 413),
            ("length of a hundred digits", framed("Content-Length: " + "9" * 100, payload=smuggled), 400, 413),
            ("empty length", framed("Content-Length: ", payload=smuggled), 400),
            ("length with a blank inside", framed("Content-Length: 1 0", payload=smuggled), 400),
            ("two tokens", self.head(extra=["Authorization: Bearer clavitor_x"]), 400),
            ("two Content-Types", framed(f"Content-Length: {size}", "Content-Type: text/plain"), 400),
            ("bare LF", self.head(end="\n"), 400),
            ("bare LF after the first line", self.head().replace(b"HTTP/1.1\r\n", b"HTTP/1.1\n", 1), 400),
            ("bare CR in a value", self.head(extra=["X-A: b\rX-Evil: c"]), 400),
            ("folded header", self.head(extra=["X-A: b", " folded"]), 400),
            ("header folded with a tab", self.head(extra=["X-A: b", "\tfolded"]), 400),
            ("blank before the first header", self.head().replace(b"\r\nHost", b"\r\n Host", 1), 400),
            ("header without a colon", self.head(extra=["NoColon"]), 400),
            ("header without a name", self.head(extra=[": value"]), 400),
            ("blank in a name", self.head(extra=["X A: b"]), 400),
            ("control byte in a name", self.head(extra=["X\x01A: b"]), 400),
            ("control byte in a value", self.head(extra=["X-A: b\x07"]), 400),
            ("NUL in a value", self.head(extra=["X-A: b\0c"]), 400),
            ("DEL in a value", self.head(extra=["X-A: b\x7f"]), 400),
            ("non-ASCII name", self.head(extra=["X-\xe4: b"]), 400),
            ("absolute target", self.head(f"GET http://127.0.0.1:{self.port}/api/search?q=github HTTP/1.1"), 400),
            ("absolute foreign target", self.head("GET http://evil.test/api/search?q=github HTTP/1.1"), 400),
            ("authority target", self.head(f"CONNECT 127.0.0.1:{self.port} HTTP/1.1"), 400, 405),
            ("asterisk target", self.head("OPTIONS * HTTP/1.1"), 400, 405),
            ("target without a slash", self.head("GET api/search?q=github HTTP/1.1"), 400),
            ("fragment in the target", self.head("GET /api/search?q=github#x HTTP/1.1"), 400, 404),
            ("control byte in the target", self.head("GET /api/search?q=git\x01hub HTTP/1.1"), 400),
            ("raw UTF-8 in the target", self.head("GET /api/search?q=\xc3\xa4 HTTP/1.1"), 400),
            ("HTTP/9.9", self.head("GET /api/search?q=github HTTP/9.9"), 400),
            ("HTTP/2.0", self.head("GET /api/search?q=github HTTP/2.0"), 400),
            ("HTTP/1.2", self.head("GET /api/search?q=github HTTP/1.2"), 400),
            ("HTTP/1.10", self.head("GET /api/search?q=github HTTP/1.10"), 400),
            ("http/1.1 in lower case", self.head("GET /api/search?q=github http/1.1"), 400),
            ("HTTP/0.9", b"GET /api/search?q=github\r\n\r\n", 400),
            ("two blanks in the request line", self.head("GET  /api/search?q=github HTTP/1.1"), 400),
            ("tab in the request line", self.head("GET\t/api/search?q=github HTTP/1.1"), 400),
            ("lower-case method", self.head("get /api/search?q=github HTTP/1.1"), 400, 405),
            ("unknown method", self.head("BREW /api/search?q=github HTTP/1.1"), 400, 405),
            ("method of 200 letters", self.head("G" * 200 + " / HTTP/1.1"), 400, 405),
            ("TRACE", self.head("TRACE /api/search?q=github HTTP/1.1"), 400, 405),
            ("body on GET", self.head(extra=["Content-Length: 5"]) + b"hello", 400),
            ("Expect: 100-continue with a foreign value", self.head(extra=["Expect: 200-maybe"]), 400, 417),
            ("leading blank lines and garbage", b"\r\n\r\n\0\0\0", 400),
            ("TLS client hello", bytes.fromhex("16030100c8010000c40303") + bytes(200), 400),
            ("SSH banner", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 400),
            ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ]
        self.refuse(cases)

    def test_reads_a_request_that_arrives_byte_by_byte_like_one_that_arrives_at_once(self):
        whole = self.head(extra=["Connection: close"])
        with raw.connect(self.port) as connection:
            for position in range(len(whole)):
                connection.sendall(whole[position:position + 1])
                time.sleep(0.001)
            reply = raw.read_all(connection, raw.PATIENCE)
        self.assertEqual(reply.status, 200, reply)

    def test_refuses_a_bad_head_that_arrives_byte_by_byte(self):
        whole = self.head(host=["Host: evil.test"])
        parts = [whole[i:i + 1] for i in range(len(whole))]
        self.assertRefused("evil host", raw.exchange(self.port, *parts, pause=0.001), 403)

    def test_never_answers_pipelined_requests_out_of_order(self):
        search = self.head()
        health = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
        for _ in range(20):
            reply = raw.exchange(self.port, search + health)
            self.assertEqual(reply.statuses[0], 200, reply)
            self.assertIn(SECRET, reply.data.split(b"HTTP/1.", 2)[1], "the first answer belongs to the first request")
            self.assertTrue(reply.closed)

    def test_closes_when_asked_to_and_keeps_the_connection_when_not(self):
        self.assertTrue(raw.exchange(self.port, self.head(extra=["Connection: close"])).closed)
        self.assertTrue(raw.exchange(self.port, self.head("GET /api/search?q=github HTTP/1.0")).closed)
        with raw.connect(self.port) as connection:
            for _ in range(5):
                connection.sendall(self.head())
                reply = raw.read_answer(connection)
                self.assertEqual(reply.status, 200, reply)
                self.assertFalse(reply.closed, reply)

    def test_answers_head_without_a_body(self):
        reply = raw.exchange(self.port, self.head("HEAD /api/search?q=github HTTP/1.1", extra=["Connection: close"]))
        self.assertIn(reply.status, (200, 405))
        self.assertEqual(reply.body, b"")

    # -- paths are compared as sent
    def test_knows_no_path_but_those_of_the_contract(self):
        paths = ["/", "//", "/api", "/api/", "/api/entries/", "/api//entries", "//api/entries", "/api/./entries", "/api/../api/entries", "/%61pi/entries",
                 "/api%2fentries", "/api/entries%00", "/API/entries", "/api/entries;x=1", "/mcp/", "/mcp/sse", "/sse", "/messages", "/favicon.ico", "/robots.txt",
                 "/.env", "/.git/config", "/api/search/", "/api/ext/totp/", "/api/ext/totp", "/api/entries/x/y", "/api/keys", "/api/audit", "/health/",
                 "/000000000000/api/entries", "/zzzz/api/entries", "/..%2f..%2fetc/passwd", "/api/entries\\", "/api/search.json"]
        self.refuse([(path, self.head(f"GET {path} HTTP/1.1"), 404, 400) for path in paths])

    def test_answers_oauth_discovery_with_a_plain_404(self):
        for path in ("/.well-known/oauth-protected-resource/mcp", "/mcp/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource",
                     "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp", "/.well-known/openid-configuration",
                     "/.well-known/openid-configuration/mcp", "/mcp/.well-known/openid-configuration"):
            for token in (True, False):
                reply = raw.exchange(self.port, self.head(f"GET {path} HTTP/1.1", token=token))
                self.assertEqual(reply.status, 404, f"{path}: {reply}")
                self.assertNotIn("www-authenticate", reply.head.lower())

    def test_refuses_the_wrong_method_and_names_the_right_one(self):
        for line, allow in [("POST /api/entries", "GET"), ("DELETE /api/entries", "GET"), ("PUT /api/generate", "GET"), ("GET /mcp", "POST"), ("DELETE /mcp", "POST"),
                            ("PATCH /mcp", "POST"), ("POST /health", "GET"), ("GET /api/requests", "POST"), ("POST /api/approvals/x", "GET"),
                            ("DELETE /api/approvals/x", "GET"), ("POST /api/openapi.json", "GET"), ("PUT /api/functions", "GET")]:
            reply = raw.exchange(self.port, self.head(f"{line} HTTP/1.1", extra=["Content-Type: application/json", "Content-Length: 0"] if "POST" in line.split()[0] else []))
            self.assertRefused(line, reply, 405)
            self.assertRegex(reply.head, rf"(?im)^allow:.*\b{allow}\b")

    # -- tokens
    def test_takes_a_token_from_one_place_only(self):
        token = self.token
        bad = token[:-1] + ("A" if token[-1] != "A" else "B")
        # 429: the eleventh bad token within a minute
        cases = [("no token", self.head(token=False), 401, 429),
                 ("token in the query", self.head(f"GET /api/search?q=github&token={token} HTTP/1.1", token=False), 401, 400, 429),
                 ("access_token in the query", self.head(f"GET /api/search?q=github&access_token={token} HTTP/1.1", token=False), 401, 400, 429),
                 ("token in a cookie", self.head(token=False, extra=[f"Cookie: token={token}"]), 401, 429),
                 ("token in X-Api-Key", self.head(token=False, extra=[f"X-Api-Key: {token}"]), 401, 429),
                 ("Basic", self.head(token=False, extra=[f"Authorization: Basic {token}"]), 401, 429),
                 ("no scheme", self.head(token=False, extra=[f"Authorization: {token}"]), 401, 429),
                 ("two tokens in one header", self.head(token=False, extra=[f"Authorization: Bearer {token}, Bearer {token}"]), 401, 400, 429),
                 ("wrong checksum", self.head(token=False, extra=[f"Authorization: Bearer {bad}"]), 401, 429),
                 ("cut token", self.head(token=False, extra=[f"Authorization: Bearer {token[:-6]}"]), 401, 429),
                 ("longer token", self.head(token=False, extra=[f"Authorization: Bearer {token}0"]), 401, 429),
                 ("empty token", self.head(token=False, extra=["Authorization: Bearer "]), 401, 429),
                 ("token with a blank", self.head(token=False, extra=[f"Authorization: Bearer {token[:20]} {token[20:]}"]), 401, 429),
                 ("token of 4 KiB", self.head(token=False, extra=["Authorization: Bearer clavitor_" + "A" * 4096]), 401, 429)]
        self.refuse(cases)

    def test_says_401_without_advertising_oauth(self):
        reply = raw.exchange(self.port, self.head(token=False))
        self.assertRegex(reply.head, r'(?im)^www-authenticate: Bearer realm="clavitor"')
        self.assertNotIn("resource_metadata", reply.head)
        self.assertNotIn(b"resource_metadata", reply.body)

    # -- T8: JSON
    def test_refuses_json_bombs_and_everything_that_is_not_json(self):
        ping = '{"jsonrpc":"2.0","id":1,"method":"ping"%s}'
        bodies = [("depth 33", '{"jsonrpc":"2.0","id":1,"method":"ping","params":' + "[" * 33 + "]" * 33 + "}"),
                  ("depth 100,000", "[" * 100_000), ("depth 100,000 objects", '{"a":' * 100_000), ("20,000 nodes", ping % (',"params":[' + "0," * 20_000 + "0]")),
                  ("duplicate key", ping % ',"method":"tools/list"'), ("duplicate key, escaped", ping % ',"m\\u0065thod":"tools/list"'), ("lone surrogate", ping % ',"x":"\\ud800"'),
                  ("lone low surrogate", ping % ',"x":"\\udc00"'), ("1e400", ping % ',"x":1e400'), ("-1e400", ping % ',"x":-1e400'), ("NaN", ping % ',"x":NaN'), ("Infinity", ping % ',"x":Infinity'),
                  ("invalid UTF-8", (ping % ',"x":"@"').encode().replace(b"@", b"\xff")), ("overlong UTF-8", (ping % ',"x":"@"').encode().replace(b"@", b"\xc0\xaf")),
                  ("UTF-8 surrogate", (ping % ',"x":"@"').encode().replace(b"@", b"\xed\xa0\x80")), ("UTF-16", (ping % "").encode("utf-16")), ("byte order mark", b"\xef\xbb\xbf" + (ping % "").encode()),
                  ("trailing comma", ping % ","), ("single quotes", "{'jsonrpc':'2.0'}"), ("comment", ping % "/* */"), ("trailing bytes", (ping % "") + "x"), ("two documents", (ping % "") * 2),
                  ("raw control byte in a string", ping % ',"x":"\x01"'), ("leading zero", ping % ',"x":01'), ("empty", ""), ("blank", "   "), ("a number", "1"), ("a string", '"ping"'), ("null", "null"),
                  ("unfinished", '{"jsonrpc":"2.0"'), ("a batch", "[" + ping % "" + "]"), ("an empty batch", "[]")]
        with raw.SecondClient(self.port) as second:
            for name, body in bodies:
                with self.subTest(name):
                    begin = time.monotonic()
                    reply = raw.exchange(self.port, self.post(body))
                    self.assertRefused(name, reply, 400)
                    self.assertIn("error", json.loads(reply.body))
                    self.assertLess(time.monotonic() - begin, 10)
        self.assertStillServed(second)

    def test_keeps_the_largest_and_deepest_it_promises(self):
        padded = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"_meta": {"pad": "x" * (1024 * 1024 - 200)}}})
        self.assertLess(len(padded), 1024 * 1024)
        reply = raw.exchange(self.port, self.post(padded, ["Connection: close"]))
        self.assertEqual(reply.status, 200, reply)
        deep = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":' + "[" * 28 + "]" * 28 + "}}}"
        self.assertEqual(raw.exchange(self.port, self.post(deep, ["Connection: close"])).status, 200)

    # -- T6: sizes
    def test_refuses_what_is_too_large(self):
        cases = [("URL of 2.1 KiB", self.head("GET /api/search?q=" + "a" * 2150 + " HTTP/1.1"), 414, 431),
                 ("URL of 15 KiB", self.head("GET /api/search?q=" + "a" * 15_000 + " HTTP/1.1"), 414, 431),
                 ("65 header fields", self.head(extra=[f"X-{n}: y" for n in range(65)]), 431),
                 ("a header of 16 KiB", self.head(extra=["X-A: " + "y" * 16_384]), 431),
                 ("4,000 header fields", self.head(extra=[f"X-{n}: y" for n in range(4000)]), 431),
                 ("a body said to be 1 MiB + 1", self.post(b"", length=1024 * 1024 + 1), 413)]
        with raw.SecondClient(self.port) as second:
            for name, request, *statuses in cases:
                with self.subTest(name):
                    reply = raw.exchange(self.port, request)
                    self.assertTrue(reply.closed, reply)
                    self.assertNotIn(SECRET, reply.data)
                    self.assertIn(reply.status, statuses, reply)
        self.assertStillServed(second)

    def test_stays_small_under_floods(self):
        before = resident_kilobytes(self.bridge)
        largest = before
        with raw.SecondClient(self.port) as second:
            for name, opening, chunk in [("endless header", b"GET / HTTP/1.1\r\nX-A: ", b"y" * 65536), ("endless header fields", b"GET / HTTP/1.1\r\n", b"X-A: y\r\n" * 8192),
                                         ("endless request line", b"GET /", b"y" * 65536), ("endless body", self.post(b"", length=300 * 1024 * 1024), b"{" * 65536),
                                         ("endless blank lines", b"", b"\r\n" * 32768)]:
                sent = 0
                with raw.connect(self.port) as connection:
                    connection.settimeout(5)
                    try:
                        connection.sendall(opening)
                        while sent < 50 * 1024 * 1024:
                            connection.sendall(chunk)
                            sent += len(chunk)
                            largest = max(largest, resident_kilobytes(self.bridge))
                    except (ConnectionResetError, BrokenPipeError, TimeoutError):
                        pass
                self.assertLess(sent, 16 * 1024 * 1024, f"{name}: the bridge went on reading")
        self.assertStillServed(second)
        self.assertLess(largest, 128 * 1024)

    # -- T6: time
    def test_cuts_off_clients_that_are_slow_or_idle(self):
        begin = time.monotonic()
        with raw.SecondClient(self.port) as second:
            slow = {}
            for name, opening in [("half a head", b"GET /api/entr"), ("a head without its end", self.head()[:-2]), ("nothing at all", b""),
                                  ("half a body", self.post(b'{"json', length=100)), ("an idle connection after an answer", self.head())]:
                connection = raw.connect(self.port)
                if opening:
                    connection.sendall(opening)
                slow[name] = [connection, None, b""]
            drip = raw.connect(self.port)  # a byte a second keeps no head alive
            slow["a dripping head"] = [drip, None, b""]
            drip.sendall(b"GET / HTTP/1.1\r\nX-A: ")
            last_drip = time.monotonic()
            while any(row[1] is None for row in slow.values()) and time.monotonic() - begin < 25:
                for name, row in slow.items():
                    if row[1] is None:
                        reply = raw.read_all(row[0], 0.02)
                        row[2] += reply.data
                        if reply.closed:
                            row[1] = time.monotonic() - begin
                if time.monotonic() - last_drip > 1 and slow["a dripping head"][1] is None:
                    last_drip = time.monotonic()
                    try:
                        drip.sendall(b"y")
                    except OSError:
                        pass
            for row in slow.values():
                row[0].close()
        limits = {"half a head": 5, "a head without its end": 5, "a dripping head": 5, "nothing at all": 15, "half a body": 10, "an idle connection after an answer": 15}
        for name, limit in limits.items():
            with self.subTest(name):
                closed = slow[name][1]
                self.assertIsNotNone(closed, f"{name}: still open after 25 s")
                self.assertLess(closed, limit + 3)
                if limit < 15:
                    self.assertIn(b" 408 ", slow[name][2].split(b"\r\n", 1)[0])
        self.assertStillServed(second)

    def test_survives_more_connections_than_it_keeps(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2048)), hard))
        held = raw.half_asked(self.port)
        try:
            time.sleep(0.5)
            open_now = sum(1 for connection in held if not raw.read_all(connection, 0.005).closed)
            self.assertLessEqual(open_now, 64)
            time.sleep(6)  # the deadline for a head frees them all
            self.assertEqual(self.app.get("/health", token=None).status, 200)
        finally:
            for connection in held:
                connection.close()
        self.assertEqual(self.app.bridge_pid, self.bridge)

    def test_ends_a_connection_after_a_hundred_requests(self):
        with raw.connect(self.port) as connection:
            answered = 0
            try:
                for _ in range(150):
                    connection.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
                    connection.settimeout(raw.PATIENCE)
                    data = connection.recv(65536)
                    if not data:
                        break
                    answered += data.count(b"HTTP/1.1 200")
            except OSError:
                pass
        self.assertEqual(answered, 100)

    # -- clients that leave
    def test_survives_clients_that_leave_at_any_moment(self):
        whole = self.head()
        with raw.SecondClient(self.port) as second:
            for cut in range(0, len(whole) + 1, 3):
                with raw.connect(self.port) as connection:
                    connection.sendall(whole[:cut])
            for _ in range(300):
                with raw.connect(self.port) as connection:
                    connection.sendall(whole)
        self.assertStillServed(second)

    # -- parameters
    def test_refuses_parameters_out_of_range(self):
        for query in ("/api/entries?limit=0", "/api/entries?limit=101", "/api/entries?limit=x", "/api/entries?limit=1&limit=2", "/api/entries?nonsense=1", "/api/entries?cursor=!!!",
                      "/api/search", "/api/search?q=", "/api/search?q=a&limit=21", "/api/search?q=%ff", "/api/search?q=%zz", "/api/generate?length=7", "/api/generate?length=257",
                      "/api/generate?length=-1", "/api/generate?length=1e2", "/api/generate?words=2", "/api/generate?words=21", "/api/entries?type=nonsense",
                      "/api/generate?upper=false&lower=false&digits=false&symbols=false"):
            with self.subTest(query):
                answer = self.app.get(query)
                self.assertEqual(answer.status, 400, answer)
                self.assertEqual(answer.error, "bad_request")
                self.assertTrue(answer.json["error"]["hint"])
        for path in ("/api/entries/not-an-id", "/api/entries/00000000-0000-7000-8000-000000000000", "/api/ext/totp/00000000-0000-7000-8000-000000000000"):
            self.assertEqual(self.app.get(path).status, 404)


if __name__ == "__main__":
    unittest.main(verbosity=2)
