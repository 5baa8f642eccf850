import { readFileSync } from 'node:fs'
import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import { atNewYork, newYorkDate, nextSession, sessionOf } from '../domain/calendar.ts'
import type { SimulatedGateway } from '../simulator/gateway.ts'
import { needsLocal, playScenario } from '../simulator/faults/scenario-play.ts'
import { parseScenario } from '../simulator/faults/scenario.ts'
import type { Scenario } from '../simulator/faults/scenario.ts'
import { findScenario, SCENARIOS } from '../simulator/faults/scenarios.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

/** One of those that have a name, or a file. */
export function loadScenario(nameOrFile: string): Scenario {
  const named = findScenario(nameOrFile)
  if (named !== null) return named
  const parsed = parseScenario(textOf(nameOrFile))
  if (parsed.ok) return parsed.value
  const problems = parsed.error.map((problem) => `${nameOrFile}: ${problem}`)
  throw new CommandError('usage', problems.join('\n'))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandError(
      'usage',
      `expected a scenario or a file, came "${file}"; simulate --list-scenarios names them`,
    )
  }
}

export function listScenarios(json: boolean): number {
  const all = [...SCENARIOS.values()]
  if (json) {
    const rows = all.map(({ name, label, describe }) => ({ name, label, describe }))
    process.stdout.write(`${JSON.stringify({ ok: true, scenarios: rows })}\n`)
    return exitCodes.done
  }
  const width = Math.max(...all.map(({ name }) => name.length))
  for (const { name, label, describe } of all) {
    process.stdout.write(`${name.padEnd(width)}  ${describe} [${label ?? 'no verdict'}]\n`)
  }
  return exitCodes.done
}

/** When the market should begin for it, on the day of `now` or the next one with a session. */
export function startFor({ time }: Scenario, now: EpochMs): EpochMs | null {
  const today = newYorkDate(now)
  const date = sessionOf(today) === null ? nextSession(today)?.date : today
  return time === null || date === undefined ? null : atNewYork(date, time)
}

/** A first client is waited for: before it nothing can be missed. */
const LOOK_MS = 200

/** Plays it against a Gateway that clients come to from other processes. */
export function playFromFirstClient(
  scenario: Scenario,
  on: {
    readonly gateway: SimulatedGateway
    readonly clock: Clock
    readonly log: (line: string) => void
  },
): Cancel {
  if (needsLocal(scenario)) {
    throw new CommandError(
      'usage',
      `scenario ${scenario.name} breaks the client's own side, which is in another process; ` +
        'give its step an "otherwise"',
    )
  }
  let stop: Cancel = () => undefined
  const look = (): void => {
    if (on.gateway.counters.connections > 0) stop = playScenario(on, scenario)
    else stop = on.clock.after(LOOK_MS, look)
  }
  look()
  return () => stop()
}
