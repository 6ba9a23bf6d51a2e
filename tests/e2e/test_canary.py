# SPDX-License-Identifier: GPL-3.0-or-later
"""Known secrets, made up in this run, looked for wherever they must not be: logs, stderr, argv, environ, files, the
bridge's memory, answers to the wrong key (SECURITY.md P2, T4, T28).

A canary is searched for as UTF-8, UTF-16, hexadecimal and base64.
"""
import base64
import collections
import http.client
import json
import os
import re
import secrets
import subprocess
import time
import unittest
from pathlib import Path
from urllib.parse import quote

import vault
from desktop import Desktop
from program import Clavitor

DIGITS = "0123456789"
HERE = Path(__file__).parent


def word(prefix):
    return prefix + "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(18))


def number(length):
    return "".join(secrets.choice(DIGITS) for _ in range(length))


class Canaries:
    def __init__(self):
        self.master = word("master") + " Paddle 7"
        self.seed = base64.b32encode(secrets.token_bytes(20)).decode()
        # Given to the right key, and to nobody else.
        self.shared = {name: word(name) for name in ("password", "hidden", "note")}
        self.other = {"otherpassword": word("other")}         # an entry outside the narrow key's scope
        self.trashed = {"trashpassword": word("trash")}
        # Given to no agent, ever.
        self.personal = {"card": "4" + number(15), "holderpin": word("pin"), "recovery": word("recovery"), "passport": word("pp").upper(), "tax": number(11),
                         "safepin": word("safe")}

    @property
    def never_for_agents(self):
        return {**self.personal, **self.trashed, "seed": self.seed, "master": self.master}

    @property
    def all(self):
        return {**self.never_for_agents, **self.shared, **self.other}

    def bitwarden(self):
        def item(kind, name, **rest):
            return {"id": None, "type": kind, "name": name, "favorite": False, "reprompt": 0, "folderId": None, "collectionIds": None, "notes": None, **rest}

        def custom(name, value):
            return {"name": name, "value": value, "type": 1, "linkedId": None}

        s, p = self.shared, self.personal
        return {"encrypted": False, "folders": [{"id": "f1", "name": "narrow"}], "items": [
            item(1, "canary login", folderId="f1", notes=s["note"], login={"uris": [{"match": None, "uri": "https://canary.example"}], "username": "canary-user",
                 "password": s["password"], "totp": f"otpauth://totp/canary?secret={self.seed}"}, fields=[custom("hidden", s["hidden"]), custom("recovery codes", p["recovery"]), custom("PIN", p["holderpin"])]),
            item(1, "other login", login={"uris": [{"match": None, "uri": "https://other.example"}], "username": "other-user", "password": self.other["otherpassword"], "totp": None}),
            item(1, "trashed login", deletedDate="2026-01-02T03:04:05.000Z", login={"uris": [], "username": "gone", "password": self.trashed["trashpassword"], "totp": None}),
            item(2, "canary safe", secureNote={"type": 0}, fields=[custom("PIN", p["safepin"])]),
            item(3, "canary card", card={"cardholderName": "Canary Holder", "brand": "Visa", "number": p["card"], "expMonth": "4", "expYear": "2031", "code": "987"}),
            item(4, "canary identity", identity={"firstName": "Canary", "lastName": "Person", "passportNumber": p["passport"], "ssn": p["tax"]})]}


def forms(canary):
    raw = canary.encode()
    for offset in range(3):  # base64 of the canary inside something longer
        coded = base64.b64encode(b"\0" * offset + raw)
        yield coded[4 if offset else 0:len(coded) // 4 * 4 - 4]
    yield from (raw, canary.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode())


def found(haystack, canaries):
    return sorted(name for name, canary in canaries.items() if any(form and form in haystack for form in forms(canary)))


def memory(pid):
    """Every readable page of a process. Root may, even where the process made itself unreadable to its own user."""
    image = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem, open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            begin, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if rights[0] != "r" or "[vvar]" in line or "[vsyscall]" in line:
                continue
            try:
                mem.seek(int(begin, 16))
                image.append(mem.read(int(end, 16) - int(begin, 16)))
            except OSError:
                continue
    return b"".join(image)


class Canary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.canaries = canaries = Canaries()
        export = cls.desktop.home / "export.json"
        export.write_text(json.dumps(canaries.bitwarden()))
        cls.folder = cls.desktop.home / "data" / "vault"
        tokens = vault.create(cls.folder, canaries.master, keys=["wide", "narrow:tag=narrow", "unused:tag=narrow", "random-wide", "random-narrow:tag=narrow"],
                              import_file=export)
        export.unlink()
        cls.wide, cls.narrow, cls.unused = tokens["wide"], tokens["narrow"], tokens["unused"]
        cls.random_tokens = {"wide": tokens["random-wide"], "narrow": tokens["random-narrow"]}
        # Everything that makes Qt talk (SECURITY.md F7), and names that must not reach us.
        cls.desktop.env.update(QT_LOGGING_RULES="*=true;qt.httpserver*=true", QT_DEBUG_PLUGINS="1", QT_MESSAGE_PATTERN="%{category} %{message}")
        cls.app = Clavitor(cls.desktop, "--vault", cls.folder, "--password-stdin", stdin=canaries.master).start()
        cls.addClassCleanup(cls.app.stop)
        cls.answers = {"wide": [], "narrow": [], "none": []}
        cls.everything()

    @classmethod
    def everything(cls):
        """Each door, each call, right and wrong, with both keys and without one."""
        app = cls.app
        for who, token in (("wide", cls.wide), ("narrow", cls.narrow), ("none", None)):
            def keep(answer, who=who):
                cls.answers[who].append(b"\n".join(f"{k}: {v}".encode() for k, v in answer.headers.items()) + b"\n" + answer.body)
                return answer

            def rest(path, token=token):
                return keep(app.get(path, token))

            def mcp(method, params, token=token):
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
                return keep(app.request("POST", "/mcp", token, body=body))

            # The ids as the wide key sees them, so the narrow one asks for what it may not have.
            listed = app.get("/api/entries?limit=100", cls.wide).json
            for path in ("/health", "/api/status", "/api/entries?limit=100", "/api/entries?limit=1", "/api/generate", "/api/generate?words=6", "/api/nothing", "/api/entries?limit=x"):
                rest(path)
            for query in ("canary", "login", "other", "card", "identity", "trashed", "Visa", "a", "@", "%", "*", '"'):
                rest(f"/api/search?q={quote(query)}&limit=20")
                mcp("tools/call", {"name": "search", "arguments": {"query": query, "limit": 20}})
            for entry in listed["entries"]:
                rest(f"/api/entries/{entry['id']}")
                rest(f"/api/ext/totp/{entry['id']}")
                for tool in ("get_entry", "get_totp"):
                    mcp("tools/call", {"name": tool, "arguments": {"id": entry["id"]}})
                mcp("resources/read", {"uri": f"clavitor://entries/{entry['id']}"})
            for method, params in (("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "canary", "version": "1"}}), ("tools/list", {}),
                                   ("resources/list", {}), ("resources/read", {"uri": "clavitor://entries"}), ("resources/read", {"uri": "clavitor://status"}),
                                   ("prompts/get", {"name": "use-credential"}), ("tools/call", {"name": "list_entries", "arguments": {}}),
                                   ("tools/call", {"name": "vault_status", "arguments": {}}), ("tools/call", {"name": "nothing", "arguments": {}}), ("nothing", {})):
                mcp(method, params)
        for wrong in ("clavitor_" + "A" * 57, cls.wide[:-1] + "~", "x"):
            answer = app.get("/api/entries", wrong)
            cls.answers["none"].append(answer.body)
        time.sleep(0.5)

    def test_among_random_requests_none_is_answered_with_what_it_must_not_be(self):
        """First by its name, so that all the others look at what these leave behind as well."""
        seed = int(os.environ.get("CLAVITOR_E2E_SEED", secrets.randbelow(1 << 32)))
        wanted, most = int(os.environ.get("CLAVITOR_E2E_REQUESTS", 100_000)), float(os.environ.get("CLAVITOR_E2E_REQUEST_SECONDS", 40))
        print(f"seed {seed}")
        hidden = self.canaries.never_for_agents
        forbidden = {"wide": hidden, "narrow": {**hidden, **self.canaries.other}, "none": {**self.canaries.all, **self.random_tokens}}
        listed = self.app.get("/api/entries?limit=100", self.wide).json["entries"]
        # Of what is hidden a few letters only, so that no answer that repeats the question looks like a leak.
        words = ["canary", "login", "other", "card", "identity", "trashed", "Visa", "GitHub", *(secret[at:at + 4] for secret in hidden.values() for at in (0, 5))]
        given = json.dumps({"tokens": self.random_tokens, "ids": [entry["id"] for entry in listed] + ["0192f0c1-0000-7000-8000-000000000000"], "words": words,
                            "forbidden": {who: {name: [form.hex() for form in forms(secret) if form] for name, secret in names.items()} for who, names in forbidden.items()}})
        workers = 2
        running = [subprocess.Popen(["/usr/bin/python3", HERE / "random_requests.py", str(self.app.port), str(seed + number), str(-(-wanted // workers)), str(most)],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for number in range(workers)]
        for worker in running:  # both at once
            worker.stdin.write(given)
            worker.stdin.close()
        results = []
        for worker in running:
            results.append(json.loads(worker.stdout.read()))
            worker.stdout.close()
            self.assertEqual(worker.wait(30), 0)
        answered, statuses = sum(result["answered"] for result in results), sum((collections.Counter(result["statuses"]) for result in results), collections.Counter())
        print(f"{answered} random requests answered in {max(result['seconds'] for result in results):.0f} s: {dict(sorted(statuses.items()))}")
        for result in results:
            self.assertEqual(result["found"], [])
            self.assertFalse(result["hung"])
            self.assertLess(result["unanswered"], max(20, result["answered"] / 1000))  # a hang-up can overtake what was said before it
        # They did get somewhere: values were given to the keys that may have them.
        self.assertGreater(statuses["wide 200"], answered / 10)
        self.assertGreater(statuses["narrow 200"], answered / 40)
        self.assertEqual(self.app.get("/health", token=None).json["status"], "unlocked")

    def test_gives_the_shared_values_to_the_key_that_may_have_them(self):
        self.assertEqual(found(b"\n".join(self.answers["wide"]), {**self.canaries.shared, **self.canaries.other}), sorted([*self.canaries.shared, *self.canaries.other]))

    def test_gives_no_agent_a_personal_value_a_seed_or_what_is_in_the_trash(self):
        for who, answers in self.answers.items():
            self.assertEqual(found(b"\n".join(answers), self.canaries.never_for_agents), [], who)

    def test_marks_personal_fields_with_the_fixed_words_and_nothing_else(self):
        entries = self.app.search("canary", token=self.wide).json["entries"]
        personal = [field for entry in entries for field in entry["fields"] if field.get("l2")]
        self.assertGreaterEqual(len(personal), 4)
        for field in personal:
            self.assertEqual(set(field), {"id", "label", "kind", "value", "l2"})
            self.assertEqual((field["value"], field["l2"]), ("[REDACTED]", True))

    def test_gives_nothing_outside_its_scope(self):
        self.assertEqual(found(b"\n".join(self.answers["narrow"]), self.canaries.other), [])
        self.assertNotIn(b"other login", b"\n".join(self.answers["narrow"]))
        outside = next(e["id"] for e in self.app.get("/api/entries?limit=100", self.wide).json["entries"] if e["title"] == "other login")
        absent = "0192f0c1-0000-7000-8000-000000000000"
        for path in ("/api/entries/{}", "/api/ext/totp/{}"):
            texts = []
            for id in (outside, absent):
                # The narrow key was refused so often by now that it is only told to wait.
                answer = self.app.get(path.format(id), self.unused)
                self.assertEqual(answer.status, 404)
                texts.append(re.sub(r'"request_id":\s*"[^"]*"', "", answer.body.decode()).replace(id, "ID"))
            self.assertEqual(texts[0], texts[1], "not yours and not there must read the same")
        for tool in ("get_entry", "get_totp"):
            texts = []
            for id in (outside, absent):
                body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {"id": id}}}
                answer = self.app.request("POST", "/mcp", self.unused, body=body)
                self.assertIn(b"not_found", answer.body)
                self.assertNotIn(b"other login", answer.body)
                texts.append(re.sub(r'\\?"request_id\\?":\s*\\?"[^"]*"', "", answer.body.decode()).replace(id, "ID"))
            self.assertEqual(texts[0], texts[1], "nor may they differ over MCP")

    def test_gives_nothing_without_a_key(self):
        self.assertEqual(found(b"\n".join(self.answers["none"]), {**self.canaries.all, "wide token": self.wide, "narrow token": self.narrow}), [])

    def test_finds_nothing_by_a_personal_value(self):
        for name, canary in {**self.canaries.personal, "seed": self.canaries.seed}.items():
            for part in (canary, canary[:6], canary[-6:], canary[4:12]):
                answer = self.app.search(part, token=self.wide).json
                self.assertEqual((answer["entries"], answer["total"]), ([], 0), name)

    def test_writes_none_of_them_to_its_output(self):
        said = self.app.output().encode()
        self.assertEqual(found(said, {**self.canaries.all, "wide token": self.wide, "narrow token": self.narrow}), [])

    def test_has_none_of_them_in_arguments_or_environment(self):
        for pid in (self.app.process.pid, self.app.bridge_pid):
            for name in ("cmdline", "environ"):
                try:
                    text = Path(f"/proc/{pid}/{name}").read_bytes()
                except PermissionError:
                    continue  # which is how it should be for anyone but root
                self.assertEqual(found(text, {**self.canaries.all, "wide token": self.wide}), [], f"{pid} {name}")

    def test_leaves_none_of_them_in_any_file(self):
        for file in self.desktop.home.rglob("*"):
            if file.is_file() and not file.is_symlink():
                self.assertEqual(found(file.read_bytes(), {**self.canaries.all, "wide token": self.wide, "narrow token": self.narrow}), [], file)

    def test_bridge_never_holds_what_no_agent_may_have(self):
        image = self.bridge_memory()
        self.assertEqual(found(image, self.canaries.never_for_agents), [])

    def test_bridge_forgets_values_and_tokens_when_they_are_delivered(self):
        image = self.bridge_memory()
        self.assertEqual(found(image, {**self.canaries.shared, **self.canaries.other, "wide token": self.wide, "narrow token": self.narrow}), [])

    def test_bridge_forgets_an_answer_while_its_connection_stays_open(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/entries?limit=100", headers={"Authorization": f"Bearer {self.wide}"})
        ids = [entry["id"] for entry in json.loads(connection.getresponse().read())["entries"]]
        given = b""
        for id in ids:
            connection.request("GET", f"/api/entries/{id}", headers={"Authorization": f"Bearer {self.wide}"})
            given += connection.getresponse().read()
        self.assertNotEqual(found(given, self.canaries.shared), [])
        time.sleep(0.5)
        self.assertEqual(found(self.bridge_memory(), {**self.canaries.shared, "wide token": self.wide}), [])

    def bridge_memory(self):
        if os.geteuid() != 0:
            with self.assertRaises(PermissionError):
                open(f"/proc/{self.app.bridge_pid}/mem", "rb")
            self.skipTest("only root may read it, as it should be")
        image = memory(self.app.bridge_pid)
        self.assertGreater(len(image), 1_000_000)
        self.assertIn(b"clavitor", image, "the reader works")
        return image


if __name__ == "__main__":
    unittest.main(verbosity=2)
