# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules of ARCHITECTURE.md as tables, and the checks that read the tree against them.

Every check is a function that takes what it reads and returns complaints (strings); none prints or exits, so that
test_rules.py can hand each of them a tree that breaks a rule.
"""
import json
import os
import re
from pathlib import Path

# ---- what may know what ---------------------------------------------------------------------------------------

# Within the core each folder may include those to its left.
CORE_ORDER = ["app/base", "app/hardware", "app/model", "app/presence", "app/import", "app/store", "app/session", "app/connect", "app/run", "app/access", "app/service"]

# Folder -> the other folders of ours it may include.
MAY_INCLUDE = {
    "crypto": set(),
    "app/link": set(),
    "bridge": {"app/link"},
    "shim": {"app/link"},
    "ui": {"crypto", "app/link", *CORE_ORDER},
    "resources": set(),
    "app": {"crypto", "app/link", "ui", *CORE_ORDER},  # main.cpp and Application.*: the executable
    **{room: {"crypto", "app/link", *CORE_ORDER[:position]} for position, room in enumerate(CORE_ORDER)},
    # A secret comes out and nothing goes in but a PIN: it knows no vault.
    "app/hardware": {"crypto", "app/base"},
    # A yes or a no about the person: no key, no vault.
    "app/presence": {"app/link", "app/base"},
    # Files of other programs and the keychain are all it needs: nothing of the vault's content.
    "app/connect": {"crypto", "app/link", "app/base", "app/model", "app/presence", "app/session"},
    # It asks the vault by the port, as an agent would, and starts a program.
    "app/run": {"crypto", "app/link", "app/base", "app/model", "app/connect"},
}

# Folder -> the Qt modules it may include.
QT_MODULES = {
    "crypto": set(),
    "app/link": {"QtCore"},
    "bridge": {"QtCore", "QtNetwork", "QtHttpServer"},
    "shim": {"QtCore"},
    "ui": {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtDBus", "QtPrintSupport"},
    "resources": set(),
    "app": {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtDBus"},
    **{room: {"QtCore", "QtDBus"} for room in CORE_ORDER},
    "app/connect": {"QtCore"},
    "app/run": {"QtCore"},
    "app/hardware": {"QtCore"},
}

# Other libraries' headers -> the only folders that may name them.
FOREIGN_HEADERS = [
    (re.compile(r"^sodium"), {"crypto", "app/base"}),
    (re.compile(r"^openssl/"), {"crypto"}),
    (re.compile(r"sqlite3"), {"app/store"}),
    (re.compile(r"keychain", re.I), {"app/session"}),
    (re.compile(r"^zxcvbn"), {"app/session"}),
    (re.compile(r"^toml\+\+/"), {"app/connect"}),
    (re.compile(r"^xcb/"), {"ui"}),
    (re.compile(r"^qrencode"), {"ui"}),
    (re.compile(r"^(fido|tss2)(/|\.)"), {"app/hardware"}),
    (re.compile(r"^seccomp"), {"bridge"}),
]

# Target -> what it may name in target_link_libraries. Anything that links clavitor_core gets its public part with it.
LINKS = {
    "clavitor_crypto": {"PkgConfig::Sodium", "OpenSSL::Crypto", "PkgConfig::Crypto"},
    "clavitor_link": {"Qt6::Core"},
    "clavitor_core": {"Qt6::Core", "Qt6::DBus", "clavitor_crypto", "clavitor_link", "PkgConfig::SqlCipher",
                      "Qt6Keychain::Qt6Keychain", "zxcvbn", "tomlplusplus", "PkgConfig::Fido2", "PkgConfig::Tss2"},
    "clavitor_bridge": {"Qt6::Core", "Qt6::Network", "Qt6::HttpServer", "PkgConfig::Seccomp", "clavitor_link"},
    "clavitor-bridge": {"Qt6::Core", "Qt6::Network", "Qt6::HttpServer", "clavitor_link", "clavitor_bridge"},
    "clavitor_shim": {"Qt6::Core", "clavitor_link"},
    "clavitor-mcp": {"Qt6::Core", "clavitor_link", "clavitor_shim"},
    "clavitor_ui": {"Qt6::Core", "Qt6::Gui", "Qt6::Widgets", "Qt6::Svg", "Qt6::DBus", "Qt6::PrintSupport", "PkgConfig::Xcb", "PkgConfig::QrEncode",
                    "clavitor_core"},
    "clavitor": {"Qt6::Core", "Qt6::Gui", "Qt6::Widgets", "Qt6::Svg", "Qt6::DBus", "clavitor_core", "clavitor_ui"},
    "clavitor_test_core_support": {"Qt6::Test", "PkgConfig::SqlCipher", "clavitor_core"},
    "clavitor_test_ui_support": {"Qt6::Test", "Qt6::DBus", "clavitor_ui", "clavitor_test_core_support"},
    "clavitor_test_bridge_support": {"Qt6::Test", "Qt6::Network", "clavitor_link"},
    "clavitor_test_rig_support": {"Qt6::Test", "clavitor_bridge", "clavitor_test_bridge_support"},
}
EVERYWHERE = {"clavitor_options"}  # warnings and hardening, no code

# A test links what it tests and the support for tests of that, so tests cannot tie together what the program keeps apart.
TEST_LINKS = {
    "tests/crypto": {"clavitor_crypto"},
    "tests/link": {"clavitor_link"},
    "tests/bridge": {"clavitor_bridge", "clavitor_link"},
    "tests/shim": {"clavitor_shim", "clavitor_link"},
    "tests/app": {"clavitor_core", "clavitor_link", "clavitor_crypto"},
    "tests/ui": {"clavitor_ui", "clavitor_core"},
    "tests/desktop": {"clavitor_ui", "clavitor_core"},  # of app/'s own files, which put them together
    "tests/support": {"clavitor_core", "clavitor_link", "clavitor_crypto"},
    "tests/tool": {"clavitor_core", "clavitor_link", "clavitor_crypto"},
    "tests/bench": {"clavitor_core", "clavitor_link", "clavitor_crypto"},
    "tests/fuzz": {"clavitor_core", "clavitor_link", "clavitor_crypto", "clavitor_bridge"},
    "tests/doors": {"clavitor_core", "clavitor_link", "clavitor_crypto", "clavitor_bridge"},
}
# What the two processes promise together: the bridge's parsers ask the keeper's gate, and its schemas hold for what that answers.
TOGETHER = {"tests/fuzz", "tests/doors"}
NEVER_TOGETHER = [({"clavitor_ui", "clavitor_core"}, {"clavitor_bridge", "clavitor_shim"})]

SOURCE_ROOTS = ["crypto", "app", "bridge", "shim", "ui", "resources", "tests"]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def sources(root, roots=SOURCE_ROOTS, suffixes=(".cpp", ".h")):
    for top in roots:
        for folder, folders, names in os.walk(Path(root) / top):
            folders[:] = sorted(f for f in folders if f not in ("build", "node_modules", "__pycache__"))
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield Path(folder, name).relative_to(root)


def room_of(path):
    """The folder of the house a source stands in: the longest name in the tables that leads its path."""
    path = Path(path).as_posix()
    rooms = [room for room in MAY_INCLUDE if path.startswith(room + "/")]
    return max(rooms, key=len) if rooms else None


def tested_room(path):
    """tests/app/store/tst_X.cpp -> app/store; None for what belongs to no folder (support, e2e)."""
    parts = Path(path).parts
    return room_of(Path(*parts[1:])) if parts[0] == "tests" and len(parts) > 2 else None


def qt_headers(folders):
    """Header name -> the Qt module that owns it, read from the installed headers."""
    owner = {}
    for folder in folders:
        module = Path(folder).name
        if module.startswith("Qt") and Path(folder).is_dir():
            for name in os.listdir(folder):
                owner.setdefault(name, module)
    return owner


# ---- checks ---------------------------------------------------------------------------------------------------

def check_includes(root, qt_owner):
    complaints = []
    http_server_files = []
    for path in sources(root):
        text = (Path(root) / path).read_text(encoding="utf-8", errors="replace")
        testing = path.parts[0] == "tests"
        room = tested_room(path) if testing else room_of(path)
        for bracket, name in INCLUDE.findall(text):
            where = f"{path}: includes {bracket}{name}{'>' if bracket == '<' else bracket}"
            top = name.split("/")[0]
            if top in SOURCE_ROOTS:
                complaints += _own_header(path, room, testing, name, where)
                continue
            module = top if top.startswith("Qt") and "/" in name else qt_owner.get(name)
            if module is None and re.match(r"^Q[A-Z]", name):
                complaints.append(f"{where}: no installed Qt module has that header")
                continue
            if module:
                if module == "QtHttpServer" and not testing:
                    http_server_files.append(path)
                if module == "QtSql":
                    complaints.append(f"{where}: Qt's SQL module is nowhere allowed (its SQLite and SQLCipher export the same symbols)")
                elif not testing and room and module not in QT_MODULES[room]:
                    complaints.append(f"{where}: {room} may not know {module}")
                elif testing and room in ("crypto", "app/link", *CORE_ORDER) and module not in ("QtCore", "QtTest", "QtDBus"):
                    complaints.append(f"{where}: a test of {room} needs only QtCore and QtTest")
                continue
            if bracket == '"' and not name.endswith((".moc", ".inc")) and name != f"moc_{path.stem}.cpp":
                complaints.append(f"{where}: headers of ours are named by their path from the root")
            for pattern, rooms in FOREIGN_HEADERS:
                if pattern.search(name) and not testing and room not in rooms:
                    complaints.append(f"{where}: only {', '.join(sorted(rooms))} may use it")
    if len(set(http_server_files)) > 1:
        names = ", ".join(sorted({str(f) for f in http_server_files}))
        complaints.append(f"QtHttpServer is included by {names}: one file holds the difference between Qt releases")
    return complaints


def _own_header(path, room, testing, name, where):
    target = room_of(name)
    if testing:
        if name.startswith("tests/"):
            return [] if name.startswith(("tests/support/", "tests/tool/", path.parent.as_posix() + "/")) else [f"{where}: tests share code through tests/support"]
        if room is None:  # support, bench, fuzz
            return []
        allowed = MAY_INCLUDE[room] | {room}
        if room in CORE_ORDER or room == "ui":
            allowed = allowed | {"app/link", "crypto"}
        return [] if target in allowed else [f"{where}: a test of {room} may not reach {target or name}"]
    if name.startswith("tests/"):
        return [f"{where}: the program does not know its tests"]
    if room is None:
        return [f"{path}: stands in no folder of the house"]
    if target is None:
        return [f"{where}: no such folder"]
    if target != room and target not in MAY_INCLUDE[room]:
        return [f"{where}: {room} may not know {target}"]
    return []


def brought_by(links):
    """The links, and what the support among them brings along."""
    support = {link for link in links if link.endswith("_support")}
    return set().union(links, *(brought_by(LINKS.get(link, set())) for link in support))


def check_links(targets):
    """`targets` as targets.cmake writes them: [{name, folder, type, links}]."""
    complaints = []
    for target in targets:
        name, folder = target["name"], target["folder"]
        # $<LINK_ONLY:x> is how CMake carries the private libraries of a static one.
        links = {re.sub(r"^\$<LINK_ONLY:(.*)>$", r"\1", link) for link in target["links"] if link} - EVERYWHERE
        links = {link for link in links if not link.startswith(("::@", "$<", "clavitor_ui_resources"))}  # compiled-in pictures
        if any(link in ("Qt6::Sql", "Qt::Sql") for link in links):
            complaints.append(f"{name} links Qt6::Sql, which is nowhere allowed")
        if name in LINKS:
            complaints += [f"{name} links {link}, which its place in the house forbids" for link in sorted(links - LINKS[name])]
        elif f"{folder}/".startswith("tests/"):
            room = "/".join(folder.split("/")[:2])
            links = brought_by(links)
            ours = {link for link in links if link.startswith("clavitor") and not re.search(r"_support$|^clavitor_test", link)}
            if room in TEST_LINKS:
                complaints += [f"{name} ({folder}) links {link}: a test links what it tests" for link in sorted(ours - TEST_LINKS[room])]
            for left, right in NEVER_TOGETHER:
                if links & left and links & right and room not in TOGETHER:
                    complaints.append(f"{name} ({folder}) links {', '.join(sorted(links & (left | right)))} together")
        elif target["type"] != "UTILITY" and not name.startswith("clavitor_ui_resources"):
            complaints.append(f"{name} ({folder}) is a target the rules do not know: give it a line in tests/architecture/rules.py")
    return complaints


SECRET_SYMBOLS = re.compile(r"\b(sqlite3_\w+|crypto_(pwhash|aead|box|kdf|secretbox|sign|generichash)\w*|sodium_\w+|\w*clavitor6crypto\w*|"
                            r"\w*QKeychain\w*)\b")


def check_symbols(program, listing, needed):
    """`listing`: output of nm -C --defined and undefined; `needed`: the shared libraries the program asks for."""
    complaints = []
    forbidden = {"clavitor-bridge": r"sqlcipher|sqlite|sodium|keychain|libcrypto|zxcvbn|Qt6(Sql|Gui|Widgets|DBus)",
                 "clavitor-mcp": r"sqlcipher|sqlite|sodium|keychain|libcrypto|zxcvbn|Qt6(Sql|Gui|Widgets|DBus|Network|HttpServer)",
                 "clavitor": r"Qt6(HttpServer|WebSockets|Sql)"}[program]
    complaints += [f"{program} is linked with {library}" for library in needed if re.search(forbidden, library)]
    if program in ("clavitor-bridge", "clavitor-mcp"):
        found = sorted({match.group(0) for match in SECRET_SYMBOLS.finditer(listing)})
        complaints += [f"{program} holds the symbol {symbol}: keys and the database stay with the keeper" for symbol in found[:10]]
    elif re.search(r"\b\w*(QHttpServer|clavitor6bridge)\w*", listing):
        complaints.append(f"{program} holds symbols of the bridge's HTTP side")
    return complaints


LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
README_LIMIT = {"crypto": 150}


def check_conventions(root):
    root = Path(root)
    complaints = []
    for path in sources(root, suffixes=(".cpp", ".h", ".py", ".sh", ".mjs", ".cmake", "CMakeLists.txt")):
        with open(root / path, encoding="utf-8", errors="replace") as file:
            first = [file.readline(), file.readline()]
        if LICENCE not in (first[1] if first[0].startswith("#!") else first[0]):
            complaints.append(f"{path}: does not begin with the SPDX line")
    for path in sources(root):
        complaints += _file_name(root, path)
    complaints += _readmes(root)
    complaints += _repeated_names(root)
    complaints += _foretold_slots(root)
    return complaints


SLOTS = re.compile(r"^class \w+[^;{]*\{\n\s*Q_OBJECT\b(.*?)^\};", re.S | re.M)


def _foretold_slots(root):
    """moc reads a test of one source without definitions: a slot within an #if would never run, and nobody would know."""
    return [f"{path}: a class with slots has an #if, which its moc cannot decide"
            for path in sources(root, ["tests"], (".cpp",))
            if any(re.search(r"^\s*#\s*if", body, re.M) for body in SLOTS.findall((root / path).read_text(encoding="utf-8")))]


UNNAMED = re.compile(r"^namespace \{\n(.*?)^\} // namespace$", re.S | re.M)
LOCAL_NAMES = (re.compile(r"^(?:constexpr|const|static)\b[^\n;({=]*?\b(\w+)\s*[{=\[(]", re.M), re.compile(r"^(?:class|struct|enum class)\s+(\w+)\b(?!;)", re.M))


def _repeated_names(root):
    """Sources of a target are compiled several at once, whichever happen to come together: what is local to one must not be named
    like what is local to another."""
    places = {}
    for path in sources(root, suffixes=(".cpp",)):
        if path.parts[0] == "tests" or len(path.parts) < 2:
            continue
        target = "core" if path.parts[0] == "app" and len(path.parts) > 2 and path.parts[1] != "link" else "/".join(path.parts[:-1] if path.parts[0] == "app" else path.parts[:1])
        for unnamed in UNNAMED.finditer((Path(root) / path).read_text(encoding="utf-8", errors="replace")):
            for pattern in LOCAL_NAMES:
                for found in pattern.finditer(unnamed.group(1)):
                    places.setdefault((target, found.group(1)), set()).add(str(path))
    return [f"{name} is local to each of {', '.join(sorted(paths))}, which may be compiled together" for (_, name), paths in sorted(places.items()) if len(paths) > 1]


def _file_name(root, path):
    stem = path.stem
    if path.parts[0] == "tests" and re.match(r"^(tst|fuzz|bench)_\w+$", stem) or stem == "main":
        return []
    if not re.match(r"^[A-Z][A-Za-z0-9]*$", stem):
        return [f"{path}: a file is named after its class, in PascalCase"]
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".h":
        if "#pragma once" not in text:
            return [f"{path}: no #pragma once"]
    elif path.parts[0] != "tests" and not (root / path).with_suffix(".h").exists():
        # A second file of a class is named for its part and includes the class's header.
        if path.parent not in [Path(name).parent for _, name in INCLUDE.findall(text)]:
            return [f"{path}: has no header of its name, nor includes one of its folder"]
    return []


def _readmes(root):
    complaints = []
    folders = {room_of(path) for path in sources(root) if path.parts[0] != "tests"} - {None}
    for folder in sorted(folders):
        readme = root / folder / "README.md"
        limit = README_LIMIT.get(folder, 60)
        if not readme.is_file():
            complaints.append(f"{folder}: has no README.md that says what it is for")
        elif (lines := len(readme.read_text(encoding="utf-8").splitlines())) > limit:
            complaints.append(f"{folder}/README.md: {lines} lines, at most {limit}")
    return complaints


def long_files(root):
    """Not a fault by itself: printed, so that someone looks twice."""
    for path in sources(root):
        lines = (Path(root) / path).read_text(encoding="utf-8", errors="replace").count("\n")
        if lines > (200 if path.suffix == ".h" else 400):
            yield f"{path}: {lines} lines"


def load_targets(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))
