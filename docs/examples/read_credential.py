# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one credential: python3 read_credential.py github.com"""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

URL = os.environ.get("CLAVITOR_URL", "http://127.0.0.1:1984")
KEY = Path(os.environ["CLAVITOR_TOKEN_FILE"]).read_text().strip()
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy has no business in this


def call(target, body=None, patience=90):
    """One call. Waits while the person is being asked; says what went wrong in Clavitor's own words."""
    request = urllib.request.Request(URL + target, headers={"Authorization": f"Bearer {KEY}"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    deadline = time.monotonic() + patience
    while True:
        try:
            with DIRECT.open(request, timeout=60) as answer:
                if answer.status != 202:
                    return json.load(answer)
                pause = int(answer.headers["Retry-After"])
        except urllib.error.HTTPError as refused:
            error = json.load(refused)["error"]
            raise SystemExit(f"{error['code']}: {error['message']} {error['hint']}") from None
        if time.monotonic() > deadline:
            raise SystemExit("The person has not answered.")
        time.sleep(pause)


def credential(query, reason):
    """The best match with its values, and which field has which kind."""
    asked = urllib.parse.urlencode({"reason": reason})
    found = call(f"/api/search?{urllib.parse.urlencode({'q': query})}&{asked}")
    if found["entries"]:
        return found["entries"][0]
    if found.get("more"):  # the person is asked before these are read
        return call(f"/api/entries/{found['more'][0]['id']}?{asked}")
    raise SystemExit(f"Nothing here is called {query}.")


if __name__ == "__main__":
    entry = credential(sys.argv[1], "example: sign in")
    for field in entry["fields"]:
        if field.get("l2"):
            print(f"{field['label']}: Personal, for nobody but the person")
        elif field["kind"] == "username":
            print(f"{field['label']}: {field['value']}")
        elif "value" in field:
            print(f"{field['label']}: {len(field['value'])} characters, not shown here")
    if any(field["kind"] == "totp" for field in entry["fields"]):
        code = call(f"/api/ext/totp/{entry['id']}?reason=example")
        print(f"one-time code: valid for {code['expires_in']} s")
