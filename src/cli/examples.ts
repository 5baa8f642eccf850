import type { Command } from 'commander'

/** One for each command, by its words: what `--help` ends with, and what the documents show. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  demo: 'demo --days 2 --speed 0',
  run: 'run --config my.yaml --dry-run',
  watchdog: 'watchdog --config my.yaml',
  simulate: 'simulate --port 4002 --seed 42 --start "2026-03-10 10:00"',
  doctor: 'doctor --config my.yaml',
  validate: 'validate phase1 --seed 42',
  soak: 'soak --minutes 10 --fault-every 2',
  record: 'record --config my.yaml --out frames.jsonl --minutes 5',
  dashboard: 'dashboard --mode paper',
  kill: 'kill --mode paper --reason "smoke in the server room"',
  halt: 'halt --mode paper --reason "news at 14:00"',
  reduce: 'reduce --mode paper --reason "done for today"',
  flatten: 'flatten --mode paper --reason "away for a week"',
  resume: 'resume --mode paper --account DU1234567 --reason "looked, all is well"',
  arm: 'arm --mode live',
  cancel: 'cancel mmj7e880-3267.2 --mode paper',
  close: 'close mmj7e880-3267.1 --mode paper',
  panic: 'panic --config my.yaml --account DU1234567 --reason "the bot is gone"',
  risk: 'risk --mode paper',
  status: 'status --mode paper',
  positions: 'positions --mode paper',
  orders: 'orders --all --mode demo',
  explain: 'explain SPY --mode demo',
  fills: 'fills --symbols SPY --from 2026-03-09 --csv',
  incidents: 'incidents --open --mode paper',
  report: 'report week --mode paper --format html --out week.html',
  logs: 'logs --follow --mode paper --level warning',
  'alerts test': 'alerts test --config my.yaml',
  'alerts list': 'alerts list --config my.yaml',
  promotion: 'promotion --config my.yaml',
  'config check': 'config check --config my.yaml',
  'config reference': 'config reference > configuration.md',
  init: 'init --out my.yaml',
  completion: 'completion bash > ~/.local/share/bash-completion/completions/ibkr-options-bot',
}

/** Every command at the end of a branch, with its words: `config check`. */
export function leavesOf(
  command: Command,
  before: readonly string[] = [],
): readonly { readonly name: string; readonly command: Command }[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()]
    if (each.commands.length > 0) return leavesOf(each, words)
    return [{ name: words.join(' '), command: each }]
  })
}

/** Puts its example under the help of each command. */
export function withExamples(program: Command): void {
  for (const { name, command } of leavesOf(program)) {
    const example = EXAMPLES[name]
    if (example !== undefined) {
      command.addHelpText('after', `\nExample:\n  ${program.name()} ${example}`)
    }
  }
}
