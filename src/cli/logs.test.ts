import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { strategyAt, World } from '../engine/world.testing.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { eventRecord } from '../notify/event-record.ts'
import { JsonLog } from '../notify/json-log.ts'
import { lineOf, logFiles, LogTail, readLog } from './log-lines.ts'
import { logText } from './log-text.ts'
import { logs, type LogsCommand } from './logs.ts'
import { since } from './options.ts'
import { logPath } from './outlets.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'logs-'))
const folder = stateFolder(root, 'paper')
const world = new World({ strategies: [strategyAt('10:00')] })
const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
const identity = { mode: 'paper', version: '1', commit: null, pid: 1, instance: '1-a' }
const asked: LogsCommand = {
  folder,
  of: 'run',
  follow: false,
  level: 'info',
  since: null,
  decision: null,
  order: null,
  incident: null,
  symbol: null,
  json: false,
}

beforeAll(async () => {
  const { engine } = world.start()
  makeStateFolder(folder)
  const log = new JsonLog({
    path: logPath(folder.path, 'run'),
    clock: world.clock,
    identity,
    redact: (text) => text,
    bytesMax: 6_000, // so that it rotates
  })
  engine.view().subscribe((event, state, seq) => log.write(eventRecord(event, state, seq)))
  await world.run(240_000)
  log.write({ level: 'critical', kind: 'notice', message: 'a\u001b[2J line\nof theirs' })
  log.close()
  const { mode, accountId } = engine.view().state()
  const journal = SqliteJournal.open(folder.journal, { mode, accountId, ballastBytes: 0 })
  if (!journal.ok) throw new Error(journal.error.detail)
  for (const { at, event } of world.journal.read()) journal.value.append(at, [event])
  journal.value.close()
})
afterAll(() => {
  out.mockRestore()
  err.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

async function said(of: Partial<LogsCommand> = {}): Promise<readonly string[]> {
  out.mockClear()
  err.mockClear()
  await logs({ ...asked, ...of })
  const text = out.mock.calls.map(([each]) => String(each)).join('')
  return text.split('\n').slice(0, -1)
}

describe('a log that rotated', () => {
  test('is told whole, oldest first, one line an event', async () => {
    const lines = await said()
    const times = lines.map((line) => line.slice(0, 19))
    expect([...times].sort()).toEqual(times)
    expect(lines.filter((line) => line.includes('order-filled')).length).toBeGreaterThan(0)
    const { lines: read } = readLog(logPath(folder.path, 'run'))
    expect(lines).toHaveLength(read.length)
  })

  test('T13: a text of a broker is shown in its line, and is not obeyed', async () => {
    expect((await said()).at(-1)).toMatch(/critical {2}notice {2}a␛\[2J line␊of theirs$/)
  })

  test('as JSON each line is as it stands in the file', async () => {
    const lines = await said({ json: true })
    const path = logPath(folder.path, 'run')
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toBe(lines.at(-1))
  })
})

describe('what was asked for', () => {
  test('a decision brings its entry, its orders and its fills, and nothing else', async () => {
    const entry = [...world.journal.read()].find(({ event }) => event.type === 'EntryApproved')
    const id = entry?.event.type === 'EntryApproved' ? entry.event.structureId : ''
    const [head, ...lines] = await said({ decision: id })
    expect(head).toMatch(/decision SPY: proposed, .*; 3 orders, \d fills$/)
    const kinds = new Set(lines.map((line) => line.split(/ {2,}/)[2]))
    expect([...kinds]).toEqual(
      expect.arrayContaining(['decision', 'entry-approved', 'order-filled', 'order-intended']),
    )
    expect(kinds.has('day-opened')).toBe(false)
    expect(await said({ order: id })).toEqual(lines)
  })

  test('levels are at least so grave', async () => {
    const lines = await said({ level: 'critical' })
    expect(lines).toHaveLength(1)
  })

  test('a symbol is that of the underlying or of its contract', async () => {
    const lines = await said({ symbol: 'SPY' })
    expect(lines.some((line) => line.includes('order-filled'))).toBe(true)
    expect(lines.some((line) => line.includes('account-observed'))).toBe(false)
    expect(await said({ symbol: 'QQQ' })).toEqual([])
  })

  test('since counts back from the newest line, or is a time in New York', async () => {
    const all = await said()
    const late = await said({ since: since('30s') })
    expect(late.length).toBeGreaterThan(0)
    expect(late.length).toBeLessThan(all.length)
    expect(await said({ since: since('2026-03-10') })).toEqual(all)
    expect(await said({ since: since('2026-03-11 09:30') })).toEqual([])
    expect(() => since('soon')).toThrow('expected 30m, 2h or')
  })

  test('what is not known is refused with what would be', async () => {
    await expect(logs({ ...asked, decision: 'none' })).rejects.toThrow(/nothing is known by/)
    await expect(logs({ ...asked, incident: 'none' })).rejects.toThrow(/no one incident is known/)
    const nowhere = { ...asked, folder: stateFolder(root, 'live') }
    await expect(logs(nowhere)).rejects.toMatchObject({ code: 2 })
  })
})

test('lines that cannot be read are counted, and named by their place', async () => {
  const path = logPath(folder.path, 'watchdog')
  writeFileSync(
    path,
    '{"time":"2026-03-10T14:00:00.000Z","level":"info","kind":"a"}\nnonsense\n[]\n',
  )
  const lines = await said({ of: 'watchdog' })
  expect(lines).toHaveLength(1)
  expect(String(err.mock.calls[0]?.[0])).toContain(
    `2 lines could not be read, the first in ${path}:2`,
  )
})

test('no line is beyond reading: whatever stands there is a line or is none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (raw) => {
      const line = lineOf(raw)
      if (line !== null) expect(logText(line).split('\n')).toHaveLength(1)
    }),
  )
  const line = lineOf('{"time":"2026-03-10T14:00:00Z","level":"info","kind":"x","limit":2350000}')
  expect(line && logText(line)).toMatch(/^2026-03-10 10:00:00 ET {2}info {6}x {2}limit \$2\.35$/)
})

test('following tells each line once, over any rotations, halves of lines too', () => {
  const writes = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 200 }) }) },
      fc.constant('poll' as const),
      fc.constant('half' as const),
    ),
    { maxLength: 40 },
  )
  let runs = 0
  fc.assert(
    fc.property(writes, (steps) => {
      const path = join(root, `follow-${++runs}.jsonl`)
      const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
      const options = { path, clock, identity, redact: (text: string) => text, bytesMax: 900 }
      const log = new JsonLog({ ...options, filesMax: 30 })
      const tail = new LogTail(path)
      let count = 0
      const seen: unknown[] = []
      const poll = (): void => {
        const { lines, lost } = tail.poll()
        expect(lost).toBeNull()
        seen.push(...lines.map((line) => (JSON.parse(line) as { n: number }).n))
      }
      for (const step of steps) {
        if (step === 'poll') poll()
        else if (step === 'half') {
          const line = JSON.stringify({ n: count++ })
          appendFileSync(path, line.slice(0, 3))
          poll()
          appendFileSync(path, `${line.slice(3)}\n`)
        } else {
          const { write } = step
          log.write({ level: 'info', kind: 'x', n: count++, filler: 'é'.repeat(write) })
        }
      }
      poll()
      expect(seen).toEqual(Array.from({ length: count }, (_, i) => i))
      tail.close()
      log.close()
    }),
    { numRuns: 30 },
  )
})

test('a line that came after the last look and before the rotation is told', () => {
  const path = join(root, 'raced.jsonl')
  writeFileSync(path, 'a\n')
  const racing = new LogTail(path, (of) => {
    const files = existsSync(`${path}.1`)
    if (seen > 0 && !files) {
      appendFileSync(path, 'b\n')
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'c\n')
    }
    return logFiles(of)
  })
  let seen = 0
  expect(racing.poll().lines).toEqual(['a'])
  seen++
  expect(racing.poll()).toEqual({ lines: ['b', 'c'], lost: null })
  racing.close()
})
