import { existsSync } from 'node:fs'
import { CommandError } from './exit-codes.ts'
import { gitText } from './init-git.ts'
import { carriedOut, nextCommands, planFrom, type InitFlags, type Plan } from './init-plan.ts'

/** A configuration that is safe, valid and explained; asked for at a terminal, or by flags. */
export async function init(flags: InitFlags): Promise<number> {
  if (flags.yes) {
    if (existsSync(flags.out) && !flags.force) {
      const detail = `${flags.out} is there already, and nothing was written`
      throw new CommandError('refused', `${detail}; name another by --out, or say --force`)
    }
    return done(planFrom(flags), flags.json)
  }
  const { clackAsker } = await import('./init-prompts.ts')
  const { wizard } = await import('./init-wizard.ts')
  const asker = clackAsker()
  if (asker === null) {
    throw new CommandError(
      'usage',
      'init asks at a terminal; in a script say --yes, and see --help',
    )
  }
  const plan = await wizard(flags, asker)
  if (plan === null) return CANCELLED
  return done(plan, flags.json)
}

/** As a shell reports Ctrl-C. */
const CANCELLED = 130

function done(plan: Plan, json: boolean): number {
  const written = carriedOut(plan)
  const next = nextCommands(plan)
  const notes = [
    ...writtenNotes(plan, written),
    ...[gitText(written)].filter((each) => each !== null),
  ]
  const told = [`written: ${written.join(', ')}`, ...notes, 'next:']
  const text = json
    ? JSON.stringify({ ok: true, written, notes, next })
    : [...told, ...next.map((each) => `  ${each}`)].join('\n')
  process.stdout.write(`${text}\n`)
  return 0
}

/** What may be shown to others, and what may not. */
function writtenNotes({ out, answers }: Plan, written: readonly string[]): readonly string[] {
  const account = answers.account === null ? '' : '; it names your account'
  const [, secrets] = written
  return [
    `${out}: no secret is in it${account}`,
    ...(secrets === undefined ? [] : [`${secrets}: holds the secrets; show it to nobody`]),
  ]
}
