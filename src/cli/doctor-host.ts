import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { EpochMs } from '../base/clock.ts'
import type { GatewaySettings, Settings } from '../config/settings.ts'
import { momentOf, newYorkDate, nextSession } from '../domain/calendar.ts'
import { addDays } from '../domain/date.ts'
import { proven, unchecked, wrong, type Finding } from '../ibkr/doctor/doctor-rows.ts'
import { messageOf } from '../journal/files.ts'
import { readJournal, strangerIn } from '../journal/sqlite.ts'

const NODE_MIN = [20, 20] as const
/** A year of journal, its ballast and the bars take less. */
const FREE_BYTES_MIN = 512 * 1024 * 1024
/** IBKR advises about 4 GB; some of it is what the virtual machine keeps for itself. */
const HEAP_MB_MIN = 4_000
/** The market, options of 16:15 included, and the time that a restart and a reconciliation take. */
const BEFORE_OPEN_MS = 15 * 60_000
const AFTER_CLOSE_MS = 30 * 60_000
/** Far enough for every weekday. */
const SESSIONS_AHEAD = 7

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  if (enough) return proven('node', version)
  return wrong({ row: 'node', detail: `expected ${NODE_MIN.join('.')} or newer, is ${version}` })
}

/** Writable, with room: the folder itself, or the nearest one above it that is there. */
export function folderFinding(path: string): Finding {
  let there = path
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = statfsSync(there)
    return roomFinding(path, bavail * bsize)
  } catch (error) {
    return wrong({ row: 'state-folder', detail: `${path}: ${messageOf(error)}` })
  }
}

export function roomFinding(path: string, freeBytes: number): Finding {
  const megabytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MB`
  if (freeBytes >= FREE_BYTES_MIN) {
    return proven('state-folder', `${path} can be written, ${megabytes(freeBytes)} are free`)
  }
  const detail = `${path}: expected ${megabytes(FREE_BYTES_MIN)} free, are ${megabytes(freeBytes)}`
  return wrong({ row: 'state-folder', detail })
}

/** Every row read and its chain of hashes followed, also while a bot writes it. */
export function journalFinding(
  path: string,
  of: { readonly mode: 'dry-run' | 'paper' | 'live'; readonly accountId: string },
): Finding {
  if (!existsSync(path)) return unchecked('journal', `no run has made ${path} yet`)
  const entries = readJournal(path)
  if (!entries.ok) return wrong({ row: 'journal', detail: entries.error.detail })
  const stranger = entries.value.map((entry) => strangerIn(entry, of)).find((each) => each !== null)
  if (stranger != null) return wrong({ row: 'journal', detail: `${path}: ${stranger}` })
  return proven('journal', `unbroken to its end; rows: ${entries.value.length}`)
}

/** Where the memory of a Gateway may be read: its process, then its options file. */
export interface MemorySources {
  readonly proc: string
  readonly home: string
}

const HERE: MemorySources = { proc: '/proc', home: homedir() }

export function memoryFinding(host: string, sources: MemorySources = HERE): Finding {
  if (!isHere(host)) {
    return unchecked('memory', `the Gateway runs on ${host}: look at its memory there`)
  }
  const found = heapOfProcess(sources.proc) ?? heapOfOptions(sources.home)
  if (found === null) {
    return unchecked('memory', 'neither its process nor its options file is readable here')
  }
  const detail = `${found.megabytes} MB, by ${found.source}`
  return found.megabytes >= HEAP_MB_MIN
    ? proven('memory', detail)
    : wrong({ row: 'memory', detail: `expected about 4096 MB, is ${detail}` })
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

interface Heap {
  readonly megabytes: number
  readonly source: string
}

function heapOfProcess(proc: string): Heap | null {
  for (const id of foldersIn(proc).filter((name) => /^\d+$/.test(name))) {
    const command = textOf(join(proc, id, 'cmdline'))?.split('\0') ?? []
    if (!/java/.test(command[0] ?? '')) continue
    if (!command.some((each) => /ibgateway|jclient/i.test(each))) continue
    const megabytes = command.map(heapIn).findLast((each) => each !== null) ?? null
    if (megabytes !== null) return { megabytes, source: `process ${id}` }
  }
  return null
}

/** `Jts/ibgateway/1030/ibgateway.vmoptions`, the newest version first. */
function heapOfOptions(home: string): Heap | null {
  const folder = join(home, 'Jts', 'ibgateway')
  for (const version of [...foldersIn(folder)].sort().reverse()) {
    const path = join(folder, version, 'ibgateway.vmoptions')
    const lines = textOf(path)?.split('\n') ?? []
    const megabytes = lines.map((line) => heapIn(line.trim())).findLast((each) => each !== null)
    if (megabytes != null) return { megabytes, source: `ibgateway.vmoptions of ${version}` }
  }
  return null
}

/** `-Xmx4096m` in megabytes; the last one counts. */
export function heapIn(option: string): number | null {
  const parts = /^-Xmx(\d+)([kmg]?)$/i.exec(option)
  if (parts === null) return null
  const perMegabyte = { k: 1 / 1024, m: 1, g: 1024, '': 1 / 1024 / 1024 }
  const unit = (parts[2] ?? '').toLowerCase() as keyof typeof perMegabyte
  return Math.floor(Number(parts[1]) * perMegabyte[unit])
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return [] // not this platform, or not ours to read
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // it ended, or belongs to somebody else
  }
}

/** The API does not tell it: what was written down is held against the market's hours. */
export function restartFinding(restart: GatewaySettings['autoRestart'], at: EpochMs): Finding {
  const row = 'auto-restart'
  if (restart === null) {
    return unchecked(row, 'write the time set in the Gateway into gateway.auto_restart')
  }
  const { time, zone } = restart
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  let date = addDays(newYorkDate(at), -1)
  for (let count = 0; count < SESSIONS_AHEAD; count++) {
    const session = nextSession(date)
    if (session === null) break
    date = session.date
    const near = [-1, 0, 1].map((days) =>
      momentOf(zone, addDays(session.date, days), { hour, minute, second: 0 }),
    )
    const inside = near.some(
      (each) => each >= session.open - BEFORE_OPEN_MS && each < session.close + AFTER_CLOSE_MS,
    )
    if (inside) {
      return wrong({ row, detail: `${time} ${zone} lies within the trading day of ${date}` })
    }
  }
  const detail = `${time} ${zone} lies outside the trading day`
  return proven(row, `${detail}; that the Gateway keeps to it shows with its first restart`)
}

/** Everything that needs no Gateway. */
export function hostFindings(
  settings: Settings,
  of: {
    readonly at: EpochMs
    readonly folder: { readonly path: string; readonly journal: string }
    readonly journalOf: {
      readonly mode: 'dry-run' | 'paper' | 'live'
      readonly accountId: string
    } | null
    readonly node: string
  },
): readonly Finding[] {
  const { at, folder, journalOf, node } = of
  return [
    nodeFinding(node),
    folderFinding(folder.path),
    journalOf === null
      ? unchecked('journal', 'mode demo keeps its own')
      : journalFinding(folder.journal, journalOf),
    memoryFinding(settings.gateway.host),
    restartFinding(settings.gateway.autoRestart, at),
  ]
}
