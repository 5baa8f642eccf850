import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { clientPrelude } from '../../src/wire/handshake.ts'
import { encodeRequest } from '../../src/wire/requests.ts'
import { Cli, endAll } from './cli-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'scenario-'))
afterAll(async () => {
  await endAll()
  rmSync(folder, { recursive: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** The port that a simulator says it serves. */
async function portOf(cli: Cli): Promise<number> {
  await cli.says('Ctrl-C stops it')
  return Number(/127\.0\.0\.1:(\d+)/.exec(cli.stdout)?.[1])
}

/** A client past its handshake; resolves with the codes of the errors when the Gateway hangs up. */
async function codesUntilClosed(port: number): Promise<readonly number[]> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('error', () => undefined)
  socket.write(clientPrelude({ min: 176, max: 193 }))
  const start = encodeRequest({ kind: 'startApi', clientId: 7, optionalCapabilities: '' }, 193)
  socket.once('data', () => start.ok && socket.write(start.value))
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
  })
  await new Promise((resolve) => socket.once('close', resolve))
  const fields = heard.replaceAll('\0', '|')
  return [...fields.matchAll(/4\|2\|-1\|(\d+)\|/g)].map(([, code]) => Number(code))
}

test('a scenario of my own is played from the first client on', async () => {
  const own = file(
    'own.yaml',
    `
name: own
describe: cut off, then gone
label: GATEWAY_DOWN
time: "10:00"
steps:
  - { after: 100ms, lasts: 200ms, fault: connectivity-lost }
  - { after: 600ms, fault: refuse }
`,
  )
  const cli = new Cli(['simulate', '--port', '0', '--symbols', 'SPY', '--scenario', own])
  const port = await portOf(cli)
  await cli.says('the right verdict is GATEWAY_DOWN')
  expect(await codesUntilClosed(port)).toEqual([2104, 2106, 2158, 1100, 1102])
  await cli.says('fault refuse begins')
  await cli.end('SIGTERM')
  const { code, stdout } = await cli.ended
  expect([code, /scenario own: refuse/.test(stdout)]).toEqual([0, true])
})

test('a scenario that is wrong is refused, with every line', async () => {
  const wrong = file('wrong.yaml', 'name: wrong\nsteps:\n  - fault: gone\n  - after: 5\n')
  const { code, stderr } = await new Cli(['simulate', '--port', '0', '--scenario', wrong]).ended
  expect(code).toBe(2)
  expect(stderr).toContain(`${wrong}: line 3: steps.0.fault: there is no fault "gone"`)
  expect(stderr).toContain(`${wrong}: line 4: steps.1.after: expected a time with its unit`)
})

test('what breaks the client itself needs a stand-in', async () => {
  const own = file('local.yaml', 'name: a\ndescribe: b\nsteps: [{ local: stall-writer }]\n')
  const { code, stderr } = await new Cli(['simulate', '--port', '0', '--scenario', own]).ended
  expect([code, stderr]).toEqual([2, expect.stringMatching(/give its step an "otherwise"/)])
})

test('the list of scenarios, as lines and as JSON', async () => {
  const lines = await new Cli(['simulate', '--list-scenarios']).ended
  expect(lines.stdout).toMatch(/^founding-incident +three symbols .* \[LOCAL_READER_STALLED\]$/m)
  const json = await new Cli(['simulate', '--list-scenarios', '--json']).ended
  const { ok, scenarios } = JSON.parse(json.stdout) as { ok: boolean; scenarios: object[] }
  expect([ok, scenarios.length]).toEqual([true, lines.stdout.trim().split('\n').length])
})
