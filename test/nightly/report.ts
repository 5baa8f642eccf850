import type { Done, Night, Outcome } from './step.ts'

export interface Report {
  readonly date: string
  readonly seed: number
  readonly quick: boolean
  readonly hours: number
  readonly commit: string | null
  readonly machine: string
  readonly startedAt: string
  /** Null: it has not ended, or nobody could write that it has. */
  readonly endedAt: string | null
  readonly steps: readonly Done[]
  readonly counts: Readonly<Record<Outcome, number>>
}

export function reportOf(
  of: Omit<Report, 'date' | 'seed' | 'quick' | 'counts'> & { readonly night: Night },
): Report {
  const { night, ...rest } = of
  const { date, seed, quick } = night
  const counts = { PASS: 0, FAIL: 0, 'NOT PLAYED': 0, SKIPPED: 0 }
  for (const { outcome } of of.steps) counts[outcome]++
  return { date, seed, quick, ...rest, counts }
}

/** Something passed, nothing failed, and all that this machine can play was played. */
export function isGreen({ counts }: Report): boolean {
  return counts.PASS > 0 && counts.FAIL === 0 && counts['NOT PLAYED'] === 0
}

const UNENDED = '**It has not ended**: what follows is what had come until then.'
const HEAD = '| step | outcome | result or reason | seconds | exit code | log |'

export function markdownOf(report: Report): string {
  const { date, seed, quick, hours, commit, machine, startedAt, endedAt, steps, counts } = report
  const verdict = isGreen(report) ? 'It is green.' : 'It is not green.'
  const list = steps.map(({ name, outcome, result, reason, seconds, exitCode, log }) => {
    const said = [reason, result].filter((each) => each !== null).join('; ')
    const file = log === null ? '-' : `[${log}](${log})`
    return `| ${name} | ${outcome} | ${cell(said)} | ${seconds} | ${exitCode ?? '-'} | ${file} |`
  })
  const commands = steps.map(({ name, command, what, startedAt: at }) => {
    return `- ${name}: ${what}. \`${command}\`${at === null ? '' : `, from ${at}`}`
  })
  return [
    `# Night of ${date}${quick ? ', tried with a few of each' : ''}`,
    '',
    `${counts.PASS} passed, ${counts.FAIL} failed, ${counts['NOT PLAYED']} not played, ` +
      `${counts.SKIPPED} skipped. ${endedAt === null ? UNENDED : verdict}`,
    '',
    `Seed ${seed}, ${hours} hours, commit ${commit ?? 'unknown'}; ${machine}; ` +
      `from ${startedAt} to ${endedAt ?? 'unknown'}.`,
    '',
    HEAD,
    HEAD.replaceAll(/[^|]+/g, ' --- '),
    ...list,
    '',
    ...commands,
    '',
  ].join('\n')
}

const CELL_MAX = 300

function cell(text: string): string {
  return text.replaceAll('|', '\\|').slice(0, CELL_MAX)
}
