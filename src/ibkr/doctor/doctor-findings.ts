import { unreachable } from '../../base/assert.ts'
import { sessionAt } from '../../domain/calendar.ts'
import { accountObjection } from '../orders/account-check.ts'
import { accountFindings } from './doctor-account.ts'
import { calendarFinding, timeZoneFinding } from './doctor-calendar.ts'
import type { ClientIdFact, GatewayFacts, Wanted } from './doctor-facts.ts'
import { proven, unchecked, wrong } from './doctor-rows.ts'
import type { Finding } from './doctor-rows.ts'
import { marketDataFinding, optionsFinding } from './doctor-rights.ts'
import { isPaperAccount } from '../orders/last-look.ts'

/** client-library.md section 4: a warning, and where entries stop, milliseconds. */
const SKEW_WARNING_MS = 2_000
const SKEW_ENTRIES_MS = 5_000
/** currentTime counts whole seconds: half of one is the best guess, and the other half is doubt. */
const SKEW_DOUBT_MS = 500

/** What the Gateway has shown, row by row. Pure: the same facts give the same findings. */
export function gatewayFindings(facts: GatewayFacts, wanted: Wanted): readonly Finding[] {
  const open = sessionAt(facts.at) !== null
  return [
    proven('socket', `something listens at ${wanted.address}`),
    proven('handshake', `it answers at server version ${facts.hello.version}`),
    ...clientIdFindings(facts.clientIds, facts.botRuns),
    portFinding(facts.accounts, wanted),
    managedFinding(facts.accounts, wanted),
    ...orderFindings(facts.whatIf, wanted),
    timeZoneFinding(facts),
    clockFinding(facts.skewMs, wanted.gatewayTime),
    calendarFinding(facts.symbols, facts.at),
    ...accountFindings(facts.account),
    ...facts.symbols.map((each) => marketDataFinding(each, { ...wanted, open })),
    ...optionFindings(facts, open),
  ]
}

function optionFindings({ options }: GatewayFacts, open: boolean): readonly Finding[] {
  if (options.length > 0) return options.map((each) => optionsFinding(each, open))
  return [unchecked('options', 'no configured symbol could be looked up')]
}

/** Ours alone, or held by the bot that is ours. */
export function clientIdFindings(
  ids: readonly ClientIdFact[],
  botRuns: boolean,
): readonly Finding[] {
  const ofBot = (name: string): boolean => ['order', 'data', 'canary'].includes(name)
  return ids.map(({ name, clientId, found, detail }) => {
    const subject = `${name} ${clientId}`
    switch (found) {
      case 'free':
        return proven('client-ids', detail, subject)
      case 'in-use':
        return botRuns && ofBot(name)
          ? proven('client-ids', 'in use by the running bot', subject)
          : wrong({ row: 'client-ids', detail: `326: ${detail}`, subject })
      case 'failed':
      case 'no-time':
        return unchecked('client-ids', detail, subject)
      default:
        return unreachable(found)
    }
  })
}

/** Of the account that is configured, and without one of every account behind the port. */
export function portFinding(accounts: readonly string[], wanted: Wanted): Finding {
  const { account, mode, declared } = wanted
  if (declared === null) {
    const detail = 'nothing says whether paper or live is behind this port'
    return wrong({ row: 'port', detail })
  }
  // That the account is managed at all is a row of its own.
  const seen = account !== null && accounts.includes(account) ? [account] : accounts
  if (seen.length === 0) return unchecked('port', 'the Gateway manages no account')
  for (const each of seen) {
    const objection = accountObjection([each], { account: each, mode, declared })
    if (objection !== null) return wrong({ row: 'port', detail: objection })
  }
  const side = isPaperAccount(seen[0] ?? '') ? 'paper' : 'live'
  return proven('port', `a ${declared} port, a ${side} account, mode ${mode}`)
}

export function managedFinding(accounts: readonly string[], { account }: Wanted): Finding {
  const list = accounts.join(', ') || 'none'
  if (account === null) {
    return unchecked('account', `no account is configured; the Gateway manages ${list}`)
  }
  if (accounts.includes(account)) return proven('account', `the Gateway manages ${account}`)
  const detail = `expected ${account} among the managed accounts, came ${list}`
  return wrong({ row: 'account', detail })
}

export function clockFinding(skewMs: number, gatewayTime: boolean): Finding {
  if (gatewayTime) return unchecked('clock', 'the time was taken from the Gateway itself')
  const apart = Math.round(Math.abs(skewMs + SKEW_DOUBT_MS))
  if (apart <= SKEW_WARNING_MS + SKEW_DOUBT_MS) {
    return proven('clock', `the clocks differ by about ${(apart / 1000).toFixed(1)} s`)
  }
  const seconds = `the clocks differ by about ${(apart / 1000).toFixed(1)} s`
  const blocked = apart > SKEW_ENTRIES_MS + SKEW_DOUBT_MS
  const detail = blocked ? `${seconds}: nothing would be entered` : `${seconds}: a warning`
  return wrong({ row: 'clock', detail })
}

/** Presets that refuse what the API sends (limits-and-codes.md 6.3). */
const PRESETS: readonly number[] = [109, 163, 164, 382, 383]

/** Two rows that only an order can show. */
export function orderFindings(
  whatIf: GatewayFacts['whatIf'],
  { precautions }: Pick<Wanted, 'precautions'>,
): readonly Finding[] {
  return [readOnlyFinding(whatIf), precautionsFinding(whatIf, precautions)]
}

function readOnlyFinding(whatIf: GatewayFacts['whatIf']): Finding {
  switch (whatIf.kind) {
    case 'accepted':
      return proven('read-only', 'a what-if order was accepted')
    case 'refused': {
      const said = `${whatIf.code}: ${whatIf.text}`
      if (whatIf.code === 321 && /read-only/i.test(whatIf.text)) {
        return wrong({ row: 'read-only', detail: `a what-if order was refused: ${said}` })
      }
      return unchecked('read-only', `a what-if order was refused for another reason: ${said}`)
    }
    case 'unanswered':
      return unchecked('read-only', `a what-if order: ${whatIf.detail}`)
    case 'not-asked':
      return unchecked('read-only', whatIf.why)
    default:
      return unreachable(whatIf)
  }
}

function precautionsFinding(
  whatIf: GatewayFacts['whatIf'],
  precautions: Wanted['precautions'],
): Finding {
  if (whatIf.kind === 'refused' && PRESETS.includes(whatIf.code)) {
    const detail = `a preset refused a what-if order: ${whatIf.code}: ${whatIf.text}`
    return wrong({ row: 'precautions', detail })
  }
  switch (precautions) {
    case 'bypassed':
      return proven('precautions', 'by the word of the operator: the API cannot read it')
    case 'active':
      return wrong({ row: 'precautions', detail: 'the operator says that they are not bypassed' })
    case null:
      return unchecked(
        'precautions',
        'the API cannot read it: look in the Gateway and say --precautions bypassed, or active',
      )
    default:
      return unreachable(precautions)
  }
}
