import type { Named, StateFolder } from './state-folder.ts'

/** How this program is called where it runs: in a clone by npm, installed by its name. */
export const PROGRAM = import.meta.filename.endsWith('.ts') ? 'npm run bot --' : 'ibkr-options-bot'

/** A command for a person to type as it stands: it names the same bot as the one that prints it. */
export function typed(words: string, { named }: Pick<StateFolder, 'named'>): string {
  return `${PROGRAM} ${words} --mode ${named.mode}${placed(named)}`
}

/** It needs the file, for account and Gateway; its mode is that of the file. */
export function typedPanic({ named }: Pick<StateFolder, 'named'>): string {
  return `${PROGRAM} panic${placed({ ...named, config: named.config ?? 'FILE' })}`
}

function placed({ state, config }: Named): string {
  const folder = state === null ? '' : ` --state ${quoted(state)}`
  return config === null ? folder : ` --config ${quoted(config)}${folder}`
}

/** As a shell reads it as one word. */
function quoted(path: string): string {
  return /^[\w./+:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
