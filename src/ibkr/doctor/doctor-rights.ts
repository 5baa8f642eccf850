import type { OptionFacts, SymbolFacts, Wanted } from './doctor-facts.ts'
import type { LineFacts } from './doctor-line.ts'
import { proven, unchecked, wrong } from './doctor-rows.ts'
import type { DoctorRow, Finding } from './doctor-rows.ts'

/** Not subscribed, or not through the API (limits-and-codes.md 6.2). */
const NOT_SUBSCRIBED: readonly number[] = [354, 10089, 10091, 10168, 10186]
const DELAYED = 10167
const PARTLY = 10090
const COMPETING = 10197

interface About {
  readonly row: DoctorRow
  readonly subject: string
  readonly open: boolean
  readonly allowDelayed: boolean
}

export function marketDataFinding(
  { symbol, details, line }: SymbolFacts,
  wanted: Pick<Wanted, 'allowDelayed'> & { readonly open: boolean },
): Finding {
  const row = 'market-data'
  if (!details.ok) {
    const remedy =
      'correct symbols in the configuration: the Gateway must find exactly one contract'
    return details.error.startsWith('expected one contract')
      ? wrong({ row, subject: symbol, detail: details.error }, remedy)
      : unchecked(row, details.error, symbol)
  }
  if (line === null) return unchecked(row, 'no time was left', symbol)
  const { open, allowDelayed } = wanted
  return rightsFinding(line, { row, subject: symbol, open, allowDelayed })
}

/** Chain, then one contract of it, then one quote: the first that fails is the finding. */
export function optionsFinding(
  { symbol, chain, contract, line }: OptionFacts,
  open: boolean,
): Finding {
  const row = 'options'
  if (!chain.ok) return failed(chain.error, { row, subject: symbol })
  if (contract === null) return unchecked(row, 'no time was left', symbol)
  if (!contract.ok) return failed(contract.error, { row, subject: symbol })
  if (line === null) return unchecked(row, 'no time was left', symbol)
  const found = rightsFinding(line, { row, subject: symbol, open, allowDelayed: false })
  return { ...found, detail: `${contract.value}: ${found.detail}` }
}

function failed(detail: string, { row, subject }: Pick<About, 'row' | 'subject'>): Finding {
  const unanswered = /within \d+ ms|does not wait|connection/.test(detail)
  return unanswered ? unchecked(row, detail, subject) : wrong({ row, detail, subject })
}

const LOG_OUT_ELSEWHERE =
  'log this user out everywhere else, TWS and mobile included, or give the bot a user of its own'

function rightsFinding(line: LineFacts, { row, subject, open, allowDelayed }: About): Finding {
  const said = (code: number): string | null => {
    const found = line.codes.find((each) => each.code === code)
    return found === undefined ? null : `${code}: ${found.text}`
  }
  const about = (detail: string) => ({ row, subject, detail })
  const competing = said(COMPETING)
  if (competing !== null) return wrong(about(competing), LOG_OUT_ELSEWHERE)
  for (const code of NOT_SUBSCRIBED) {
    const detail = said(code)
    if (detail !== null) return wrong(about(detail))
  }
  const delayed = said(DELAYED) ?? (line.dataType !== null && line.dataType >= 3 ? 'type 58' : null)
  if (delayed !== null) {
    if (allowDelayed)
      return proven(row, `delayed, which allow_delayed accepts: ${delayed}`, subject)
    return wrong(about(`only delayed quotes: ${delayed}`))
  }
  const partly = said(PARTLY)
  if (partly !== null) return wrong(about(`part of the quote is missing: ${partly}`))
  if (line.dataType !== null && line.prices > 0) {
    return proven(row, line.dataType === 1 ? 'live' : 'live rights, frozen now', subject)
  }
  const other = line.codes.at(-1)
  if (other !== undefined) return wrong(about(`${other.code}: ${other.text}`))
  const silence = line.fault?.detail ?? 'no price came'
  if (open && line.fault?.code === 'timeout' && /within/.test(silence)) {
    return wrong(about(`the market is open and no price came: ${silence}`))
  }
  return unchecked(row, `no price came: ${silence}${open ? '' : '; the market is closed'}`, subject)
}
