# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can reach the bridge at all: nobody from another machine, another network namespace or another address of this one."""
import os
import shutil
import socket
import subprocess
import unittest

from desktop import Desktop
from program import Clavitor

NAMESPACE = f"clavitor-{os.getpid()}"
OURS, THEIRS = "10.197.84.1", "10.197.84.2"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


class Network(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def test_listens_on_loopback_only(self):
        listening = [line.split()[3] for line in run("ss", "-ltnH").stdout.splitlines() if line.split()[3].endswith(f":{self.app.port}")]
        self.assertEqual(sorted(listening), [f"127.0.0.1:{self.app.port}", f"[::1]:{self.app.port}"])

    def test_cannot_be_reached_from_another_network_namespace(self):
        if os.geteuid() != 0 or not shutil.which("ip"):
            self.skipTest("making a network namespace needs root and iproute2")
        made = run("ip", "netns", "add", NAMESPACE)
        if made.returncode != 0:
            self.skipTest(f"no network namespace can be made here: {made.stderr.strip()}")
        self.addCleanup(run, "ip", "netns", "del", NAMESPACE)
        inner, outer = f"cv{os.getpid() % 100000}a", f"cv{os.getpid() % 100000}b"
        if run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", NAMESPACE).returncode != 0:
            self.skipTest("no pair of virtual interfaces can be made here")
        self.addCleanup(run, "ip", "link", "del", outer)
        run("ip", "addr", "add", f"{OURS}/24", "dev", outer)
        run("ip", "link", "set", outer, "up")
        run("ip", "netns", "exec", NAMESPACE, "ip", "addr", "add", f"{THEIRS}/24", "dev", inner)
        for interface in (inner, "lo"):
            run("ip", "netns", "exec", NAMESPACE, "ip", "link", "set", interface, "up")
        # The way is there: something that listens on every address is reached over it.
        with socket.create_server(("0.0.0.0", 0)) as open_to_all:
            reached = self.connect_from_there(OURS, open_to_all.getsockname()[1])
        self.assertEqual(reached, "connected")
        self.assertEqual(self.connect_from_there(OURS, self.app.port), "refused")
        self.assertEqual(self.connect_from_there("127.0.0.1", self.app.port), "refused")

    def connect_from_there(self, address, port):
        program = ("import socket, sys\n"
                   "try:\n"
                   "    socket.create_connection((sys.argv[1], int(sys.argv[2])), 5).close()\n"
                   "    print('connected')\n"
                   "except ConnectionRefusedError:\n"
                   "    print('refused')\n")
        asked = run("ip", "netns", "exec", NAMESPACE, "/usr/bin/python3", "-c", program, address, str(port))
        return asked.stdout.strip() or asked.stderr.strip()


if __name__ == "__main__":
    unittest.main(verbosity=2)
