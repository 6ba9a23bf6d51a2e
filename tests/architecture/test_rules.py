# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks themselves, tested: each is given something that breaks one rule, and something that breaks none."""
import tempfile
import unittest
from pathlib import Path

import rules

QT = {"QString": "QtCore", "QObject": "QtCore", "QDBusConnection": "QtDBus", "QTcpSocket": "QtNetwork", "QWidget": "QtWidgets",
      "QIcon": "QtGui", "QHttpServer": "QtHttpServer", "QAbstractHttpServer": "QtHttpServer", "QSqlDatabase": "QtSql", "QTest": "QtTest"}
HEAD = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


class Tree:
    """A throwaway source tree."""

    def __init__(self, files):
        self.files = files

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in self.files.items():
            path = Path(self.folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.folder.name

    def __exit__(self, *_):
        self.folder.cleanup()


class Includes(unittest.TestCase):
    ALLOWED = [
        ("crypto/Digest.cpp", "<sodium.h>"), ("crypto/Totp.cpp", "<openssl/hmac.h>"), ("crypto/Totp.cpp", '"crypto/Digest.h"'),
        ("app/link/Wipe.h", "<QString>"), ("app/base/Log.h", '"app/link/Wipe.h"'), ("app/model/Entry.h", '"app/base/Id.h"'),
        ("app/store/Database.cpp", "<sqlcipher/sqlite3.h>"), ("app/session/Keychain.cpp", "<qt6keychain/keychain.h>"),
        ("app/session/Bus.cpp", "<QDBusConnection>"), ("app/service/Vault.cpp", '"app/access/AccessGate.h"'),
        ("bridge/HttpServer.cpp", "<QHttpServer>"), ("bridge/ConnectionGuard.cpp", "<QTcpSocket>"), ("bridge/Router.h", '"app/link/Messages.h"'),
        ("ui/MainWindow.h", "<QWidget>"), ("ui/MainWindow.cpp", '"app/service/VaultClient.h"'), ("app/main.cpp", '"ui/MainWindow.h"'),
        ("tests/app/store/tst_Database.cpp", '"tests/support/Folder.h"'), ("tests/app/store/tst_Database.cpp", '"app/store/Database.h"'),
        ("tests/app/store/tst_Database.cpp", "<QTest>"), ("ui/MainWindow.cpp", '"MainWindow.moc"'),
        ("tests/support/GateTest.cpp", '"moc_GateTest.cpp"'),
    ]
    FORBIDDEN = [
        ("crypto/Digest.cpp", "<QString>", "crypto may not know QtCore"),
        ("crypto/Digest.cpp", "<QtCore/QString>", "crypto may not know QtCore"),
        ("crypto/Digest.cpp", '"app/base/Error.h"', "crypto may not know app/base"),
        ("app/link/Wipe.cpp", '"app/base/Error.h"', "app/link may not know app/base"),
        ("app/link/Wipe.cpp", '"crypto/SecretText.h"', "app/link may not know crypto"),
        ("app/base/Log.cpp", '"app/model/Entry.h"', "app/base may not know app/model"),
        ("app/model/Entry.cpp", '"app/store/Database.h"', "app/model may not know app/store"),
        ("app/import/Csv.cpp", '"app/store/EntryStore.h"', "app/import may not know app/store"),
        ("app/store/Database.cpp", '"app/access/Policy.h"', "app/store may not know app/access"),
        ("app/session/VaultSession.cpp", '"app/service/Vault.h"', "app/session may not know app/service"),
        ("app/service/Vault.cpp", '"ui/MainWindow.h"', "app/service may not know ui"),
        ("app/service/Vault.cpp", "<QTcpSocket>", "app/service may not know QtNetwork"),
        ("app/access/Policy.cpp", "<QWidget>", "app/access may not know QtWidgets"),
        ("app/model/Entry.h", "<QIcon>", "app/model may not know QtGui"),
        ("bridge/RestApi.cpp", '"app/base/Error.h"', "bridge may not know app/base"),
        ("bridge/RestApi.cpp", '"crypto/SecretText.h"', "bridge may not know crypto"),
        ("bridge/RestApi.cpp", '"ui/MainWindow.h"', "bridge may not know ui"),
        ("bridge/RestApi.cpp", "<sodium.h>", "only app/base, crypto may use it"),
        ("ui/MainWindow.cpp", '"bridge/Router.h"', "ui may not know bridge"),
        ("ui/MainWindow.cpp", "<QTcpSocket>", "ui may not know QtNetwork"),
        ("app/main.cpp", '"bridge/Router.h"', "app may not know bridge"),
        ("app/main.cpp", "<QHttpServer>", "app may not know QtHttpServer"),
        ("app/store/Database.cpp", "<QSqlDatabase>", "nowhere allowed"),
        ("tests/ui/tst_X.cpp", "<QSqlDatabase>", "nowhere allowed"),
        ("app/access/AuditLog.cpp", "<sqlcipher/sqlite3.h>", "only app/store may use it"),
        ("ui/MainWindow.cpp", "<qt6keychain/keychain.h>", "only app/session may use it"),
        ("ui/MainWindow.cpp", "<QNoSuchThing>", "no installed Qt module"),
        ("ui/MainWindow.cpp", '"Theme.h"', "named by their path from the root"),
        ("tests/support/GateTest.cpp", '"moc_OpenVaultTest.cpp"', "named by their path from the root"),
        ("app/base/Log.cpp", '"tests/support/Folder.h"', "does not know its tests"),
        ("tests/app/model/tst_Entry.cpp", '"app/store/Database.h"', "a test of app/model may not reach app/store"),
        ("tests/bridge/tst_Router.cpp", '"app/service/Vault.h"', "a test of bridge may not reach app/service"),
        ("tests/ui/tst_X.cpp", '"bridge/Router.h"', "a test of ui may not reach bridge"),
        ("tests/app/store/tst_Database.cpp", "<QWidget>", "needs only QtCore and QtTest"),
        ("tests/app/store/tst_Database.cpp", '"tests/ui/Gallery.h"', "through tests/support"),
        ("app/store/Database.cpp", "  <QWidget>".strip(), "app/store may not know QtWidgets"),
    ]

    def test_lets_every_allowed_arrow_pass(self):
        for path, header in self.ALLOWED:
            with self.subTest(path=path, header=header), Tree({path: f"{HEAD}#include {header}\n"}) as root:
                self.assertEqual(rules.check_includes(root, QT), [])

    def test_names_every_forbidden_arrow(self):
        for path, header, words in self.FORBIDDEN:
            with self.subTest(path=path, header=header), Tree({path: f"{HEAD}#include {header}\n"}) as root:
                complaints = rules.check_includes(root, QT)
                self.assertEqual(len(complaints), 1, complaints)
                self.assertIn(words, complaints[0])
                self.assertIn(path, complaints[0])

    def test_sees_an_include_that_is_spaced_and_indented(self):
        with Tree({"crypto/Digest.cpp": f"{HEAD}#if 1\n  #  include   <QString>\n#endif\n"}) as root:
            self.assertEqual(len(rules.check_includes(root, QT)), 1)

    def test_refuses_a_second_file_that_includes_the_http_server(self):
        with Tree({"bridge/HttpServer.cpp": f"{HEAD}#include <QHttpServer>\n", "bridge/Router.cpp": f"{HEAD}#include <QAbstractHttpServer>\n"}) as root:
            self.assertIn("bridge/HttpServer.cpp, bridge/Router.cpp", rules.check_includes(root, QT)[0])


def target(name, folder, *links, kind="STATIC_LIBRARY"):
    return {"name": name, "folder": folder, "type": kind, "links": list(links)}


class Links(unittest.TestCase):
    def test_lets_the_house_as_planned_pass(self):
        self.assertEqual(rules.check_links([
            target("clavitor_crypto", "crypto", "PkgConfig::Sodium", "clavitor_options", "$<LINK_ONLY:clavitor_options>"),
            target("clavitor_core", "app", "Qt6::Core", "clavitor_link", "clavitor_crypto", "PkgConfig::SqlCipher"),
            target("clavitor-bridge", "bridge", "clavitor_bridge", kind="EXECUTABLE"),
            target("tst_Database", "tests/app/store", "clavitor_options", "Qt6::Test", "clavitor_core", kind="EXECUTABLE"),
            target("clavitor_test_ui_support", "tests/support", "clavitor_ui", "clavitor_test_core_support", "$<LINK_ONLY:clavitor_options>"),
            target("tst_TrayIcon", "tests/ui/shell", "clavitor_ui", "clavitor_test_ui_support", kind="EXECUTABLE"),
            target("tst_Router", "tests/bridge", "clavitor_bridge", "Qt6::Network", kind="EXECUTABLE")]), [])

    def test_names_every_forbidden_link(self):
        for row in [target("clavitor_crypto", "crypto", "Qt6::Core"),
                    target("clavitor_link", "app/link", "clavitor_crypto"),
                    target("clavitor_core", "app", "Qt6::Network"),
                    target("clavitor_core", "app", "$<LINK_ONLY:Qt6::Gui>"),
                    target("clavitor_core", "app", "clavitor_ui"),
                    target("clavitor_bridge", "bridge", "clavitor_core"),
                    target("clavitor-bridge", "bridge", "PkgConfig::SqlCipher"),
                    target("clavitor_shim", "shim", "clavitor_core"),
                    target("clavitor-mcp", "shim", "clavitor_bridge"),
                    target("clavitor_ui", "ui", "clavitor_bridge"),
                    target("clavitor", "app", "Qt6::HttpServer"),
                    target("tst_Digest", "tests/crypto", "clavitor_core"),
                    target("tst_Router", "tests/bridge", "clavitor_core", "Qt6::Test"),
                    target("tst_Router", "tests/bridge", "clavitor_bridge", "clavitor_test_core_support"),
                    target("tst_Database", "tests/app/store", "clavitor_core", "clavitor_test_ui_support"),
                    target("tst_Conversation", "tests/shim", "clavitor_shim", "clavitor_test_rig_support"),
                    target("clavitor_test_bridge_support", "tests/support", "clavitor_core"),
                    target("surprise", "app/service")]:
            with self.subTest(row=row):
                self.assertTrue(rules.check_links([row]))

    def test_refuses_qt_sql_anywhere(self):
        self.assertIn("Qt6::Sql", rules.check_links([target("tst_X", "tests/ui", "Qt6::Sql")])[0])


class Symbols(unittest.TestCase):
    def test_lets_clean_programs_pass(self):
        self.assertEqual(rules.check_symbols("clavitor-bridge", "0 T clavitor::bridge::Router::route()\n U QHttpServer::QHttpServer()\n",
                                             ["libQt6HttpServer.so.6", "libQt6Core.so.6"]), [])
        self.assertEqual(rules.check_symbols("clavitor", "0 T clavitor::Vault::open()\n U sqlite3_open\n", ["libsqlcipher.so.0"]), [])

    def test_finds_the_keepers_libraries_in_the_bridge(self):
        for library in ["libsqlcipher.so.0", "libsodium.so.23", "libqt6keychain.so.1", "libQt6Widgets.so.6"]:
            self.assertEqual(len(rules.check_symbols("clavitor-bridge", "", [library])), 1)

    def test_finds_the_keepers_symbols_in_the_bridge(self):
        for symbol in ["                 U sqlite3_key_v2", "0 T crypto_pwhash", "0 T sodium_malloc", "0 T _ZN8clavitor6crypto11SecretBytesC1Ev"]:
            self.assertEqual(len(rules.check_symbols("clavitor-bridge", symbol, [])), 1, symbol)
            self.assertEqual(len(rules.check_symbols("clavitor-mcp", symbol, [])), 1, symbol)

    def test_finds_the_http_server_in_the_keeper(self):
        self.assertEqual(len(rules.check_symbols("clavitor", "", ["libQt6HttpServer.so.6"])), 1)


class Conventions(unittest.TestCase):
    GOOD = {"app/base/Clock.h": HEAD + "#pragma once\nclass Clock;\n", "app/base/Clock.cpp": HEAD, "app/base/README.md": "Time.\n"}

    def complaints(self, **changes):
        files = {**self.GOOD, **changes.get("files", {})}
        for name in changes.get("without", []):
            files.pop(name)
        with Tree(files) as root:
            return rules.check_conventions(root)

    def test_lets_a_tidy_folder_pass(self):
        self.assertEqual(self.complaints(), [])

    def test_wants_the_licence_line_first(self):
        self.assertEqual(len(self.complaints(files={"app/base/Clock.cpp": "\n" + HEAD})), 1)
        self.assertEqual(len(self.complaints(files={"tests/e2e/story.py": "#!/usr/bin/env python3\nprint()\n"})), 1)
        self.assertEqual(self.complaints(files={"tests/e2e/story.py": "#!/usr/bin/env python3\n# SPDX-License-Identifier: GPL-3.0-or-later\n"}), [])

    def test_finds_slots_that_depend_on_a_definition(self):
        test = HEAD + "class tst_Clock : public QObject {\n    Q_OBJECT\nprivate slots:\n    void ticks();\n%s};\n#ifdef Q_OS_LINUX\n#endif\n"
        self.assertEqual(self.complaints(files={"tests/app/base/tst_Clock.cpp": test % ""}), [])
        self.assertEqual(len(self.complaints(files={"tests/app/base/tst_Clock.cpp": test % "#ifdef Q_OS_LINUX\n    void tocks();\n#endif\n"})), 1)

    def test_wants_local_names_once_in_what_is_compiled_together(self):
        local = HEAD + '#include "ui/{0}.h"\nnamespace clavitor::ui {{\nnamespace {{\nconstexpr int kRow = {1};\n}} // namespace\n}}\n'
        header = HEAD + "#pragma once\n"
        two = {"ui/A.cpp": local.format("A", 1), "ui/A.h": header, "ui/keys/B.cpp": local.format("keys/B", 2), "ui/keys/B.h": header,
               "ui/README.md": "", "ui/keys/README.md": ""}
        self.assertIn("kRow is local to each of ui/A.cpp, ui/keys/B.cpp", self.complaints(files=two)[0])
        self.assertEqual(self.complaints(files={**two, "ui/keys/B.cpp": local.format("keys/B", 2).replace("kRow", "kColumn")}), [])

    def test_wants_files_named_after_their_class(self):
        self.assertEqual(len(self.complaints(files={"app/base/clock_util.h": HEAD + "#pragma once\n"})), 1)
        self.assertEqual(len(self.complaints(files={"app/base/Tide.cpp": HEAD})), 1)
        self.assertEqual(len(self.complaints(files={"app/base/Tide.cpp": HEAD + '#include "app/link/Wipe.h"\n'})), 1)
        self.assertEqual(self.complaints(files={"app/base/ClockZone.cpp": HEAD + '#include "app/base/Clock.h"\n'}), [])

    def test_wants_a_short_readme_in_each_folder(self):
        self.assertEqual(len(self.complaints(without=["app/base/README.md"])), 1)
        self.assertEqual(len(self.complaints(files={"app/base/README.md": "line\n" * 61})), 1)


class LongFiles(unittest.TestCase):
    def test_reports_them_without_failing(self):
        with Tree({"app/base/Clock.cpp": "\n" * 401, "app/base/Clock.h": "\n" * 200}) as root:
            self.assertEqual(list(rules.long_files(root)), ["app/base/Clock.cpp: 401 lines"])


if __name__ == "__main__":
    unittest.main()
