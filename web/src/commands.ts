import type { Mode } from '../../src/domain/account.ts'

/** Which bot it is: a command of a terminal has to be told. */
export interface Place {
  /** Null: nothing was seen of it yet. */
  readonly mode: Mode | null
  /** Its configuration, by which its state folder is found; null: not known. */
  readonly config: string | null
}

export const NOWHERE: Place = { mode: null, config: null }

export const PRINTED = ['kill', 'status', 'logs', 'dashboard', 'panic'] as const
export type Printed = (typeof PRINTED)[number]

/** What stands where the page cannot know it. */
export const MODE_HINT = 'MODE is demo, dry-run, paper or live'
export const FILE_HINT = 'FILE is the configuration of the bot'

/** A command as it can be typed on the bot's host: `ibkr-options-bot kill --mode paper`. */
export function commandOf(word: Printed, { mode, config }: Place): string {
  // Its mode is that of the file.
  const which = word === 'panic' ? '' : ` --mode ${mode ?? 'MODE'}`
  const file = config ?? (word === 'panic' ? 'FILE' : null)
  return `ibkr-options-bot ${word}${which}${file === null ? '' : ` --config ${quoted(file)}`}`
}

/** Only a bot that has orders at a broker can be flattened without it. */
export const hasPanic = ({ mode }: Place): boolean =>
  mode === null || mode === 'paper' || mode === 'live'

/** As a shell reads it as one word. */
function quoted(path: string): string {
  return /^[\w./+:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
