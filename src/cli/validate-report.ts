import { writeFileSync } from 'node:fs'
import pc from 'picocolors'
import type { RunFacts } from '../validation/facts.ts'
import { reportHtml } from '../validation/report-html.ts'
import { reportLines } from '../validation/report-text.ts'
import { validated, type Validated } from '../validation/verdict.ts'
import { timeText } from '../cockpit/describe.ts'
import { exitCodes } from './exit-codes.ts'
import type { ReportFolder } from './validate-progress.ts'

const CODES = {
  PASS: exitCodes.done,
  FAIL: exitCodes.violated,
  INCONCLUSIVE: exitCodes.inconclusive,
} as const satisfies Readonly<Record<Validated['verdict'], number>>

const COLOURS = { PASS: pc.green, FAIL: pc.red, INCONCLUSIVE: pc.yellow } as const

/** Judges, and says so in the terminal, as JSON and as a page; the exit code. */
export function report(of: {
  readonly facts: RunFacts
  readonly folder: ReportFolder
  readonly json: boolean
  readonly say: (text: string) => void
  readonly print: (line: string) => void
}): number {
  const { facts, folder, json, say, print } = of
  const result = validated(facts)
  const { verdict, reasons, findings } = result
  const exitCode = CODES[verdict]
  const { setup, periods, outages, tally } = facts
  const whole = {
    ok: verdict === 'PASS',
    exitCode,
    verdict,
    reasons,
    setup,
    periods,
    findings,
    outages,
    latency: Object.fromEntries(
      [...tally.latency].map(([kind, each]) => [
        kind,
        { count: each.count, p50: each.quantile(0.5), p95: each.quantile(0.95), max: each.max },
      ]),
    ),
    ...(facts.soak !== undefined && { soak: facts.soak, points: tally.points }),
    report: folder.html,
  }
  writeFileSync(folder.html, reportHtml(facts, result, timeText))
  writeFileSync(folder.json, `${JSON.stringify(whole, null, 2)}\n`)
  for (const line of reportLines(facts, result, timeText)) {
    say(line.startsWith(verdict) ? COLOURS[verdict](line) : line)
  }
  say(`report: ${folder.html}`)
  if (json) print(JSON.stringify(whole))
  return exitCode
}
