import pc from 'picocolors'
import type { MessageTally, WireDrift, WireTally } from '../ibkr/doctor/wire-tally.ts'

/** What a session, live or recorded, came to on the wire; without a word of whose it was. */
export interface WireReport {
  readonly serverVersion: number
  readonly frames: number
  readonly drifted: number
  readonly messages: readonly MessageTally[]
  readonly unknown: readonly MessageTally[]
  readonly farms: Readonly<Record<string, string>>
  readonly drifts: readonly WireDrift[]
}

export function wireReport(tally: WireTally): WireReport {
  const messages = [...tally.messages.values()].sort(
    (a, b) => a.side.localeCompare(b.side) || (a.id ?? -1) - (b.id ?? -1),
  )
  const sum = (of: (each: MessageTally) => number): number =>
    messages.reduce((total, each) => total + of(each), 0)
  return {
    serverVersion: tally.version,
    frames: sum((each) => each.frames),
    drifted: sum((each) => each.surplus + each.missing),
    messages: messages.filter(({ message }) => message !== null),
    unknown: messages.filter(({ message }) => message === null),
    farms: Object.fromEntries([...tally.farms].sort(([a], [b]) => a.localeCompare(b))),
    drifts: [...tally.drifts.values()],
  }
}

export function wireText(report: WireReport): string {
  const { serverVersion, frames, drifted, messages, unknown, farms, drifts } = report
  const count = (value: number): string => String(value).padStart(8)
  const row = (each: MessageTally): string => {
    const { side, id, message, surplus, missing } = each
    const name = (message ?? 'unknown').padEnd(26)
    const text = `${side.padEnd(9)}${String(id ?? '-').padStart(4)}  ${name}`
    const line = `${text}${count(each.frames)}${count(surplus)}${count(missing)}`
    return surplus + missing > 0 ? pc.red(line) : line
  }
  const listed = Object.entries(farms).map(([name, state]) => `${name} ${state}`)
  return [
    `server version ${serverVersion}, farms: ${listed.join(', ') || 'none named'}`,
    pc.dim(`${'side'.padEnd(11)}id  ${'message'.padEnd(26)}  frames surplus missing`),
    ...messages.map(row),
    ...unknown.map(row),
    ...drifts.flatMap(driftText),
    drifted === 0
      ? pc.green(`${frames} frames, every field of each was read`)
      : pc.red(`${frames} frames, ${drifted} differ from their layout`),
  ].join('\n')
}

function driftText(drift: WireDrift): readonly string[] {
  const { side, message, id, field, detail, fields, times } = drift
  const where = field === null ? '' : ` at ${field}`
  const name = `${message ?? 'unknown'} ${id ?? ''}`.trim()
  return [
    pc.red(`drift, ${times} times: ${side} ${name}${where}: ${detail}`),
    `  ${JSON.stringify(fields)}`,
  ]
}
