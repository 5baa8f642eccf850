import { contract11 } from './contract.ts'
import { double, flag, int, long, maybeDouble, message, since, text } from './fields.ts'
import { MAX_LONG } from './numbers.ts'

/** protocol.md 11.2. */
export const execDetails = message('execDetails', 11, [
  int('reqId'), // -1 when nobody asked
  int('orderId'),
  contract11,
  text('execId'), // a.b.c.nn; the part after the last dot is a revision
  text('time'),
  text('account'),
  text('exchange'),
  text('side'), // BOT, SLD
  double('shares'),
  double('price'),
  long('permId', MAX_LONG),
  int('clientId', 0),
  int('liquidation', 0),
  double('cumQty'),
  double('avgPrice'),
  text('orderRef'),
  text('evRule'),
  maybeDouble('evMultiplier'),
  text('modelCode'),
  int('lastLiquidity', 0), // 0 to 3
  since(178, flag('pendingPriceRevision')),
  since(198, text('submitter')),
])
