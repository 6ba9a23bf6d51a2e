// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one credential: node read-credential.ts github.com (Node 22.18 or newer runs it as it is)
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

type Field = { id?: string; label: string; kind: string; value?: string; code?: string; delivery?: 'use-only' | 'code-only' | 'never'; ref?: string; l2?: true };
type Entry = { id: string; title: string; type: string; fields: Field[]; ask?: true };

const url = process.env.CLAVITOR_URL ?? 'http://127.0.0.1:1984';
const key = readFileSync(process.env.CLAVITOR_TOKEN_FILE!, 'utf8').trim();

/** One call. Waits while the person is being asked; throws what went wrong in Clavitor's own words. */
async function call<T>(target: string, body?: object, patience = 90_000): Promise<T> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const answer = await fetch(url + target, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${said.error.code}: ${said.error.message} ${said.error.hint}`);
    if (answer.status !== 202) return said as T;
    await sleep(1000 * Number(answer.headers.get('Retry-After')));
  }
  throw new Error('The person has not answered.');
}

async function credential(query: string, reason: string): Promise<Entry> {
  const asked = new URLSearchParams({ reason });
  const found = await call<{ entries: Entry[]; more?: Entry[] }>(`/api/search?${new URLSearchParams({ q: query })}&${asked}`);
  if (found.entries.length > 0) return found.entries[0];
  if (found.more?.length) return call<Entry>(`/api/entries/${found.more[0].id}?${asked}`); // the person is asked first
  throw new Error(`Nothing here is called ${query}.`);
}

try {
  const entry = await credential(process.argv[2], 'example: sign in');
  for (const field of entry.fields) {
    if (field.l2) console.log(`${field.label}: Personal, for nobody but the person`);
    else if (field.kind === 'username') console.log(`${field.label}: ${field.value}`);
    else if (field.value !== undefined) console.log(`${field.label}: ${[...field.value].length} characters, not shown here`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
