import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { SystemClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Ticker } from '../../src/domain/contract.ts'
import { SqliteJournal } from '../../src/journal/sqlite.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { Recording } from '../../src/simulator/market/replay.testing.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { cli, endAll, lastJson } from './cli-process.ts'
import { paperConfig } from './cli-config.ts'

/** Bad input: an error that names the place and the remedy, its exit code, and nothing lost. */

const root = mkdtempSync(join(tmpdir(), 'cli-'))
const closers: (() => void)[] = []
let gateway: TcpListener

beforeAll(async () => {
  gateway = await new SimulatedGateway({ clock: new SystemClock(), seed: 1 }).listen(0)
})

afterAll(async () => {
  await endAll()
  for (const close of closers) close()
  await gateway.close()
  rmSync(root, { recursive: true, force: true })
})

let cases = 0

/** A folder of its own, and a good configuration in it that a case makes bad. */
class Case {
  readonly folder = mkdtempSync(join(root, 'case-'))
  readonly config = join(this.folder, 'bot.yaml')
  readonly journal = join(this.folder, 'paper/journal.db')

  constructor(change: (config: string) => string = (config) => config, port = gateway.port) {
    // Each its own client ids: cases share one Gateway, at the same time.
    writeFileSync(this.config, change(paperConfig({ port, clientIdBase: 100 * ++cases })))
  }

  get run(): readonly string[] {
    return ['run', '--config', this.config, '--state', this.folder]
  }

  /** A journal of this configuration's mode and account, closed. */
  journaled(accountId = 'DU1234567'): this {
    mkdirSync(join(this.folder, 'paper'))
    const opened = SqliteJournal.open(this.journal, { mode: 'paper', accountId })
    assert(opened.ok, 'a new journal opens')
    const run = { mode: 'paper', accountId, version: '1', configHash: 'c' } as const
    opened.value.append(1 as EpochMs, [{ type: 'RunStarted', ...run }])
    for (let bar = 1; bar < 50; bar++) {
      const barStart = (bar * 60_000) as EpochMs
      const outcome = { symbol: 'SPY' as Ticker, barStart, kind: 'hold', reason: 'flat' } as const
      opened.value.append(barStart, [{ type: 'CycleEnded', outcome }])
    }
    opened.value.close()
    return this
  }

  file(name: string, text: string): this {
    const path = join(this.folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
    return this
  }
}

interface Refusal {
  readonly args: readonly string[]
  readonly code: number
  /** Place and remedy. */
  readonly says: readonly (string | RegExp)[]
  readonly withinMs?: number
  /** Files that must be as they were. */
  readonly keeps?: readonly string[]
}

async function refused({
  args,
  code,
  says,
  keeps = [],
  withinMs = 20_000,
}: Refusal): Promise<void> {
  const before = keeps.map(hashOf)
  const ended = await cli(...args, '--json')
  expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code })
  expect(ended.stderr).not.toContain('defect')
  for (const each of says) expect(ended.stderr).toMatch(each)
  const { error, ...rest } = lastJson(ended)
  expect(rest).toEqual({ ok: false, exitCode: code })
  expect(ended.stderr).toContain(error)
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(ended.ms).toBeLessThan(withinMs)
  expect(keeps.map(hashOf)).toEqual(before)
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

describe.concurrent('a configuration', () => {
  const bad: readonly (readonly [string, (config: string) => string, readonly RegExp[]])[] = [
    [
      'with an unknown key',
      (config) => config.replace('strategies:', 'strategys:'),
      [/bot\.yaml:5: strategys: unknown key; did you mean "strategies"\?/],
    ],
    [
      'with an unknown key further in',
      (config) => config.replace('max_premium', 'max_premum'),
      [/bot\.yaml:28: risk\.max_premum: unknown key; did you mean "max_premium"\?/],
    ],
    [
      'without a mode',
      (config) => config.replace('mode: paper\n', ''),
      [/bot\.yaml:1: mode: expected a mode, one of .*; there is no default/],
    ],
    [
      'with a wrong unit',
      (config) => config.replace('max_quote_age: 2s', 'max_quote_age: 2'),
      [/bot\.yaml:31: risk\.max_quote_age: expected seconds, like "15s"/],
    ],
    [
      'with dollars where a share belongs',
      (config) => config.replace('max_daily_loss: 50%', 'max_daily_loss: $50'),
      [/bot\.yaml:26: risk\.max_daily_loss: expected a percentage, like/],
    ],
    [
      'without a limit',
      (config) => config.replace('  max_daily_loss: 50%\n', ''),
      [/bot\.yaml:24: risk\.max_daily_loss: /],
    ],
    [
      'whose account is not one of its mode',
      (config) => config.replace('DU1234567', 'U1234567'),
      [/bot\.yaml:2: account: mode paper needs a paper account/],
    ],
    ['that is no YAML', () => 'mode: [', [/bot\.yaml:1: expected YAML: /]],
    [
      'that names two things at once',
      (config) => `${config}mode: live\n`,
      [/bot\.yaml:\d+: this key stands there twice/],
    ],
    [
      'of mode demo, given to run',
      (config) => config.replace('mode: paper', 'mode: demo'),
      [/use the command demo, or set mode dry-run or paper/],
    ],
  ]
  test.each(bad)('%s', async (_, change, says) => {
    const { run, config } = new Case(change)
    await refused({ args: run, code: 2, says, keeps: [config] })
  })

  test('with several problems names all of them, also to config check', async () => {
    const twice = (config: string): string =>
      config.replace('strategies:', 'strategys:').replace('2s', '2')
    const { config } = new Case(twice)
    const says = [/strategys/, /max_quote_age/]
    await refused({ args: ['config', 'check', '--config', config], code: 2, says })
  })

  test('that is not there', async () => {
    const args = ['run', '--config', join(root, 'nowhere.yaml')]
    await refused({ args, code: 2, says: [/nowhere\.yaml: expected a readable file/] })
  })

  test('of mode paper, given to demo', async () => {
    const { config } = new Case()
    const says = [/expected mode demo in .*bot\.yaml, came paper; the command run/]
    await refused({ args: ['demo', '--config', config], code: 2, says })
  })

  test('of mode live is locked', async () => {
    const live = (config: string): string =>
      config
        .replace('mode: paper', 'mode: live')
        .replace('DU1234567', 'U1234567')
        .replace(/gateway:.*/, 'gateway: { port: 4001 }')
    const { run, config } = new Case(live)
    const says = [/mode live is locked: the environment variable IBKR_BOT__LIVE_ACCOUNT must hold/]
    await refused({ args: run, code: 4, says, keeps: [config] })
  })
})

/** What is behind a port that is no Gateway. */
async function answering(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    talk(socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

describe.concurrent('a Gateway', () => {
  const remedy = /start it, enable its socket API, .* or correct gateway\.host and gateway\.port/
  const unreachable = async (port: number, why: RegExp, dryRun = false): Promise<void> => {
    const { run, config, folder } = new Case(undefined, port)
    const args = dryRun ? [...run, '--dry-run'] : run
    const place = `expected IB Gateway at 127.0.0.1:${port}: `
    const says = [place, why, remedy]
    await refused({ args, code: 3, says, keeps: [config], withinMs: 40_000 })
    expect(readdirSync(folder)).toEqual(['bot.yaml'])
  }

  test('that is not there is refused at once (D39)', async () => {
    const port = await answering(() => undefined)
    closers.pop()?.()
    await unreachable(port, /ECONNREFUSED/)
    await unreachable(port, /ECONNREFUSED/, true)
  })

  test('that is a web server', async () => {
    const talk = (socket: Socket): void => {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html></html>')
    }
    await unreachable(await answering(talk), /length|version/)
  })

  test('that answers noise', async () => {
    const noise = createHash('sha512').update('noise').digest()
    await unreachable(await answering((socket) => void socket.write(noise)), /length|version/)
  })

  test('that closes what it accepts', async () => {
    await unreachable(await answering((socket) => void socket.end()), /closed|ECONNRESET/)
  })

  test('that accepts and stays silent is given up', async () => {
    await unreachable(await answering(() => undefined), /within 15 s/)
  })

  test('of another account', async () => {
    const { run } = new Case((config) => config.replace('DU1234567', 'DU7654321'))
    const says = [/expected account DU7654321, the Gateway manages DU1234567/]
    await refused({ args: run, code: 3, says })
  })

  test('that cannot be simulated on a port in use', async () => {
    const args = ['simulate', '--port', String(gateway.port)]
    const says = [/expected port \d+ to be free: .*EADDRINUSE.*; choose another with --port/]
    await refused({ args, code: 3, says })
  })
})

describe.concurrent('a state folder', () => {
  const remedy = /restore the file from a backup, or move it away and start a new journal/
  const damages: readonly (readonly [string, (path: string) => void])[] = [
    ['another in one digit', (path) => flip(path, '1500000', '1500001')],
    ['cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['no database', (path) => writeFileSync(path, 'dear diary\n'.repeat(1000))],
  ]
  test.each(damages)('whose journal is %s', async (_, damage) => {
    const { run, journal, config, folder } = new Case().journaled()
    damage(journal)
    const says = [journal, remedy]
    await refused({ args: run, code: 5, says, keeps: [journal, config] })
    const explain = ['explain', 'SPY@60000', '--mode', 'paper', '--state', folder]
    await refused({ args: explain, code: 5, says, keeps: [journal] })
  })

  test('of another account', async () => {
    const { run, journal } = new Case().journaled('DU7654321')
    const says = [journal, /account DU1234567, .* account DU7654321; use another state folder/]
    await refused({ args: run, code: 5, says, keeps: [journal] })
  })

  test('with order ids that cannot be understood', async () => {
    const made = new Case().file('paper/order-ids.json', '{"30":')
    const ids = join(made.folder, 'paper/order-ids.json')
    const says = [ids, /correct it, or remove it and let the Gateway name the next id/]
    await refused({ args: made.run, code: 5, says, keeps: [ids] })
  })

  test('with half of the simulated account of a dry run', async () => {
    const made = new Case().file('dry-run/simulated-account.json', '{"shape":1,"sta')
    const account = join(made.folder, 'dry-run/simulated-account.json')
    const says = [account, /remove it to begin afresh/]
    await refused({ args: [...made.run, '--dry-run'], code: 5, says, keeps: [account] })
  })

  test('that is a file', async () => {
    const { config } = new Case()
    const args = ['run', '--config', config, '--state', config]
    const says = [/expected a folder for the journal at .*; set state_folder to one you may write/]
    await refused({ args, code: 5, says, keeps: [config] })
  })

  test.skipIf(process.getuid?.() === 0)(
    'that is not ours to write (root may: skipped)',
    async () => {
      const { run, folder } = new Case()
      chmodSync(folder, 0o500)
      await refused({ args: run, code: 5, says: [/set state_folder to one you may write/] })
    },
  )

  test('whose name is too long for a control socket', async () => {
    const args = ['demo', '--state', join(root, 'x'.repeat(120))]
    await refused({ args, code: 2, says: [/choose a state folder with a shorter path/] })
  })

  test('without a journal, or without a bot', async () => {
    const explain = ['explain', 'x', '--state', root]
    const says = [/demo\/journal\.db: no journal there; say where by --state and --mode/]
    await refused({ args: explain, code: 2, says })
    const nobody = [
      /no bot is running: .*control\.sock does not answer; start one with run or demo/,
    ]
    await refused({ args: ['status', '--state', root], code: 3, says: nobody })
  })

  test('whose journal knows nothing by an id', async () => {
    const { folder, journal } = new Case().journaled()
    const args = ['explain', 'nothing', '--mode', 'paper', '--state', folder]
    await refused({ args, code: 2, says: [/nothing is known by the id "nothing"; name a/] })
    expect(existsSync(journal)).toBe(true)
  })
})

/** Wherever it stands: SQLite may keep an older copy of a page. */
function flip(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, 'latin1').replaceAll(from, to), 'latin1')
}

describe.concurrent('a command line', () => {
  test.each([
    ['demo --bogus', /unknown option '--bogus'/],
    ['bogus', /unknown command 'bogus'/],
    ['demo --symbols spy', /expected symbols in capitals, like SPY,QQQ/],
    ['demo --symbols SPY,SPY', /expected each symbol once/],
    ['demo --date 2026-02-30', /expected a date like 2026-03-10/],
    ['demo --days 0', /expected a whole number from 1 to 250/],
    ['demo --speed -1', /expected 0 or more/],
    ['demo --date 1999-01-04', /expected 1 sessions from 1999-01-04 within the calendar/],
    ['simulate --start noon', /expected a New York date and time like "2026-03-10 10:00"/],
    ['simulate --port 0 --replay /tmp', /--replay needs --symbols/],
    ['simulate --scenario S9', /expected a scenario or a file, came "S9"; simulate --list-/],
    ['run', /required option '--config <file>' not specified/],
    ['explain', /missing required argument 'id'/],
    ['kill', /required option '--mode <mode>' not specified/],
    ['panic', /required option '--config <file>' not specified/],
    ['status --mode real', /Allowed choices are demo, dry-run, paper, live/],
  ])('%s', async (line, says) => {
    await refused({ args: line.split(' '), code: 2, says: [says] })
  })

  test.each(['', 'demo', 'run', 'simulate', 'status', 'explain', 'config', 'config check'])(
    '%s --help',
    async (command) => {
      const ended = await cli(...command.split(' ').filter((word) => word !== ''), '--help')
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      expect(ended.stdout).toMatch(/^Usage: ibkr-options-bot/)
      if (command !== '' && command !== 'config') expect(ended.stdout).toContain('--json')
    },
  )
})

describe.concurrent('a recording', () => {
  const recording = new Recording()
  closers.push(() => recording.remove())
  recording.trades(Array.from({ length: 390 }, (_, i) => [timeAt(i), 10, 11, 9, 10, 100 + i]))
  const DAY_FILE = 'equity_1m/XYZ/2014-06-06.trade.csv.gz'

  test('that is cut in half', async () => {
    const file = join(recording.dir, DAY_FILE)
    truncateSync(file, Math.floor(statSync(file).size / 2))
    const { folder } = new Case()
    const args = replay(recording.dir, 'XYZ', folder)
    await refused({
      args,
      code: 2,
      says: [file, /unexpected end of file.*fetch it again/],
      keeps: [file],
    })
  })

  test('that is not there', async () => {
    const { folder } = new Case()
    const says = [/nowhere: no such folder; name the one that holds the recordings/]
    await refused({ args: replay(join(root, 'nowhere'), 'XYZ', folder), code: 2, says })
  })

  const SHARED = join(import.meta.dirname, '../../../shared/data')
  test.skipIf(!existsSync(SHARED))(
    'of a real day that is cut in half (skipped without ../shared/data)',
    async () => {
      const { folder } = new Case()
      for (const place of ['equity_1m/TWX', 'option_1m/TWX', 'option_universe/TWX']) {
        const from = join(SHARED, place)
        if (!existsSync(from)) continue
        mkdirSync(join(folder, place), { recursive: true })
        for (const name of readdirSync(from))
          copyFileSync(join(from, name), join(folder, place, name))
      }
      const file = join(folder, 'option_1m/TWX/2014-06-06.quote.csv.gz')
      truncateSync(file, Math.floor(statSync(file).size / 2))
      const args = replay(folder, 'TWX', folder)
      await refused({
        args,
        code: 2,
        says: [file, /unexpected end of file.*fetch it again/],
        keeps: [file],
      })
    },
  )
})

function replay(dir: string, symbol: string, state: string): readonly string[] {
  return ['demo', '--replay', dir, '--symbols', symbol, '--date', '2014-06-06', '--state', state]
}

function timeAt(minute: number): string {
  const of = 9 * 60 + 30 + minute
  return `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`
}
