// SPDX-License-Identifier: GPL-3.0-or-later
// One turn of Cursor's agent in this folder, with the person's own settings. cursor.mjs FOLDER-OF-THE-SDK; see cursor.py.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { Agent, Cursor } = await import(pathToFileURL(join(process.argv[2], 'dist/esm/index.js')))
Cursor.configure({ local: { useHttp1ForAgent: true } })
const agent = await Agent.create({
  model: { id: 'scripted' },
  local: { cwd: process.cwd(), settingSources: ['user'], enableAgentRetries: false },
})
const run = await agent.send('make the scripted calls')
const result = await run.wait()
console.log(JSON.stringify(result))
await agent[Symbol.asyncDispose]()
process.exit(result.status === 'finished' ? 0 : 1)
