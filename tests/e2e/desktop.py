# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own for the program under test: a home, a screen (Xvfb) with a window manager (openbox),
a panel with a tray (tint2), a keyring.

The session bus is the one of `dbus-run-session`, under which ctest starts every script that needs a desktop.
"""
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

TINT2_CONFIG = """
panel_items = S
panel_position = top right horizontal
panel_size = 120 32
panel_monitor = all
panel_dock = 0
wm_menu = 1
panel_layer = top
systray_padding = 4 4 4
systray_icon_size = 22
systray_monitor = 1
rounded = 0
border_width = 0
background_color = #303030 100
panel_background_id = 1
systray_background_id = 0
"""


def stop(process, patience=5):
    """Ends a process that this script started, and its whole session where it has one of its own."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class Desktop:
    """Everything a desktop program finds around it, in a temporary home. Use as a context manager."""

    def __init__(self, tray=True, keyring=True, screen=True, user=None):
        """`user`: whose number all of it runs under, when this script is root's; without the session's bus, which is root's, too."""
        self.tray, self.keyring, self.screen = tray, keyring, screen
        self.runs_as = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        self.processes = []

    def __enter__(self):
        self.home = Path(tempfile.mkdtemp(prefix="clavitor-e2e-"))
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        keep = ("PATH", "LANG", "DBUS_SESSION_BUS_ADDRESS", "ASAN_OPTIONS", "UBSAN_OPTIONS")
        self.env = {name: os.environ[name] for name in keep if name in os.environ}
        self.env.update(HOME=str(self.home), XDG_RUNTIME_DIR=str(runtime), XDG_CURRENT_DESKTOP="GNOME", LC_ALL="C.UTF-8",
                        XDG_CONFIG_HOME=str(self.home / "config"), XDG_DATA_HOME=str(self.home / "data"),
                        XDG_CACHE_HOME=str(self.home / "cache"), XDG_STATE_HOME=str(self.home / "state"), TMPDIR=str(self.home / "tmp"))
        (self.home / "tmp").mkdir()
        if self.runs_as:
            self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
            self.give(self.home)
        try:
            if self.screen:
                self._start_screen()
            else:
                self.env["QT_QPA_PLATFORM"] = "offscreen"
            if self.keyring:
                self._start_keyring()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            stop(process)
        for _ in range(20):
            shutil.rmtree(self.home, ignore_errors=True)
            if not self.home.exists():
                break
            time.sleep(0.1)

    def settings(self, text):
        """What the program finds as its settings when it is started."""
        file = self.home / "config" / "clavitor" / "settings.ini"
        file.parent.mkdir(parents=True)
        file.write_text(text)

    def start(self, *command, **options):
        process = subprocess.Popen([str(part) for part in command], env=self.env, **self.runs_as, **options)
        self.processes.append(process)
        return process

    def _start_screen(self):
        read, write = os.pipe()
        self.start("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", pass_fds=[write],
                   stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.env.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb")
        self.start("openbox", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.tray:
            config = self.home / "tint2rc"
            config.write_text(TINT2_CONFIG)
            self.start("tint2", "-c", config, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self._wait(lambda: self.tray_owner() is not None, "tint2 to own the tray")

    def tray_owner(self):
        found = self.run("xdotool", "search", "--class", "tint2")
        return found.stdout.split()[0] if found.returncode == 0 and found.stdout.split() else None

    def _start_keyring(self):
        daemon = self.start("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground", stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        daemon.stdin.write(b"keyring password")
        daemon.stdin.close()
        # Asking for the service itself would have the bus start a second, locked daemon.
        owned = ("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner",
                 "string:org.freedesktop.secrets")
        self._wait(lambda: "boolean true" in self.run(*owned).stdout, "the keyring")
        stored = self.run("secret-tool", "store", "--label=probe", "clavitor-e2e", "probe", input="open")
        if stored.returncode != 0:
            raise RuntimeError("the keyring is not open: " + stored.stderr)

    def run(self, *command, **options):
        return subprocess.run([str(part) for part in command], env=self.env, capture_output=True, text=True, timeout=30, **self.runs_as, **options)

    def give(self, folder):
        """What this script has made becomes its user's."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.runs_as["user"], self.runs_as["group"], follow_symlinks=False)

    def programs(self, folder):
        """The folder of the programs, or, for another user, a copy as the package installs them: root's, to be started and not read."""
        if not self.runs_as:
            return folder
        copies = self.home / "bin"
        copies.mkdir()
        copies.chmod(0o755)
        for name in ("clavitor", "clavitor-bridge"):
            shutil.copy(folder / name, copies)
            (copies / name).chmod(0o711)
        return copies

    def screenshot(self, path):
        self.run("import", "-window", "root", path)

    @staticmethod
    def _wait(ready, what, seconds=15):
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {seconds} s for {what}")
            time.sleep(0.05)


def interrupted(signum, _frame):
    raise SystemExit(128 + signum)


signal.signal(signal.SIGTERM, interrupted)  # ctest's timeout: let the context managers clean up
