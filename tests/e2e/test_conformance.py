# SPDX-License-Identifier: GPL-3.0-or-later
"""The official MCP conformance suite, both lines of it, and the Inspector's lint, against the running program.

Every check of every server scenario passes but for those of FIXTURES, which ask for a tool, prompt or resource that only the
suite's own example server has. Each of these names what it asks for; it must be seen to ask for it and to fail for want of it, so
the list can hide nothing else and cannot outlive its reason.
"""
import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import node_modules
from desktop import Desktop
from forwarder import Forwarder
from program import Clavitor

VERSIONS = {"conformance-stable": ("2025-06-18", "2025-11-25"), "conformance-next": ("2025-06-18", "2025-11-25", "2026-07-28")}

# scenario (or scenario:check, where others of its checks pass): the fixture it asks for
FIXTURES = {
    "completion-complete": "test_prompt_with_arguments",
    "tools-call-simple-text": "test_simple_text",
    "tools-call-image": "test_image_content",
    "tools-call-audio": "test_audio_content",
    "tools-call-embedded-resource": "test_embedded_resource",
    "tools-call-mixed-content": "test_multiple_content_types",
    "tools-call-with-logging": "test_tool_with_logging",
    "tools-call-error": "test_error_handling",
    "tools-call-with-progress": "test_tool_with_progress",
    "tools-call-sampling": "test_sampling",
    "tools-call-elicitation": "test_elicitation",
    "json-schema-2020-12": "json_schema_2020_12_tool",
    "elicitation-sep1034-defaults": "test_elicitation_sep1034_defaults",
    "elicitation-sep1330-enums": "test_elicitation_sep1330_enums",
    "resources-read-text": "test://static-text",
    "resources-read-binary": "test://static-binary",
    "resources-templates-read": "test://template/123/data",
    "resources-subscribe": "test://watched-resource",
    "resources-unsubscribe": "test://watched-resource",
    "prompts-get-simple": "test_simple_prompt",
    "prompts-get-with-args": "test_prompt_with_arguments",
    "prompts-get-embedded-resource": "test_prompt_with_embedded_resource",
    "prompts-get-with-image": "test_prompt_with_image",
    "input-required-result-basic-elicitation": "test_input_required_result_elicitation",
    "input-required-result-basic-sampling": "test_input_required_result_sampling",
    "input-required-result-basic-list-roots": "test_input_required_result_list_roots",
    "input-required-result-request-state": "test_input_required_result_request_state",
    "input-required-result-multiple-input-requests": "test_input_required_result_multiple_inputs",
    "input-required-result-multi-round": "test_input_required_result_multi_round",
    "input-required-result-non-tool-request": "test_input_required_result_prompt",
    "input-required-result-result-type": "test_input_required_result_elicitation",
    "input-required-result-tampered-state": "test_input_required_result_tampered_state",
    "input-required-result-capability-check": "test_input_required_result_capabilities",
    "server-stateless:sep-2575-server-rejects-undeclared-capability": "test_missing_capability",
    "server-stateless:sep-2575-missing-capability-http-400": "test_missing_capability",
    "server-stateless:sep-2575-http-server-no-independent-requests-on-stream": "test_streaming_elicitation",
    "server-stateless:sep-2575-server-no-log-without-loglevel": "test_logging_tool",
}


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installed = node_modules.install("conformance")
        cls.node = next(cls.installed.glob("node_modules/node-linux-*/bin/node"))
        cls.desktop = Desktop(screen=False, keyring=False).__enter__()
        cls.addClassCleanup(cls.desktop.__exit__)
        cls.app = Clavitor(cls.desktop, "--demo").start()
        cls.addClassCleanup(cls.app.stop)

    def run_node(self, *arguments, timeout=300):
        return subprocess.run([str(self.node), *map(str, arguments)], cwd=self.installed, env=self.desktop.env, capture_output=True, text=True, timeout=timeout)

    def checks(self, suite, version, port):
        """(scenario, check) of every check that ran, with what it says when it failed and None when it did not."""
        with tempfile.TemporaryDirectory() as results:
            done = self.run_node(f"node_modules/{suite}/dist/index.js", "server", "--url", f"http://localhost:{port}/mcp", "--suite", "all",
                                 "--spec-version", version, "-o", results)
            found = {}
            for file in Path(results).glob("**/checks.json"):
                scenario = re.sub(r"^server-(.*?)-\d{4}-\d\d-\d\dT.*$", r"\1", file.parent.name)
                for check in json.loads(file.read_text()):
                    if check["status"] == "FAILURE" or (scenario, check["id"]) not in found:
                        found[scenario, check["id"]] = json.dumps(check) if check["status"] == "FAILURE" else None
            self.assertGreater(len(found), 20, done.stdout + done.stderr)
            return found

    def test_the_inspector_s_lint_has_nothing_to_say(self):
        with Forwarder(self.app.port, self.app.token) as forwarder:
            for era in ("legacy", "modern"):
                done = self.run_node("node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", "--cli", f"http://localhost:{forwarder.port}/mcp",
                                     "--transport", "http", "--protocol-era", era, "--method", "tools/list", "--strict")
                self.assertEqual((done.returncode, done.stderr.strip()), (0, ""), era)
                self.assertIn("request_entry", [tool["name"] for tool in json.loads(done.stdout)["tools"]])


def conformance_test(suite, version):
    def test(self):
        with Forwarder(self.app.port, self.app.token) as forwarder:
            found = self.checks(suite, version, forwarder.port)
        failed = {key: said for key, said in found.items() if said}
        for (scenario, check), said in failed.items():
            with self.subTest(scenario=scenario, check=check):
                fixture = FIXTURES.get(f"{scenario}:{check}", FIXTURES.get(scenario))
                self.assertIsNotNone(fixture, said)
                self.assertTrue(fixture in forwarder.names or fixture in said, f"nothing asked for {fixture}: {said}")
        for row in FIXTURES:
            scenario, _, check = row.partition(":")
            of_row = [key for key in found if key[0] == scenario and check in ("", key[1])]
            with self.subTest(row=row):
                self.assertTrue(not of_row or any(key in failed for key in of_row), "passes now: take it off the list")
        print(f"{suite} {version}: {len(found) - len(failed)} checks passed, {len(failed)} want a fixture")
    return test


for _suite, _versions in VERSIONS.items():
    for _version in _versions:
        setattr(Conformance, f"test_{_suite}_{_version}".replace("-", "_"), conformance_test(_suite, _version))


if __name__ == "__main__":
    unittest.main(verbosity=2)
