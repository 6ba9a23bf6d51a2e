// SPDX-License-Identifier: GPL-3.0-or-later
// A person's hands in VS Code's window: "MCP: List Servers", ours, "Start Server". window.mjs CHROMIUM URL PICTURE MODULES; tells the states
// the list shows and what VS Code's own log of the server says. See vscode.py.
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

const [chromium, url, picture, modules] = process.argv.slice(2)
const { default: puppeteer } = await import(createRequire(`${modules}/`).resolve('puppeteer-core'))

const browser = await puppeteer.launch({
  executablePath: chromium,
  // Nothing but loopback is looked up.
  args: ['--no-first-run', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  defaultViewport: { width: 1280, height: 800 },
})
const page = await browser.newPage()
process.on('exit', () => browser.process()?.kill())

async function text(selector) {
  return page.$$eval(selector, (found) => found.map((element) => element.innerText.replaceAll('\u00a0', ' ')))
}

async function until(what, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) {
    const found = await what()
    if (found) return found
  }
  await page.screenshot({ path: picture })
  throw new Error(`not in ${seconds} s: ${what}`)
}

const row = async (part) => (await text('.quick-input-widget .monaco-list-row')).find((line) => line.includes(part))

/** Types into the list that is open and takes the line it then finds. */
async function choose(part) {
  const found = await until(() => row(part))
  await page.keyboard.type(part)
  await sleep(500)
  await page.keyboard.press('Enter')
  await sleep(500)
  return found
}

async function listServers() {
  await page.keyboard.press('F1')
  await page.waitForSelector('.quick-input-widget input', { visible: true })
  await page.keyboard.type('MCP: List Servers')
  await until(() => row('MCP: List Servers'))
  await sleep(500)
  await page.keyboard.press('Enter')
  const found = await until(() => row('clavitor'))
  return found.split('\n').join(' ')
}

await page.goto(url)
await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 120000 })
await sleep(5000)
const said = { before: await listServers() }
await choose('clavitor')
await choose('Start Server')
const log = () => text('.output-view-content .view-lines, .part.panel .view-lines').then((found) => found.join('\n'))
said.log = await until(() => log().then((lines) => /Discovered \d+ tools|\[error\]/.test(lines) && lines))
said.after = await listServers()
await page.keyboard.press('Escape')
await sleep(500)
await page.screenshot({ path: picture })
console.log(JSON.stringify(said))
// The extension is still at work: the window stays until it is told that it may go.
for await (const _ of process.stdin) break
await page.screenshot({ path: picture })
await browser.close()
