#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the tree, the link lines or the built programs and fails on what ARCHITECTURE.md forbids.

    architecture.py includes    ROOT --qt FOLDER…
    architecture.py links       targets.json
    architecture.py symbols     PROGRAM…
    architecture.py conventions ROOT
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

import rules


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols_of(program):
    """Of the program and of the libraries of ours it is linked with, where the build shares them."""
    listing, needed = "", []
    ours = re.findall(r"libclavitor_\w+\.so => (/\S+)", output_of("ldd", program))
    for part in [program, *ours]:
        listing += output_of("nm", "-C", part) + output_of("nm", "-DC", part)
        needed += re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-d", part))
    if any(name.startswith("libclavitor_") for name in needed) and not ours:
        sys.exit(f"architecture: the libraries of {program} were not found, so nothing was checked")
    return listing, needed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("check", choices=["includes", "links", "symbols", "conventions"])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--qt", nargs="*", default=[], help="folders of the Qt modules' headers")
    arguments = parser.parse_args()

    if arguments.check == "includes":
        owner = rules.qt_headers(arguments.qt)
        if "QString" not in owner:
            sys.exit("architecture: the Qt headers were not found, so nothing was checked")
        complaints = rules.check_includes(arguments.paths[0], owner)
    elif arguments.check == "links":
        complaints = rules.check_links(rules.load_targets(arguments.paths[0]))
    elif arguments.check == "symbols":
        complaints = []
        for program in arguments.paths:
            complaints += rules.check_symbols(Path(program).name, *symbols_of(program))
    else:
        complaints = rules.check_conventions(arguments.paths[0])
        for line in rules.long_files(arguments.paths[0]):
            print("look twice:", line)

    for complaint in complaints:
        print("forbidden:", complaint)
    print(f"architecture {arguments.check}: {len(complaints)} forbidden")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
