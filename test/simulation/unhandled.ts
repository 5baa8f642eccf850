/** What a process is told of rejections by, and where errors are written: replaced in its test. */
export interface Ends {
  readonly process: { on(event: 'unhandledRejection', listener: (why: unknown) => void): unknown }
  readonly console: { error: (...said: unknown[]) => void; warn: (...said: unknown[]) => void }
}

/** Everything that nobody handled, from the first call on; what was written is still written. */
export function listening({ process, console }: Ends): readonly string[] {
  const said: string[] = []
  process.on('unhandledRejection', (why) => {
    said.push(`a rejection was not handled: ${String(why)}`)
  })
  for (const name of ['error', 'warn'] as const) {
    const write = console[name].bind(console)
    console[name] = (...args) => {
      said.push(`console.${name}: ${args.map(String).join(' ')}`)
      write(...args)
    }
  }
  return said
}

let said: readonly string[] | null = null

/** One list for the process: whoever runs in it at the time is asked. */
export function unhandled(): readonly string[] {
  said ??= listening({ process, console })
  return said
}
