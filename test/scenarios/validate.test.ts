import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { cli, endAll, lastJson } from './cli-process.ts'
import type { Ended } from './cli-process.ts'
import { scratch } from './scratch.ts'

/** `validate` as a user has it, phase by phase, in short virtual hours. */

const root = scratch('validate')
afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

let runs = 0
async function validate(...args: readonly string[]): Promise<Ended & { readonly dir: string }> {
  const dir = join(root, `run-${++runs}`)
  return { ...(await cli('validate', ...args, '--report', dir, '--json')), dir }
}

interface Finding {
  readonly name: string
  readonly held: string
  readonly found: string
}

function found(ended: Ended): Readonly<Record<string, Finding>> {
  const { findings } = lastJson(ended) as { findings: readonly Finding[] }
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]))
}

test('phase 1: one symbol, everything it is asked for is answered', async () => {
  const ended = await validate('phase1', '--symbols', 'QQQ')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(lastJson(ended)).toMatchObject({ ok: true, exitCode: 0, verdict: 'PASS', reasons: [] })
  const findings = found(ended)
  expect(findings['decisions']?.found).toBe('4 decisions of 4 bars of 1 symbols')
  expect(Number(/^\d+/.exec(findings['answers']?.found ?? '')?.[0])).toBeGreaterThanOrEqual(15)
  const html = readFileSync(join(ended.dir, 'report.html'), 'utf8')
  expect(html).toContain('<svg ')
  expect(JSON.parse(readFileSync(join(ended.dir, 'report.json'), 'utf8'))).toMatchObject({
    verdict: 'PASS',
  })
})

test('phase 2: many symbols at once', async () => {
  const ended = await validate('phase2', '--symbols', 'SPY,QQQ,AAPL,IWM,MSFT,NVDA')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(found(ended)['decisions']?.found).toBe('24 decisions of 24 bars of 6 symbols')
})

test('phase 3: what breaks has its right verdict, and is over when it can be', async () => {
  const ended = await validate('phase3', '--hours', '0.3', '--scenario', 'S2')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(lastJson(ended)).toMatchObject({ verdict: 'PASS' })
  expect(found(ended)['diagnosis']?.found).toMatch(/^S2: HMDS_DOWN after /)
})

test('phase 3: over a night with the announced restart of the Gateway', async () => {
  const ended = await validate('phase3', '--hours', '0.1', '--symbols', 'SPY')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const { diagnosis, recovery, duration, limits } = found(ended)
  expect(diagnosis?.found).toMatch(/^nightly-restart: PLANNED_RESTART after /)
  expect(recovery?.found).toMatch(/^nightly-restart: after /)
  expect(duration?.found).toMatch(/^6.0 minutes of an open market in 17.\d+ hours$/)
  expect(limits).toMatchObject({ held: 'yes', found: 'none' })
})

test('the founding incident is told for what it was, and its process is replaced', async () => {
  const ended = await validate('phase3', '--hours', '0.2', '--scenario', 'founding-incident')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const { diagnosis, recovery, decisions } = found(ended)
  expect(diagnosis?.found).toMatch(/^founding-incident: LOCAL_READER_STALLED after /)
  expect(recovery?.found).toMatch(/^founding-incident: after /)
  expect(decisions?.found).toBe('36 decisions of 36 bars of 3 symbols')
})

test('a Gateway whose history dies for good fails, with exit code 6 and a report', async () => {
  const file = join(root, 'dead.yaml')
  writeFileSync(
    file,
    'name: dead-for-good\ndescribe: no history any more\nlabel: GATEWAY_HIST_WEDGED\n' +
      'steps: [{ after: 2m, fault: history-dead }]\n',
  )
  const ended = await validate('phase3', '--hours', '0.4', '--scenario', file)
  expect(ended).toMatchObject({ code: 6, stderr: '' })
  const { verdict, reasons } = lastJson(ended) as { verdict: string; reasons: readonly string[] }
  expect(verdict).toBe('FAIL')
  expect(reasons.join('\n')).toMatch(/decisions: \d+ decisions of 72 bars .*missing: SPY/)
  expect(existsSync(join(ended.dir, 'report.html'))).toBe(true)
})

test('a Gateway whose market is closed: inconclusive, exit code 7, not one order frame', async () => {
  const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '20:00'))
  const gateway = new SimulatedGateway({ clock, seed: 1 })
  const listener = await gateway.listen(0)
  try {
    const ended = await validate('phase1', '--port', String(listener.port), '--gateway-time')
    expect(ended).toMatchObject({ code: 7 })
    const { verdict, reasons } = lastJson(ended) as { verdict: string; reasons: readonly string[] }
    expect(verdict).toBe('INCONCLUSIVE')
    expect(reasons).toContain('duration: the market was closed')
    expect(found(ended)['order frames']).toMatchObject({ held: 'yes', found: '0' })
    expect(gateway.counters).toMatchObject({ orderFrames: 0, violations: 0 })
    expect(existsSync(stateFolder(join(ended.dir, 'state'), 'dry-run').journal)).toBe(true)
  } finally {
    await listener.close()
  }
})

test('what is meant for a simulator is refused for a Gateway; a phase that is none, too', async () => {
  const ended = await validate('phase3', '--port', '4001', '--scenario', 'S2')
  expect(ended).toMatchObject({ code: 2 })
  expect(ended.stderr).toContain('--scenario')
  expect(await validate('phase4')).toMatchObject({ code: 2 })
})
