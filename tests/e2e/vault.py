# SPDX-License-Identifier: GPL-3.0-or-later
"""Vaults made and read by `clavitor-vault-tool`, a test program on the keeper's own code, without windows or bridge."""
import json
import os
import subprocess
from pathlib import Path

TOOL = Path(os.environ.get("CLAVITOR_VAULT_TOOL", "build/dev/tests/tool/clavitor-vault-tool"))


def run(command, folder, password, *arguments, timeout=300, env=None):
    done = subprocess.run([str(TOOL), command, str(folder), *map(str, arguments)], input=password + "\n", capture_output=True, text=True, timeout=timeout, env=env)
    if done.returncode != 0:
        raise AssertionError(f"vault tool {command}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def create(folder, password, entries=0, keys=(), import_file=None):
    """A new vault with the cheapest password hash that is accepted; answers the tokens by key name."""
    arguments = ["--entries", entries]
    if import_file:
        arguments += ["--import", import_file]
    for key in keys:
        arguments += ["--key", key]
    return {row["key"]: row["token"] for row in run("create", folder, password, *arguments) if "token" in row}


def audit(folder, password):
    """Every row, oldest first."""
    return run("audit", folder, password)


def entries(folder, password):
    return run("entries", folder, password)


def change_password(folder, password, following):
    run("password", folder, f"{password}\n{following}")


def remove_sheet(folder, password):
    run("unsheet", folder, password)


class KeyFiles:
    """Both copies of a vault's header as they are now, to be put back later."""

    def __init__(self, folder):
        self.content = {Path(folder) / name: (Path(folder) / name).read_bytes() for name in ("vault.keys", "vault.keys.copy")}

    def put_back(self):
        for file, content in self.content.items():
            file.write_bytes(content)


def writer(folder, password):
    """A process that saves entries as fast as it can and prints one line per confirmed save."""
    process = subprocess.Popen([str(TOOL), "write", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdin.write(password + "\n")
    process.stdin.flush()
    return process
