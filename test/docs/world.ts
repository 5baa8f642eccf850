import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HttpStandIn } from '../../src/notify/stand-ins.testing.ts'
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

/** Of the pages about alerts: one channel, which they call phone. */
const CHANNEL = `notify:
  hosts: [127.0.0.1]
  allow_private: true
  channels: [{ kind: webhook, name: phone }]
`

export async function opened(): Promise<World> {
  const folder = scratch('docs')
  for (const name of ['config', 'docs', 'src', 'test']) {
    symlinkSync(join(ROOT, name), join(folder, name))
  }
  const start = (args: readonly string[]): Cli => new Cli(args, {}, { folder })
  const gateway = start(['simulate', '--port', '0', '--seed', '42', '--start', MOMENT])
  await gateway.says('Ctrl-C stops it')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(gateway.stdout)?.[1])
  const config = (name: string, of: { clientIdBase: number; more: string }): void => {
    const text = paperConfig({ port, clientIdBase: of.clientIdBase })
    writeFileSync(join(folder, name), text.replace('[scalp]', '[scalp, whale]') + of.more)
  }
  const receiver = new HttpStandIn()
  await receiver.start()
  const secret = `IBKR_BOT__NOTIFY__PHONE__URL=http://127.0.0.1:${receiver.port}/phone\n`
  writeFileSync(join(folder, '.env'), secret, { mode: 0o600 })
  config('my.yaml', { clientIdBase: 30, more: CHANNEL })
  config('second.yaml', { clientIdBase: 60, more: '' })
  const bot = start(['run', '--config', 'my.yaml', '--gateway-time'])
  const page = ['--dashboard', '--port', '0']
  const demo = start(['demo', '--days', '9', '--speed', '200', '--symbols', 'SPY', ...page])
  await Promise.all([
    bot.says('gate reconcile cleared'),
    demo.says('entry BUY'),
    demo.says('dashboard: open'),
  ])
  // So that the log has something to show of level warning.
  await start(['cancel', 'mmj7e880-0.0', '--mode', 'paper']).ended
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
      await receiver.stop()
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
