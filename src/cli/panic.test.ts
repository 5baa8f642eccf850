import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { SystemClock } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { exitCodes } from './exit-codes.ts'
import { EXAMPLE_CONFIG } from './options.ts'
import { panic, whyClosed, type PanicCommand } from './panic.ts'

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

test('with a disk that takes it the latch is set, and disarmed, before the broker is asked', async () => {
  written()
  const arm = join(root, 'state/paper/arm.json')
  mkdirSync(dirname(arm), { recursive: true })
  writeFileSync(arm, '{}')
  expect(await panic(command)).toBe(exitCodes.connection)
  expect(said()).toContain('the kill latch is set')
  expect(existsSync(arm)).toBe(false)
  expect(existsSync(join(root, 'state/paper/latch.json'))).toBe(true)
})

test('a mistake elsewhere in the file does not lock it: told, latched, and the broker is asked', async () => {
  const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  written((text) => text.replace(/^ +max_daily_loss:.*$/m, ''))
  const state = join(root, 'broken')
  expect(await panic({ ...command, state })).toBe(exitCodes.connection)
  expect(warned.mock.calls.join('')).toContain('risk.max_daily_loss')
  warned.mockRestore()
  expect(existsSync(join(state, 'paper/latch.json'))).toBe(true)
})

test('what it needs and cannot read is named', async () => {
  const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  written((text) => text.replace('port: 1,', ''))
  await expect(panic(command)).rejects.toThrow(/gateway.port/)
  written((text) => text.replace('mode: paper', 'mode: papre'))
  await expect(panic(command)).rejects.toThrow(/mode paper and live/)
  warned.mockRestore()
})

test('a closed market is waited for; a date that the calendar does not know is no closed market', () => {
  const at = (date: string, time: string) =>
    whyClosed(new SystemClock(atNewYork(date as CalendarDate, time)))
  expect(at('2026-03-10', '12:00')).toBeNull()
  expect(at('2026-03-10', '20:00')).toContain('the market is closed')
  expect(at('2026-03-14', '12:00')).toContain('the market is closed')
  expect(at('2029-03-13', '12:00')).toBeNull()
})
