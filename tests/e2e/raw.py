# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes over a loopback socket, as a hostile client sends them, and what came back."""
import re
import socket
import threading
import time

# Seconds after which an answer will not come any more: more than a busy disk holds one up, and less than an idle connection is kept (15 s),
# which is not the one that is closed with its answer.
PATIENCE = 10


class Reply:
    def __init__(self, data, closed):
        self.data, self.closed = data, closed

    @property
    def statuses(self):
        return [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", self.data, re.M)]

    @property
    def status(self):
        return self.statuses[0] if self.statuses else None

    @property
    def head(self):
        return self.data.split(b"\r\n\r\n", 1)[0].decode("latin-1")

    @property
    def body(self):
        return self.data.split(b"\r\n\r\n", 1)[1] if b"\r\n\r\n" in self.data else b""

    def __repr__(self):
        return f"{'closed' if self.closed else 'still open'}: {self.data[:400]!r}"


def connect(port, address="127.0.0.1", timeout=PATIENCE):
    return socket.create_connection((address, port), timeout=timeout)


def read_all(connection, seconds):
    """Reads until the server closes or `seconds` pass."""
    data, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            part = connection.recv(65536)
        except TimeoutError:
            break
        except (ConnectionResetError, BrokenPipeError):
            return Reply(data, True)
        if not part:
            return Reply(data, True)
        data += part
    return Reply(data, False)


def read_answer(connection, seconds=PATIENCE):
    """Reads one whole answer from a connection that stays open."""
    data, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        part = read_all(connection, 0.05)
        data += part.data
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", data)
        if part.closed or (length and len(data.split(b"\r\n\r\n", 1)[-1]) >= int(length[1])):
            return Reply(data, part.closed)
    return Reply(data, False)


def exchange(port, *parts, pause=0.0, seconds=PATIENCE, address="127.0.0.1"):
    """Sends the parts one after the other and reads what comes until the connection closes."""
    with connect(port, address) as connection:
        try:
            for position, part in enumerate(parts):
                if position and pause:
                    time.sleep(pause)
                connection.sendall(part)
        except (ConnectionResetError, BrokenPipeError):
            pass  # closed while we were still talking; what it said may be there to read
        return read_all(connection, seconds)


def half_asked(port, count=1000, most=None):
    """As many of `count` connections as are taken, each with half a head sent; of more than `most` the oldest are closed."""
    held = []
    for _ in range(count):
        try:
            connection = connect(port, timeout=2)
            connection.sendall(b"GET /api/entr")
            held.append(connection)
        except OSError:
            pass
        if most and len(held) > most:
            held.pop(0).close()
    return held


class SecondClient:
    """A well-behaved client that asks for /health all the time: it must be served whatever the others do."""

    def __init__(self, port):
        self.port, self.times, self.failures = port, [], []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _ask(self):
        request = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
        while not self._stop.is_set():
            begin = time.monotonic()
            try:
                reply = exchange(self.port, request)
                if reply.status != 200:
                    self.failures.append(repr(reply))
            except OSError as error:
                self.failures.append(repr(error))
            self.times.append(time.monotonic() - begin)
            self._stop.wait(0.02)

    @property
    def median(self):
        return sorted(self.times)[len(self.times) // 2] if self.times else None

    @property
    def worst(self):
        return max(self.times, default=None)
