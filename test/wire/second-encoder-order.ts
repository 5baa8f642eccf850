import type { RequestOf } from '../../src/wire/requests.ts'
import { conditionOf, prefixed, type Speaker } from './packages.ts'

type Contract = Omit<RequestOf<'reqContractDetails'>['contract'], 'includeExpired'>
type Order = RequestOf<'placeOrder'>['order']
type Condition = Order['conditions'][number]

/** The package says `undefined` for what is not set. */
export function unset(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? undefined : value]),
  )
}

export function contractFor({ primaryExchange, ...rest }: Contract): object {
  return { ...rest, primaryExch: primaryExchange }
}

/** Fields that the package refuses to be given at an older version (protocol.md 5). */
const GATES: readonly (readonly [since: number, fields: readonly (keyof Order)[]])[] = [
  [158, ['duration']],
  [160, ['postToAts']],
  [162, ['autoCancelParent']],
  [166, ['advancedErrorOverride']],
  [169, ['manualOrderTime']],
  [170, ['minTradeQty', 'minCompeteSize', 'competeAgainstBestOffset']],
  [170, ['midOffsetAtWhole', 'midOffsetAtHalf']],
  [183, ['customerAccount']],
  [184, ['professionalCustomer']],
  [189, ['includeOvernight']],
  [192, ['manualOrderIndicator']],
]

/** An order with every property that it has set. */
export function orderFor(order: Order, { name, version }: Speaker): object {
  const { deltaNeutral, scale, pegBenchmark, comboLegs: _, ...rest } = order
  const later = GATES.filter(([since]) => version < since).flatMap(([, fields]) => fields)
  return {
    ...unset(rest),
    ...Object.fromEntries(later.map((field) => [field, undefined])),
    ...prefixed('deltaNeutral', deltaNeutral),
    ...prefixed('scale', unset(scale ?? {})),
    ...pegBenchmark,
    orderComboLegs: order.orderComboLegs.map(unset),
    conditions: order.conditions.map((condition) => conditionFor(condition, name)),
    // A text: of an array it makes as many fields as there are elements (H7).
    orderMiscOptions: order.orderMiscOptions.map(({ tag, value }) => `${tag}=${value};`).join(''),
  }
}

function conditionFor(condition: Condition, name: Speaker['name']): unknown {
  const [subject, ...args] = conditionArguments(condition)
  return conditionOf(name, String(subject), [...args, condition.conjunction])
}

function conditionArguments(condition: Condition): readonly unknown[] {
  switch (condition.type) {
    case 1: {
      const { price, triggerMethod, conId, exchange, isMore } = condition
      return ['price', price, triggerMethod, conId, exchange, isMore]
    }
    case 3:
      return ['time', condition.time, condition.isMore]
    case 4:
      return ['margin', condition.percent, condition.isMore]
    case 5:
      return ['execution', condition.exchange, condition.secType, condition.symbol]
    case 6: {
      const { volume, conId, exchange, isMore } = condition
      return ['volume', volume, conId, exchange, isMore]
    }
    default: {
      const { percent, conId, exchange, isMore } = condition
      return ['percent-change', percent, conId, exchange, isMore]
    }
  }
}
