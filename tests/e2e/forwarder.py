# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a key into the requests of a program that cannot be told one, on loopback, between it and the bridge.

Only two things change: an Authorization line is added where there is none, and a Host or Origin that names the forwarder's own
port names the bridge's. Every other line goes on as it came, a foreign Host or Origin above all.
"""
import re
import socket
import threading

END = b"\r\n\r\n"


class Forwarder:
    def __init__(self, port, token):
        self.target, self.token = port, token
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.names = set()  # of the tools, prompts and resources that were asked for
        self.repeated = []  # of every message: what it repeats of itself in Mcp-Method, Mcp-Name and Mcp-Param-Type
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.target)) as bridge:
            incoming, answers = bytearray(), bytearray()
            try:
                while request := self._message(client, incoming):
                    bridge.sendall(self._rewritten(request))
                    answer = self._message(bridge, answers)
                    if not answer:
                        return
                    client.sendall(answer)
                    if b"connection: close" in answer[:answer.index(END)].lower():
                        return
            except OSError:
                return

    @staticmethod
    def _message(stream, rest):
        """One whole message, its length told by Content-Length; empty at the end of the stream."""
        while END not in rest:
            part = stream.recv(65536)
            if not part:
                return b""
            rest += part
        size = rest.index(END) + len(END)
        length = int(_field(rest, b"content-length") or 0)
        while len(rest) < size + length:
            part = stream.recv(65536)
            if not part:
                return b""
            rest += part
        message = bytes(rest[:size + length])
        del rest[:size + length]
        return message

    def _rewritten(self, request):
        head, body = request.split(END, 1)
        self.names |= {name.decode() for name in re.findall(rb'"(?:name|uri)":\s*"([^"]+)"', body)}
        self.repeated.append(tuple(_field(request, name) for name in (b"mcp-method", b"mcp-name", b"mcp-param-type")))
        own = rb"(?im)^((?:host:[ \t]*|origin:[ \t]*http://)(?:localhost|127\.0\.0\.1|\[::1\])):%d(?=[ \t]*\r?$)" % self.port
        head = re.sub(own, rb"\1:%d" % self.target, head)
        if not _field(request, b"authorization"):
            head += b"\r\nAuthorization: Bearer " + self.token.encode()
        return head + END + body


def _field(message, name):
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*)", bytes(message[:message.index(END)]))
    return found.group(1).strip().decode() if found else ""
