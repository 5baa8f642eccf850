import type { Result } from '../../base/result.ts'
import { ok } from '../../base/result.ts'
import { netQuote } from '../../domain/combo-quote.ts'
import type { ComboLeg, Tradable } from '../../domain/contract.ts'
import { legsOf } from '../../domain/contract.ts'
import type { Fault, QuoteLine } from '../../engine/ports.ts'

type Open = (leg: ComboLeg['contract'], ended: (fault: Fault) => void) => Result<QuoteLine, Fault>

/**
 * One line for each leg of a combo, read as one: it tells something once all of them have, and it
 * is over when any of them is. A contract without legs is its own only one.
 */
export function netLine(
  contract: Tradable,
  ended: (fault: Fault) => void,
  open: Open,
): Result<QuoteLine, Fault> {
  if (contract.kind !== 'combo') return open(contract, ended)
  const lines: QuoteLine[] = []
  const close = (): void => lines.splice(0).forEach((line) => line.close())
  let over = false
  for (const leg of legsOf(contract)) {
    const line = open(leg.contract, (fault) => {
      if (over) return
      over = true
      close()
      ended(fault)
    })
    if (!line.ok) {
      over = true
      close()
      return line
    }
    lines.push(line.value)
  }
  return ok({
    latest: () => {
      const quotes = lines.flatMap((line) => line.latest() ?? [])
      return quotes.length < contract.legs.length ? null : netQuote(contract, quotes)
    },
    confirm: () => lines.forEach((line) => line.confirm()),
    close: () => {
      over = true
      close()
    },
  })
}
