# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a window's thread lets others wait: the window manager's own question, _NET_WM_PING (Extended Window Manager
Hints), asked over and over. Qt answers it from the thread that draws and takes keys, so an answer late by 50 ms is a
window that stood still for as long."""
import select
import time

from Xlib import X, display
from Xlib.protocol import event


class WindowPing:
    def __init__(self, name, window):
        self.display = display.Display(name)
        self.root = self.display.screen().root
        self.window = self.display.create_resource_object("window", window)
        self.protocols = self.display.intern_atom("WM_PROTOCOLS")
        self.ping = self.display.intern_atom("_NET_WM_PING")
        # The answer goes to the root window, for those who listen to any of these.
        self.root.change_attributes(event_mask=X.StructureNotifyMask | X.SubstructureNotifyMask)
        self.display.sync()

    def once(self, number, patience=10):
        """Milliseconds until the window answered."""
        message = event.ClientMessage(window=self.window, client_type=self.protocols, data=(32, [self.ping, number, self.window.id, 0, 0]))
        begin = time.monotonic()
        self.window.send_event(message)
        self.display.flush()
        while time.monotonic() - begin < patience:
            while self.display.pending_events():
                seen = self.display.next_event()
                if seen.type & 0x7F == X.ClientMessage and seen.client_type == self.protocols and seen.data[1][0] == self.ping and seen.data[1][1] == number:
                    return (time.monotonic() - begin) * 1000
            select.select([self.display.fileno()], [], [], 0.5)
        raise SystemExit(f"the window did not answer within {patience} s")

    def during(self, seconds, pause=0.002):
        """All of them, shortest first."""
        times = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            times.append(self.once(1 + len(times)))
            time.sleep(pause)
        return sorted(times)
