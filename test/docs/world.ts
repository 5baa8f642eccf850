import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJournal } from '../../src/journal/sqlite.ts'
import { paperConfig } from '../scenarios/cli-config.ts'
import { Cli, endAll, type Ended } from '../scenarios/cli-process.ts'
import { scratch } from '../scenarios/scratch.ts'
import { ROOT } from './pages.ts'

/** What the readers of all pages have running, started once: it is what most commands talk to. */
export interface World {
  /** Where commands are typed; `my.yaml`, `config` and `docs` are there. */
  readonly folder: string
  start(args: readonly string[]): Cli
  /** A place that a command may have for itself. */
  fresh(name: string): string
  /** Of an entry of the demo that was made or refused. */
  knownId(): string
  end(): Promise<void>
}

/** Its market is at this moment, whatever the day of the test. */
const MOMENT = '2026-03-10 10:00'

export async function opened(): Promise<World> {
  const folder = scratch('docs')
  for (const name of ['config', 'docs', 'src', 'test']) {
    symlinkSync(join(ROOT, name), join(folder, name))
  }
  const start = (args: readonly string[]): Cli => new Cli(args, {}, { folder })
  const gateway = start(['simulate', '--port', '0', '--seed', '42', '--start', MOMENT])
  await gateway.says('Ctrl-C stops it')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(gateway.stdout)?.[1])
  const config = (name: string, clientIdBase: number): void => {
    const text = paperConfig({ port, clientIdBase })
    writeFileSync(join(folder, name), text.replace('[scalp]', '[scalp, whale]'))
  }
  config('my.yaml', 30)
  config('second.yaml', 60)
  const bot = start(['run', '--config', 'my.yaml', '--gateway-time'])
  const demo = start(['demo', '--days', '9', '--speed', '200', '--symbols', 'SPY'])
  await Promise.all([bot.says('gate reconcile cleared'), demo.says('entry BUY')])
  let places = 0
  return {
    folder,
    start,
    fresh: (name) => join(folder, `${name}-${++places}`),
    knownId() {
      const entries = readJournal(join(folder, 'state/demo/journal.db'))
      if (!entries.ok) throw new Error(entries.error.detail)
      const known = entries.value.flatMap(({ event }) =>
        event.type === 'OrderIntended' ? [event.order.id] : [],
      )
      return known[0] ?? ''
    },
    async end() {
      await endAll()
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** How a command comes to its end here. */
export async function played(cli: Cli, until: string | null): Promise<Ended> {
  if (until === null) return cli.ended
  await cli.says(until)
  return cli.end('SIGINT')
}
