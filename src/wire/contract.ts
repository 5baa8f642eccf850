import { double, flag, implied, int, part, text } from './fields.ts'

const head = [
  int('conId', 0),
  text('symbol'),
  text('secType'),
  text('lastTradeDateOrContractMonth'),
  double('strike', 0),
  text('right'),
  text('multiplier'),
  text('exchange'),
] as const

const tail = [text('currency'), text('localSymbol'), text('tradingClass')] as const

/** `contract12` of protocol.md 6. Unset: empty text, or 0. */
export const contract12 = part('contract', [...head, text('primaryExchange'), ...tail])

/** contract12 and includeExpired. */
export const contract13 = part('contract', [
  ...head,
  text('primaryExchange'),
  ...tail,
  flag('includeExpired'),
])

/** As the Gateway writes it in most answers: no primaryExchange (trap 6). */
export const contract11 = part('contract', [...head, implied('primaryExchange', ''), ...tail])

/** For requests, also those without includeExpired: callers spread it. */
export const emptyContract = {
  conId: 0,
  symbol: '',
  secType: '',
  lastTradeDateOrContractMonth: '',
  strike: 0,
  right: '',
  multiplier: '',
  exchange: '',
  primaryExchange: '',
  currency: '',
  localSymbol: '',
  tradingClass: '',
  includeExpired: false,
} as const
