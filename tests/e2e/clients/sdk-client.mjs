// SPDX-License-Identifier: GPL-3.0-or-later
// One conversation with the vault's MCP endpoint by an official TypeScript SDK client, printed as one JSON object.
//
//   node sdk-client.mjs SDK URL ENTRY-QUERY              the token comes on standard input
//   node sdk-client.mjs SDK URL --give-up ENTRY-ID…      reads each of them and gives up after a second and a half
//
// URL: an address, or the command of a server to start as a JSON array (then no token is read).
// SDK: "v1" (@modelcontextprotocol/sdk, the 2025 revisions), "v2-legacy" and "v2-modern" (@modelcontextprotocol/client, held
// to `initialize` or to 2026-07-28), "v2-auto" (whatever it negotiates by itself).
import fs from 'node:fs';

const [sdk, url, query, ...ids] = process.argv.slice(2);
const command = url.startsWith('[') ? JSON.parse(url) : null;
const token = command ? '' : fs.readFileSync(0, 'utf8').trim();
const requestInit = { headers: { Authorization: `Bearer ${token}` } };
const started = command && { command: command[0], args: command.slice(1), env: process.env };
const identity = { name: 'clavitor-e2e', version: '1.0.0' };

async function connect() {
  if (sdk === 'v1') {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const client = new Client(identity);
    if (started) {
      const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
      await client.connect(new StdioClientTransport(started));
      return { client };
    }
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
    await client.connect(transport);
    return { client, version: transport.protocolVersion };
  }
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const mode = { 'v2-legacy': 'legacy', 'v2-modern': { pin: '2026-07-28' }, 'v2-auto': 'auto' }[sdk];
  if (!mode) throw new Error(`no SDK is called ${sdk}`);
  const client = new Client(identity, { versionNegotiation: { mode } });
  if (started) {
    const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
    await client.connect(new StdioClientTransport(started));
  } else {
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  }
  return { client, version: client.getNegotiatedProtocolVersion(), era: client.getProtocolEra() };
}

/** How each call ended that was given up, and that the client goes on being served. */
async function giveUp(client) {
  const ended = [];
  for (const id of ids) {
    const began = Date.now();
    const signal = AbortSignal.timeout(1500);
    const call = { name: 'get_entry', arguments: { id } };
    try {
      await (sdk === 'v1' ? client.callTool(call, undefined, { signal }) : client.callTool(call, { signal }));
      ended.push({ answered: true, after: Date.now() - began });
    } catch (error) {
      ended.push({ answered: false, after: Date.now() - began, message: String(error.message) });
    }
  }
  return { ended, status: await client.callTool({ name: 'vault_status', arguments: {} }) };
}

const out = {};
try {
  const { client, version, era } = await connect();
  if (query === '--give-up') {
    console.log(JSON.stringify(await giveUp(client)));
    process.exit(0);
  }
  Object.assign(out, { version, era, server: client.getServerVersion(), instructions: client.getInstructions() });
  out.tools = (await client.listTools()).tools;
  out.resources = (await client.listResources()).resources;
  out.templates = (await client.listResourceTemplates()).resourceTemplates;
  out.prompts = (await client.listPrompts()).prompts;
  // Of the revision of 2026 the SDK repeats the type in a header, as tools/list asks it to.
  out.listed = await client.callTool({ name: 'list_entries', arguments: { type: 'database' } });
  out.search = await client.callTool({ name: 'search', arguments: { query } });
  const entry = out.search.structuredContent?.entries?.[0];
  if (entry) {
    out.entry = await client.callTool({ name: 'get_entry', arguments: { id: entry.id, reason: 'end-to-end test' } });
    out.totp = await client.callTool({ name: 'get_totp', arguments: { id: entry.id } });
    out.resource = await client.readResource({ uri: `clavitor://entries/${entry.id}` });
  }
  out.generated = await client.callTool({ name: 'generate_password', arguments: { length: 40 } });
  out.status = await client.callTool({ name: 'vault_status', arguments: {} });
  out.missing = await client.callTool({ name: 'get_entry', arguments: { id: '00000000-0000-7000-8000-000000000000' } });
  out.titles = await client.complete({ ref: { type: 'ref/prompt', name: 'use-credential' }, argument: { name: 'service', value: query } });
  out.ids = await client.complete({ ref: { type: 'ref/resource', uri: 'clavitor://entries/{id}' }, argument: { name: 'id', value: query } });
  await client.close();
} catch (error) {
  out.error = { name: error.name, code: error.code, message: String(error.message) };
}
console.log(JSON.stringify(out));
