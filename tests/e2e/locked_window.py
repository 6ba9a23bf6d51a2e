# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a locked vault, at a screen of the test's own: the keychain is asked, what the window says then is looked for, and the master password
opens the vault all the same."""
import os
import subprocess
import time

from hands import Hands
from test_memory import image

PASSWORD = "Paddle 7 across the canal"
OPENS_WITHIN = 5  # seconds by the password, whatever became of the keyring: the product's promise
# Starts nothing on demand: a keyring in place of one that is gone would be of the home the script was started in.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
LOCK = ("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/collection/login")


def start_bus(folder):
    """A session bus for the desktop made after it, by the environment."""
    (folder / "bus.conf").write_text(BUS.format(folder / "bus"))
    bus = subprocess.Popen(["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    return bus


class LockedWindow(Hands):
    """Beside unittest.TestCase; `app` is a Clavitor on `desktop` with a vault of PASSWORD, `token` of a key that may read."""

    def status(self):
        return self.app.get("/health", token=None).json["status"]

    def read(self):
        answer = self.app.get("/api/entries?limit=1", self.token)
        self.assertEqual(answer.status, 200, answer)
        entry = answer.json["entries"][0]["id"]
        self.assertEqual(self.app.get(f"/api/entries/{entry}", self.token).status, 200)

    def wait_for(self, status, seconds):
        began = time.monotonic()
        while self.status() != status:
            if time.monotonic() - began > seconds:
                self.picture(f"not-{status}")
                self.fail(f"not {status} after {seconds} s")
            time.sleep(0.02)
        return time.monotonic() - began

    def shows(self, sentence):
        """On the screen: the sentence's UTF-16 is made only to be shown. Only root may look for it."""
        if os.geteuid() != 0:
            time.sleep(3)
            return
        deadline = time.monotonic() + 15
        while sentence.encode("utf-16-le") not in image(self.app.process.pid):
            if time.monotonic() > deadline:
                self.picture("says-something-else")
                self.fail(f"it does not say: {sentence}")
            time.sleep(0.3)

    def asks_the_keyring(self):
        self.window(".*Clavitor")
        self.press("Tab", "space")

    def locks(self):
        self.window(".*Clavitor")
        self.press("ctrl+l")
        self.wait_for("locked", 1)

    def opens_by_password(self):
        self.write(PASSWORD)
        self.desktop.run("xdotool", "key", "Return")
        took = self.wait_for("unlocked", OPENS_WITHIN)
        print(f"the password opened it in {took * 1000:.0f} ms")
        self.read()
