import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { redactor, Secret } from '../base/secret.ts'
import { JsonLog } from './json-log.ts'

const root = mkdtempSync(join(tmpdir(), 'log-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const clock = new VirtualClock({
  start: Date.UTC(2026, 2, 10, 14, 30) as EpochMs,
  settled: () => true,
  speed: null,
})
const identity = { mode: 'paper', version: '0.2.0', commit: 'abc1234', pid: 7, instance: '7-x' }

function opened(of: Partial<ConstructorParameters<typeof JsonLog>[0]> = {}) {
  const folder = mkdtempSync(join(root, 'one-'))
  const path = join(folder, 'log.jsonl')
  const log = new JsonLog({ path, clock, identity, redact: (text) => text, ...of })
  const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
  return { log, folder, path, linesOf }
}

test('a line is one JSON object with its time and whose it is, whatever the text holds', () => {
  const { log, path, linesOf } = opened()
  log.write({ level: 'warning', kind: 'notice', message: 'two\nlines\u0007 {"level":"info"}' })
  log.write({ level: 'info', kind: 'decision', seq: 12 })
  expect(linesOf('log.jsonl').map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      time: '2026-03-10T14:30:00.000Z',
      level: 'warning',
      kind: 'notice',
      message: 'two\nlines\u0007 {"level":"info"}',
      ...identity,
    },
    { time: '2026-03-10T14:30:00.000Z', level: 'info', kind: 'decision', seq: 12, ...identity },
  ])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('T12: no secret is written, however deep it hides (D41, R31)', () => {
  const url = 'https://hooks.example.com/services/CANARY-1'
  const { log, linesOf } = opened({ redact: redactor([new Secret(url), new Secret('DU1234567')]) })
  log.write({ level: 'info', kind: 'x', error: { cause: [`GET ${url} of DU1234567`, 'CANARY-1'] } })
  expect(linesOf('log.jsonl').join()).not.toMatch(/CANARY|DU1234567/)
  expect(linesOf('log.jsonl').join()).toContain('[secret]')
})

test('files are bounded in size and number; the newest lines are kept', () => {
  const { log, folder, linesOf } = opened({ bytesMax: 1_000, filesMax: 3 })
  for (let n = 0; n < 100; n++) log.write({ level: 'info', kind: 'n', n })
  expect(readdirSync(folder).sort()).toEqual(['log.jsonl', 'log.jsonl.1', 'log.jsonl.2'])
  for (const name of readdirSync(folder)) {
    expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000)
  }
  expect(JSON.parse(linesOf('log.jsonl').at(-1) ?? '')).toMatchObject({ n: 99 })
})

test('another life goes on in the same file, and within the same size', () => {
  const first = opened({ bytesMax: 1_000 })
  for (let n = 0; n < 5; n++) first.log.write({ level: 'info', kind: 'n', n })
  first.log.close()
  const second = new JsonLog({
    path: first.path,
    clock,
    identity,
    redact: (text) => text,
    bytesMax: 1_000,
  })
  for (let n = 5; n < 12; n++) second.write({ level: 'info', kind: 'n', n })
  expect(statSync(first.path).size).toBeLessThanOrEqual(1_000)
  expect(first.linesOf('log.jsonl.1').length + first.linesOf('log.jsonl').length).toBe(12)
})

test('a disk that will not take a line stops nothing, and is told with the next one', () => {
  const { log, folder, linesOf } = opened()
  rmSync(folder, { recursive: true })
  log.write({ level: 'critical', kind: 'lost' })
  log.write({ level: 'critical', kind: 'lost' })
  mkdirSync(folder)
  for (let n = 0; n < 2; n++) log.write({ level: 'info', kind: 'n', n })
  const lines = linesOf('log.jsonl').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ n, lostLines }) => [n, lostLines])).toEqual([
    [0, 2],
    [1, undefined],
  ])
})
