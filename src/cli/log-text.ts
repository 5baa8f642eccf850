import pc from 'picocolors'
import { plain } from '../base/plain.ts'
import { timeText } from '../cockpit/describe.ts'
import { factText } from '../cockpit/explain-event.ts'
import type { LogLevel, LogLine } from './log-lines.ts'

/** Whose line it is stands in every line; a reader knows. */
const IDENTITY = new Set(['mode', 'version', 'commit', 'pid', 'instance', 'seq', 'message'])

const MARKS: Readonly<Record<LogLevel, (text: string) => string>> = {
  info: (text) => text,
  warning: pc.yellow,
  critical: pc.red,
}

/** `2026-03-10 10:31:05 ET  warning   gate-set  gate farm, ...`: one line, whatever it says. */
export function logText({ at, level, kind, facts }: LogLine): string {
  const message = typeof facts['message'] === 'string' ? plain(facts['message']) : ''
  const details = Object.entries(facts)
    .filter(([name]) => !IDENTITY.has(name))
    .flatMap(([name, value]) => factsIn(name, value))
  const said = [message, details.join(', ')].filter((each) => each !== '').join('  ')
  return `${timeText(at)}  ${MARKS[level](level.padEnd(8))}  ${pc.bold(plain(kind))}  ${said}`
}

function factsIn(name: string, value: unknown): readonly string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((each, i) => factsIn(`${name}[${i}]`, each))
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, each]) => factsIn(`${name}.${key}`, each))
  }
  return [`${plain(name)} ${factText(name, value)}`]
}
