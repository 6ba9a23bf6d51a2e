# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a model call the vault's tools without MCP: python3 function_calls.py openai search '{"query": "github"}'"""
import json
import sys
import urllib.parse

from read_credential import URL, call

definitions = call(f"/api/functions?format={sys.argv[1]}")
tools = definitions["tools"]  # goes into the request to the model as it is, under "tools"


def perform(name, arguments):
    """What the model asked for, as the request it stands for. Hand the result back to the model."""
    request = definitions["calls"][name]
    target, query, body = request["url"].removeprefix(URL), {}, {}
    for argument, value in arguments.items():
        place = request["place"][argument]
        if place == "path":
            target = target.replace("{id}", urllib.parse.quote(value, safe=""))
        elif place == "body":
            body[argument] = value
        else:
            query[place.removeprefix("query:")] = value if isinstance(value, str) else json.dumps(value)
    if query:
        target += "?" + urllib.parse.urlencode(query)
    return call(target, body if request["method"] == "POST" else None)


if __name__ == "__main__":
    result = perform(sys.argv[2], json.loads(sys.argv[3]))
    print(json.dumps(sorted(result)))
