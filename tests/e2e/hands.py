# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's hands and eyes at a screen of the test's own: keys are pressed, and what comes next waits until the screen has answered and stands still."""
import subprocess
import time
from pathlib import Path


class Hands:
    """Beside unittest.TestCase; `desktop` is a Desktop with a screen, `pictures` what the pictures of a failure are called after."""
    pictures = "hands"

    def look(self):
        return subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.desktop.env, capture_output=True, timeout=60).stdout

    @staticmethod
    def differ(one, other):
        """Whether more has changed than a blinking caret."""
        if one == other:
            return False
        return sum(a != b for a, b in zip(one[::3], other[::3])) > 45

    def act(self, do, must_change=True):
        """Does it, and waits until the screen has answered and is still, however busy the machine is."""
        before = self.look()
        do()
        deadline = time.monotonic() + 20
        last = self.look()
        while must_change and not self.differ(before, last):
            if time.monotonic() > deadline:
                self.picture("nothing-happened")
                self.fail("nothing happened on the screen")
            time.sleep(0.1)
            last = self.look()
        while True:
            time.sleep(0.3)
            now = self.look()
            if not self.differ(last, now) or time.monotonic() > deadline:
                return
            last = now

    def press(self, *keys):
        for key in keys:
            self.act(lambda key=key: self.desktop.run("xdotool", "key", key), must_change="Tab" not in key)

    def write(self, text):
        # From standard input, as a person's fingers: not in an argument that other programs could see.
        self.act(lambda: self.desktop.run("xdotool", "type", "--delay", "15", "--file", "-", input=text))

    def replace(self, text):
        self.act(lambda: self.desktop.run("xdotool", "key", "ctrl+a"), must_change=False)
        self.write(text)

    def window(self, name, seconds=30):
        deadline = time.monotonic() + seconds
        while True:
            found = self.desktop.run("xdotool", "search", "--onlyvisible", "--name", f"^{name}( — Clavitor)?$").stdout.split()
            if found:
                self.act(lambda: self.desktop.run("xdotool", "windowactivate", "--sync", found[-1]), must_change=False)
                return found[-1]
            if time.monotonic() > deadline:
                self.picture("missing-window")
                self.fail(f"no window called {name} after {seconds} s: {self.windows()}")
            time.sleep(0.1)

    def windows(self):
        ids = self.desktop.run("xdotool", "search", "--onlyvisible", "--name", ".+").stdout.split()
        return [self.desktop.run("xdotool", "getwindowname", one).stdout.strip() for one in ids]

    def gone(self, name, seconds=60):
        deadline = time.monotonic() + seconds
        while self.desktop.run("xdotool", "search", "--onlyvisible", "--name", f"^{name}( — Clavitor)?$").stdout.split():
            if time.monotonic() > deadline:
                self.picture("stays")
                self.fail(f"the window {name} stays")
            time.sleep(0.1)
        self.act(lambda: None, must_change=False)

    def picture(self, name):
        folder = Path("screenshots")
        folder.mkdir(exist_ok=True)
        self.desktop.screenshot(folder / f"{self.pictures}-{name}.png")
