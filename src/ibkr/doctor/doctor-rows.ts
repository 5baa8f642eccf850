import { unreachable } from '../../base/assert.ts'
import type { VisitStage } from './visit.ts'

/**
 * What the doctor proves, in the order in which it reports: limits-and-codes.md section 9 and what
 * a run needs of its own machine. `wanted` and `remedy` also stand in docs/gateway-setup.md, and a
 * test holds the page to these rows.
 */
export const DOCTOR_ROWS = {
  node: { wanted: 'Node.js 20.20 or newer', remedy: 'install Node.js 20.20 or newer' },
  'state-folder': {
    wanted: 'the state folder can be written and its disk has room',
    remedy: 'free disk space, or set state_folder to a folder that you may write',
  },
  journal: {
    wanted: 'the journal reads from its first row to its last, unbroken',
    remedy: 'restore the journal from a backup, or move it away and start a new one',
  },
  socket: {
    wanted: 'something listens at gateway.host and gateway.port',
    remedy:
      'start IB Gateway and log in; tick Enable ActiveX and Socket Clients; ' +
      'set gateway.host and gateway.port to where it listens',
  },
  handshake: {
    wanted: 'it answers as a Gateway whose version we speak, and trusts this machine',
    remedy:
      "add this machine's address to Trusted IPs, untick Allow connections from localhost only " +
      'if the bot runs elsewhere, and make sure that the port is the one of the socket API',
  },
  'client-ids': {
    wanted: 'the five client ids from gateway.client_id_base are free for us alone',
    remedy:
      'close the other program with this client id, wait a minute after a crash, ' +
      'or choose another gateway.client_id_base',
  },
  port: {
    wanted: 'port, account prefix and mode agree about paper and live',
    remedy:
      'log in to the account you mean, use its port (Gateway 4002 paper, 4001 live; ' +
      'TWS 7497 paper, 7496 live), and declare a relayed port in gateway.ports',
  },
  account: {
    wanted: 'the Gateway manages the configured account',
    remedy: 'set account to the id that the Gateway shows, or log in as the user who owns it',
  },
  'read-only': {
    wanted: 'Read-Only API is off: a what-if order is accepted',
    remedy: 'untick Read-Only API in Configure, Settings, API, Settings, and apply',
  },
  precautions: {
    wanted: 'order precautions are bypassed for API orders',
    remedy: 'tick Bypass Order Precautions for API Orders in Configure, Settings, API, Precautions',
  },
  'time-zone': {
    wanted: "the Gateway's times can be read and agree with the clock",
    remedy:
      'choose a time zone with an IANA name, like America/New_York, at the log-in screen under ' +
      'More Options, and send instrument-specific times in the instrument time zone',
  },
  clock: {
    wanted: 'the clocks of Gateway and bot differ by at most 2 s; beyond 5 s nothing is entered',
    remedy: 'synchronise both machines with NTP (systemd-timesyncd, chrony)',
  },
  memory: {
    wanted: 'the Gateway may use about 4 GB of memory',
    remedy: 'set Memory Allocation to 4096 MB in Configure, Settings, General, and restart it',
  },
  'auto-restart': {
    wanted: 'the Gateway restarts itself outside market hours, at the configured time',
    remedy:
      'choose Auto restart with a time far from 09:15 to 16:30 New York in Configure, Settings, ' +
      'Lock and Exit, and write the same into gateway.auto_restart',
  },
  calendar: {
    wanted: "the exchange calendar covers this year and the next, and agrees with the contracts'",
    remedy: 'upgrade the bot; trade nothing on a date that the two see differently',
  },
  'account-type': {
    wanted: 'the account is known to be cash or margin',
    remedy: 'wait until the Gateway has loaded the account, or log in again',
  },
  'settled-cash': {
    wanted: 'a cash account has settled cash to enter from',
    remedy: 'wait for sales to settle (the next business day), or deposit',
  },
  'base-currency': {
    wanted: 'the base currency is USD',
    remedy: 'set the base currency to USD in Client Portal, Settings, Account Settings',
  },
  'day-trades': {
    wanted: 'the broker counts no day trades: the one policy of this version is off',
    remedy:
      'hold positions overnight (exits.hold_overnight), or ask IBKR to reset the day-trade flag ' +
      'and how it applies the intraday margin rules to this account',
  },
  'market-data': {
    wanted: 'live quotes for every configured symbol',
    remedy:
      'subscribe in Client Portal (US Securities Snapshot and Futures Value Bundle, ' +
      'US Equity and Options Add-On Streaming Bundle), share it with the paper account, ' +
      'log in again',
  },
  options: {
    wanted: 'options are listed, defined and quoted live',
    remedy:
      'subscribe to OPRA in Client Portal, share it with the paper account, and ask for option ' +
      'trading permission under Settings, Trading Permissions',
  },
} as const satisfies Readonly<Record<string, { readonly wanted: string; readonly remedy: string }>>

export type DoctorRow = keyof typeof DOCTOR_ROWS

export const ROW_NAMES = Object.keys(DOCTOR_ROWS) as readonly DoctorRow[]

export type DoctorVerdict = 'proven' | 'wrong' | 'not checked'

/** What one row came to, of a symbol where there are several. */
export interface Finding {
  readonly row: DoctorRow
  readonly subject: string | null
  readonly verdict: DoctorVerdict
  /** What was seen, or why nothing was looked at. */
  readonly detail: string
  /** Only of what is wrong. */
  readonly remedy: string | null
}

type About = Pick<Finding, 'row' | 'detail'> & { readonly subject?: string }

export function proven(row: DoctorRow, detail: string, subject?: string): Finding {
  return { row, subject: subject ?? null, verdict: 'proven', detail, remedy: null }
}

export function wrong({ row, detail, subject }: About, remedy?: string): Finding {
  const told = remedy ?? DOCTOR_ROWS[row].remedy
  return { row, subject: subject ?? null, verdict: 'wrong', detail, remedy: told }
}

export function unchecked(row: DoctorRow, detail: string, subject?: string): Finding {
  return { row, subject: subject ?? null, verdict: 'not checked', detail, remedy: null }
}

/** At least one finding of every row, in their order: nothing is passed over in silence. */
export function everyRow(findings: readonly Finding[], whyNot: string): readonly Finding[] {
  return ROW_NAMES.flatMap((row) => {
    const found = findings.filter((each) => each.row === row)
    return found.length === 0 ? [unchecked(row, whyNot)] : found
  })
}

/** What a failed contact proves, by how far it got. */
export function contactFindings(
  failure: { readonly stage: VisitStage; readonly detail: string },
  at: { readonly address: string; readonly clientId: number },
): readonly Finding[] {
  const { stage, detail } = failure
  const { address, clientId } = at
  const listens = proven('socket', `something listens at ${address}`)
  switch (stage) {
    case 'unreachable':
      return [wrong({ row: 'socket', detail: `${address}: ${detail}` })]
    case 'closed':
      return [
        listens,
        wrong({ row: 'handshake', detail: `it accepted the connection and closed it: ${detail}` }),
      ]
    case 'silent':
      return [
        listens,
        wrong({
          row: 'handshake',
          detail: `it accepted the connection and stayed silent: ${detail}`,
        }),
      ]
    case 'garbage':
      return [
        listens,
        wrong(
          { row: 'handshake', detail: `what answers is no Gateway: ${detail}` },
          'set gateway.port to the Socket port of the Gateway, and untick Use SSL there',
        ),
      ]
    case 'version':
      return [
        listens,
        wrong(
          { row: 'handshake', detail },
          'install the current stable IB Gateway, or upgrade this bot',
        ),
      ]
    case 'client-id-in-use':
      return [
        listens,
        proven('handshake', 'it answers as a Gateway'),
        wrong({ row: 'client-ids', detail: `client id ${clientId} is in use (326): ${detail}` }),
      ]
    case 'not-ready':
      return [
        listens,
        wrong(
          { row: 'handshake', detail: `it shook hands and did not become ready: ${detail}` },
          'look at the Gateway: a log-in, a dialog or a restart is under way; then ask again',
        ),
      ]
    default:
      return unreachable(stage)
  }
}
