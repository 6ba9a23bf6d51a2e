// SPDX-License-Identifier: GPL-3.0-or-later
// In the extension host: what VS Code itself says of mcp.json, which of our tools it offers a model, and what calls of them bring. The
// calls are asked for in a file, and the report is written beside it; both are named in CLAVITOR_TEST_CALLS, see vscode.py.
const fs = require('fs/promises')
const vscode = require('vscode')

const PATIENCE = 300000

async function until(what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    const found = await what()
    if (found) return found
  }
  return undefined
}

/** What the editor marks in each file; they were looked at when the last, which is wrong, is marked. */
async function problemsOf(files) {
  for (const file of files) await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false })
  const problems = files.map((file) => () => vscode.languages.getDiagnostics(vscode.Uri.file(file)).map((problem) => problem.message))
  await until(() => problems.at(-1)().length > 0)
  return problems.map((found) => found())
}

async function report({ file, checked, wrong, calls }) {
  const ours = () => vscode.lm.tools.filter((tool) => tool.name.startsWith('mcp_clavitor_'))
  const said = {}
  for (const [name, input] of Object.entries(calls)) {
    try {
      const result = await vscode.lm.invokeTool(`mcp_clavitor_${name}`, { input, toolInvocationToken: undefined })
      said[name] = result.content.map((part) => part.value).join('\n')
    } catch (error) {
      said[name] = `error: ${error.message}`
    }
  }
  const [problems, control] = await problemsOf([checked, wrong])
  await vscode.window.showTextDocument(vscode.Uri.file(file))
  return { tools: ours().map(({ name, description, inputSchema }) => ({ name, description, inputSchema })), said, problems, control }
}

exports.activate = async () => {
  const place = process.env.CLAVITOR_TEST_CALLS
  // Not before the hands at the window are done: a file that is opened takes the keyboard from them.
  await until(() => fs.access(`${place}.go`).then(() => true, () => false))
  const asked = JSON.parse(await fs.readFile(place, 'utf8'))
  await fs.writeFile(`${place}.new`, JSON.stringify(await report(asked)))
  await fs.rename(`${place}.new`, `${place}.report`)
}
