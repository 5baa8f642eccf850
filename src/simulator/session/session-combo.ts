import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import { comboOf } from '../../domain/combo.ts'
import type { ComboContract, ComboLeg, ConId, Tradable } from '../../domain/contract.ts'
import type { Market } from '../market/market.ts'
import type { Refusal } from '../broker/validate.ts'
import type { WireContract } from './session-contract.ts'
import { NO_CONTRACT } from './session-contract.ts'

interface WireLeg {
  readonly conId: number
  readonly ratio: number
  readonly action: string
}

/** A combination as the client describes it: by the con ids of its legs, whatever else it says. */
export function comboFrom(
  asked: WireContract,
  legs: readonly WireLeg[],
  market: Market,
): Result<ComboContract, Refusal> {
  if (legs.length === 0) {
    return fail({ code: 314, text: "Security type 'BAG' requires combo leg details." })
  }
  const found: ComboLeg[] = []
  for (const { conId, ratio, action } of legs) {
    const contract = market.contract(conId as ConId)
    if (contract === null || contract.kind === 'index') {
      return fail({ code: 200, text: 'No security definition has been found for the request' })
    }
    // `SSHORT` is for institutions, as a leg or alone.
    if (action !== 'BUY' && action !== 'SELL') return fail(DETAILS)
    found.push({ contract, ratio, side: action })
  }
  const combo = comboOf(found)
  if (!combo.ok || combo.value.symbol !== asked.symbol) return fail(DETAILS)
  return ok(combo.value)
}

/** What is wrong with the legs is one code. */
const DETAILS: Refusal = { code: 312, text: 'The combo details are invalid.' }

/** The con id that IBKR writes for combinations of US stocks and options; it says nothing. */
const BAG_CON_ID = 28_812_380

export function wireCombo({ symbol, currency, exchange }: ComboContract): WireContract {
  return { ...NO_CONTRACT, conId: BAG_CON_ID, symbol, secType: 'BAG', exchange, currency }
}

/** As openOrder and completedOrder repeat them. */
export function wireLegs(contract: Tradable) {
  const legs = contract.kind === 'combo' ? contract.legs : []
  return {
    comboLegsDescription: legs
      .map(
        ({ contract: { conId }, ratio, side }) => `${conId}|${side === 'BUY' ? '' : '-'}${ratio}`,
      )
      .join(','),
    comboLegs: legs.map(({ contract: { conId }, ratio, side }) => ({
      conId,
      ratio,
      action: side,
      exchange: 'SMART',
      openClose: 0,
      shortSaleSlot: 0,
      designatedLocation: '',
      exemptCode: -1,
    })),
    // No leg has a price of its own.
    orderComboLegs: legs.map(() => ({ price: null })),
  }
}
