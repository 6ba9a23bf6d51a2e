# SPDX-License-Identifier: GPL-3.0-or-later
"""What an official SDK client (clients/sdk-client.mjs) must have been told in one conversation with the demonstration vault."""
import json

TOOLS = ["search", "list_entries", "get_entry", "get_totp", "generate_password", "request_entry", "vault_status"]


def check(test, said):
    test.assertNotIn("error", said)
    test.assertEqual([tool["name"] for tool in said["tools"]], TOOLS)
    for tool in said["tools"]:
        test.assertEqual((tool["annotations"]["readOnlyHint"], tool["annotations"]["destructiveHint"], tool["annotations"]["openWorldHint"]),
                         (tool["name"] != "request_entry", False, False))
        test.assertEqual((tool["inputSchema"]["type"], tool["outputSchema"]["type"]), ("object", "object"))
        test.assertFalse({"anyOf", "oneOf", "allOf"} & set(tool["inputSchema"]))
    test.assertTrue(0 < len(said["instructions"]) <= 512)
    listed = said["listed"]["structuredContent"]
    test.assertEqual({entry["type"] for entry in listed["entries"]}, {"database"})
    for name in ("listed", "search", "entry", "totp", "generated", "status"):
        result = said[name]
        test.assertFalse(result.get("isError"), result)
        test.assertEqual(json.loads(result["content"][0]["text"]), result["structuredContent"], name)
    entry = said["entry"]["structuredContent"]
    test.assertEqual(entry["title"], "github.com")
    values = {field["kind"]: field for field in entry["fields"]}
    test.assertEqual(values["username"]["value"], "octo")
    test.assertTrue(values["password"]["value"])
    test.assertEqual({k: v for k, v in values["recovery_codes"].items() if k not in ("id", "label", "kind")}, {"value": "[REDACTED]", "l2": True})
    test.assertRegex(said["totp"]["structuredContent"]["code"], r"^\d{6}$")
    test.assertEqual(len(said["generated"]["structuredContent"]["password"]), 40)
    test.assertTrue(said["missing"]["isError"])
    test.assertIn("not_found", said["missing"]["content"][0]["text"])
    test.assertEqual({r["uri"] for r in said["resources"]}, {"clavitor://status", "clavitor://entries"})
    test.assertEqual([t["uriTemplate"] for t in said["templates"]], ["clavitor://entries/{id}"])
    test.assertEqual([p["name"] for p in said["prompts"]], ["use-credential"])
    test.assertNotIn('"octo"', said["resource"]["contents"][0]["text"])
    test.assertIn("github.com", said["titles"]["completion"]["values"])
    test.assertIn(entry["id"], said["ids"]["completion"]["values"])
