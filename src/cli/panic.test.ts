import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { exitCodes } from './exit-codes.ts'
import { EXAMPLE_CONFIG } from './options.ts'
import { panic, type PanicCommand } from './panic.ts'

const root = mkdtempSync(join(tmpdir(), 'panic-command-'))
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
beforeEach(() => printed.mockClear())
afterAll(() => {
  printed.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

const config = join(root, 'bot.yaml')
const command: PanicCommand = {
  config,
  state: join(root, 'state'),
  account: 'DU1234567',
  by: 'ada',
  reason: null,
  withinSeconds: 0,
  anyway: true,
  gatewayTime: false,
  json: false,
}
const said = (): string => printed.mock.calls.map(([text]) => String(text)).join('')

/** Of mode paper, with a Gateway that nobody listens for. */
const paper = readFileSync(EXAMPLE_CONFIG, 'utf8').replace(
  'mode: demo',
  'mode: paper\naccount: DU1234567\ngateway: { port: 1, ports: { 1: paper } }',
)
const written = (change: (text: string) => string = (text) => text): void =>
  writeFileSync(config, change(paper))

test('a disk that takes nothing does not keep it from the broker', async () => {
  written()
  const code = await panic({ ...command, state: '/dev/null/state' })
  expect(code).toBe(exitCodes.connection)
  expect(said()).toContain('NOT SAVED')
  expect(said()).not.toContain('the kill latch is set')
})

test('with a disk that takes it the latch is set before the broker is asked', async () => {
  written()
  expect(await panic(command)).toBe(exitCodes.connection)
  expect(said()).toContain('the kill latch is set')
  expect(existsSync(join(root, 'state/paper/latch.json'))).toBe(true)
})
