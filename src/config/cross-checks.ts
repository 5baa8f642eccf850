import { EXITS_TIMES } from '../ibkr/orders/last-look-limits.ts'
import { volumeStrategies } from '../strategy/registry.ts'
import { sideOf } from './ports.ts'
import type { ConfigFile } from './schema.ts'

export interface CrossProblem {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

/** What no single key can show: mode, port and account must agree (promises.md section 4). */
export function crossChecks(file: ConfigFile): readonly CrossProblem[] {
  const problems: CrossProblem[] = []
  const add = (path: readonly PropertyKey[], text: string) => problems.push({ path, text })
  const { mode, account, gateway } = file
  if (mode !== 'demo' && gateway === undefined)
    add(['gateway'], 'gateway: missing; mode needs a port')
  if ((mode === 'paper' || mode === 'live') && account === undefined) {
    add(['account'], `account: missing; mode ${mode} names the account it may trade`)
  }
  if (account !== undefined) checkAccount(file, account, add)
  checkIndexes(file, add)
  if (file.exits.trend_exit !== 'none' && file.schedule.hours === 'all') {
    const text = 'exits.trend_exit: it is of hours of regular sessions; schedule.hours is all'
    add(['exits', 'trend_exit'], text)
  }
  checkPace(file, add)
  if (gateway !== undefined) checkPort(file, gateway, add)
  if (file.allow_delayed && mode !== 'dry-run') {
    add(['allow_delayed'], `allow_delayed: only in mode dry-run; mode is ${mode}`)
  }
  return problems
}

type Add = (path: readonly PropertyKey[], text: string) => void

function checkIndexes(file: ConfigFile, add: Add): void {
  for (const [place, { underlying, strategies }] of file.symbols.entries()) {
    if (underlying.kind !== 'index') continue
    const names = (strategies ?? file.strategies).filter((ref) => typeof ref === 'string')
    const wrong = names.filter((name) => volumeStrategies.has(name))
    if (wrong.length === 0) continue
    const weighs = `which ${wrong.join(', ')} weighs`
    const text = `${underlying.symbol} is an index and has no volume, ${weighs}`
    add(['symbols', place], `symbols: ${text}; trade a stock or an ETF that follows it`)
  }
}

/** A structure rests two exits, and all of them may have to go out within one minute. */
const EXITS_EACH = 2

function checkPace({ last_look: look, risk }: ConfigFile, add: Add): void {
  const lets = EXITS_TIMES * look.ordersPerMinuteMax
  const needs = EXITS_EACH * risk.openStructuresMax
  if (lets >= needs) return
  const least = Math.ceil(needs / EXITS_TIMES)
  const { ordersPerMinuteMax: pace } = look
  add(
    ['last_look', 'max_orders_per_minute'],
    `last_look.max_orders_per_minute: ${pace} lets ${lets} exits leave in a minute; ` +
      `risk.max_open_structures of ${risk.openStructuresMax} may need ${needs}: ` +
      `expected at least ${least}`,
  )
}

function checkAccount(file: ConfigFile, account: string, add: Add): void {
  const paper = /^D[UF]/.test(account)
  if (file.mode === 'paper' && !paper) {
    add(['account'], `account: mode paper needs a paper account (DU or DF), came ${account}`)
  }
  if (file.mode === 'live' && paper) {
    add(['account'], `account: mode live needs a live account, ${account} is a paper account`)
  }
}

function checkPort(file: ConfigFile, gateway: NonNullable<ConfigFile['gateway']>, add: Add): void {
  if (file.mode === 'demo') return
  const side = sideOf(gateway.port, gateway.ports)
  const place = ['gateway', 'port']
  if (side === null) {
    add(
      place,
      `gateway.port: ${gateway.port} is not known; declare what is behind it: ` +
        `ports: { ${gateway.port}: paper }`,
    )
  } else if ((file.mode === 'paper' || file.mode === 'live') && side !== file.mode) {
    add(place, `gateway.port: ${gateway.port} is a ${side} port, the mode is ${file.mode}`)
  }
  const prefix = file.account === undefined ? null : /^D[UF]/.test(file.account) ? 'paper' : 'live'
  if (side !== null && prefix !== null && side !== prefix) {
    add(
      place,
      `gateway.port: ${gateway.port} is a ${side} port, ${file.account} a ${prefix} account`,
    )
  }
}
