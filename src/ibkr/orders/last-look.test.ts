import { describe, expect, test } from 'vitest'
import { buyWrite, callSpread, shares } from '../../domain/combo.testing.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import type { Armed, Latched } from '../../engine/ports.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { OPTION, orderOf } from '../gateway.testing.ts'
import { isPaperAccount, lastLook, panicLook, refuseOrders, whatIfOnly } from './last-look.ts'
import { intentOf } from './intent.ts'
import type { Intent } from './intent.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderToWire } from '../translate/translate-order.ts'
import type { WireOrder } from '../translate/translate-order.ts'

const ACCOUNT = 'DU1'
const open = { mode: 'paper', account: ACCOUNT, readLatch: (): Latched | null => null } as const

const intent: Intent = {
  orderId: 5,
  parentId: 4,
  conId: OPTION.conId,
  symbol: 'SPY',
  side: 'SELL',
  quantity: 2,
  terms: { type: 'STP', trigger: price(1.5) },
  timeInForce: 'GTC',
  ocaGroup: 'g',
  ocaType: 2,
  orderRef: 'run-3',
  transmit: true,
  entry: false,
}

const order: WireOrder = orderToWire(
  orderOf('run-3', {
    side: 'SELL',
    timeInForce: 'GTC',
    oca: { name: 'g', type: 'reduce-with-block' },
    terms: { type: 'STP', trigger: price(1.5) },
  }),
  { account: ACCOUNT, parentId: 4, transmit: true },
)

function placed(changes: Partial<WireOrder> = {}, orderId = 5): Request {
  const contract = contractToWire(OPTION)
  return { kind: 'placeOrder', orderId, contract, order: { ...order, ...changes } }
}

function frameOf(request: Request, version = 193): Uint8Array {
  const frame = encodeRequest(request, version)
  if (!frame.ok) throw new Error(frame.error.detail)
  return frame.value
}

test.each([176, 178, 187, 193, 200])('a frame that says what was meant passes at %i', (version) => {
  expect(lastLook(open)(frameOf(placed(), version), intent)).toBeNull()
})

describe('one wrong field is seen', () => {
  const wrong: readonly (readonly [string, Partial<WireOrder>])[] = [
    ['action', { action: 'BUY' }],
    ['totalQuantity', { totalQuantity: 20 }],
    ['orderType', { orderType: 'MKT' }],
    ['lmtPrice', { lmtPrice: 1.4 }],
    ['auxPrice', { auxPrice: 15 }],
    ['auxPrice', { auxPrice: null }],
    ['tif', { tif: 'DAY' }],
    ['ocaGroup', { ocaGroup: '' }],
    ['ocaType', { ocaType: 0 }],
    ['ocaType', { ocaType: 3 }],
    ['account', { account: 'DU2' }],
    ['orderRef', { orderRef: 'run-4' }],
    ['transmit', { transmit: false }],
    ['transmit', { transmit: null }],
    ['parentId', { parentId: 0 }],
    ['outsideRth', { outsideRth: true }],
  ]
  test.each(wrong)('%s', (name, changes) => {
    expect(lastLook(open)(frameOf(placed(changes)), intent)).toContain(`${name} "`)
  })

  test('orderId and contract', () => {
    expect(lastLook(open)(frameOf(placed({}, 6)), intent)).toContain('orderId')
    const other = { ...intent, conId: 1, symbol: 'QQQ' }
    expect(lastLook(open)(frameOf(placed()), other)).toMatch(/conId.*symbol/)
  })
})

test('an order frame without an intent does not leave', () => {
  expect(lastLook(open)(frameOf(placed()), null)).toBe('an order frame without an intent')
})

test('the latch stops entries, and what is not a cancel while panic flattens', () => {
  const latched = lastLook({ ...open, readLatch: () => ({ by: 'engine', reason: 'x' }) })
  expect(latched(frameOf(placed()), { ...intent, entry: true })).toContain('kill latch')
  expect(latched(frameOf(placed()), intent)).toBeNull()
  const panicking = lastLook({ ...open, readLatch: () => ({ by: 'panic', reason: 'x' }) })
  expect(panicking(frameOf(placed()), intent)).toContain('kill latch is set by panic')
  const cancel: Request = {
    kind: 'cancelOrder',
    orderId: 5,
    manualCancelTime: '',
    extOperator: '',
    manualOrderIndicator: null,
  }
  expect(latched(frameOf(cancel), null)).toBeNull()
  expect(panicking(frameOf(cancel), null)).toBeNull()
})

const globalCancel: Request = {
  kind: 'reqGlobalCancel',
  extOperator: '',
  manualOrderIndicator: null,
}

describe('panic', () => {
  const closing = { ...order, orderType: 'MKT', auxPrice: null, tif: 'DAY', orderRef: 'panic-1' }
  const close: Intent = {
    ...intent,
    terms: { type: 'MKT' },
    timeInForce: 'DAY',
    orderRef: 'panic-1',
  }
  const look = panicLook({ mode: 'paper', account: ACCOUNT })

  test('alone may cancel what is not its own', () => {
    expect(lastLook(open)(frameOf(globalCancel), null)).toContain('only panic')
    expect(look(frameOf(globalCancel), null)).toBeNull()
  })

  test('closes at the market under its own name, for its own account, and nothing else', () => {
    expect(look(frameOf(placed(closing)), close)).toBeNull()
    expect(look(frameOf(placed(closing)), { ...close, entry: true })).toContain('panic closes')
    expect(look(frameOf(placed()), intent)).toContain('panic closes')
    expect(look(frameOf(placed(closing)), null)).toContain('without an intent')
    expect(look(frameOf(placed({ ...closing, totalQuantity: 9 })), close)).toContain('differs')
    const wrong = panicLook({ mode: 'paper', account: 'U1' })
    expect(wrong(frameOf(globalCancel), null)).toContain('needs an account DU')
    const dry = panicLook({ mode: 'dry-run', account: ACCOUNT })
    expect(dry(frameOf(globalCancel), null)).toContain('sends no orders')
  })
})

describe('live', () => {
  const today = '2026-03-10' as CalendarDate
  const look = (armed: Armed | null, entryQuantityMax: number | null = null) =>
    lastLook({
      ...open,
      mode: 'live',
      account: 'U1',
      live: { readArm: () => armed, today: () => today, entryQuantityMax: () => entryQuantityMax },
    })
  const entry: Intent = { ...intent, entry: true }
  const frame = frameOf(placed({ account: 'U1' }))

  test.each([
    ['armed for today', { accountId: 'U1', date: today }, null],
    ['not armed', null, 'not armed'],
    ['armed yesterday', { accountId: 'U1', date: '2026-03-09' as CalendarDate }, 'was armed for'],
    ['armed tomorrow', { accountId: 'U1', date: '2026-03-11' as CalendarDate }, 'was armed for'],
    ['another account', { accountId: 'U2', date: today }, 'is armed for U2'],
  ] as const)('%s', (_, armed, says) => {
    const objection = look(armed)(frame, entry)
    expect(says === null ? objection : objection?.includes(says)).toBe(says === null ? null : true)
    expect(look(armed)(frame, intent)).toBeNull() // a way out is never locked
  })

  test('without an arm of its own nothing is entered', () => {
    const bare = lastLook({ ...open, mode: 'live', account: 'U1' })
    expect(bare(frame, entry)).toBe('live is not armed')
  })

  test('one contract, at that stage; exits are as large as what is held', () => {
    const one = look({ accountId: 'U1', date: today }, 1)
    expect(one(frame, entry)).toContain('an entry of 2; at this stage')
    expect(one(frame, intent)).toBeNull()
    const single = { ...entry, quantity: 1 }
    expect(one(frameOf(placed({ account: 'U1', totalQuantity: 1 })), single)).toBeNull()
  })
})

test.each([
  ['demo', 'DU1', true],
  ['simulation', 'DF1', true],
  ['paper', 'DU1', true],
  ['paper', 'U1', false],
  ['demo', 'U1', false],
  ['live', 'U1', true], // an exit; entries need arming
  ['live', 'DU1', false],
  ['dry-run', 'DU1', false],
  ['backtest', 'DU1', false],
] as const)('mode %s with account %s may send orders: %s', (mode, account, may) => {
  const guard = lastLook({ ...open, mode, account })
  const objection = guard(frameOf(placed({ account })), intent)
  expect(objection === null).toBe(may)
})

test.each([
  ['placeOrder', placed()],
  [
    'cancelOrder',
    {
      kind: 'cancelOrder',
      orderId: 1,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    },
  ],
  ['reqGlobalCancel', globalCancel],
] as const)('the data connection refuses %s, what-if included', (_, request) => {
  expect(refuseOrders(frameOf(request), null)).toContain('order frame')
  expect(refuseOrders(frameOf({ kind: 'reqCurrentTime' }), null)).toBeNull()
})

test.each([
  ['DU1234567', true],
  ['DF1234567', true],
  ['U1234567', false],
  ['F1234567', false],
  ['', false],
])('%s is a paper account: %s', (account, paper) => {
  expect(isPaperAccount(account)).toBe(paper)
})

describe('what-if', () => {
  const asked: Intent = { ...intent, whatIf: true }

  const versions = Array.from({ length: 200 - 176 + 1 }, (_, i) => 176 + i)

  test.each([
    ['an option', OPTION],
    ['shares', shares],
    ['a spread', callSpread],
    ['a buy-write', buyWrite],
  ])('of %s never leaves as an order, nor an order as one, at any version', (_, contract) => {
    const meant = orderOf('run-3', { contract, terms: { type: 'LMT', limit: price(2) } })
    const placing = { account: ACCOUNT, parentId: 0, transmit: true }
    const order = orderToWire(meant, placing)
    const of = { ...intentOf(meant, 5, placing), entry: false }
    for (const version of versions) {
      const [question, answer] = [true, false].map((whatIf) => {
        const wire = contractToWire(contract)
        const request = { kind: 'placeOrder', orderId: 5, contract: wire } as const
        return frameOf({ ...request, order: { ...order, whatIf } }, version)
      })
      if (question === undefined || answer === undefined) throw new Error('two frames')
      const look = lastLook(open)
      expect(look(question, { ...of, whatIf: true })).toBeNull()
      expect(look(answer, of)).toBeNull()
      // The planted mistake either way: a question that would be an order, and the reverse.
      expect(look(answer, { ...of, whatIf: true })).toContain('expected whatIf "1", was "0"')
      expect(look(question, of)).toContain('expected whatIf "0", was "1"')
    }
  })

  test('whatIfOnly lets no order and no cancel through', () => {
    const guard = whatIfOnly(open)
    expect(guard(frameOf(placed({ whatIf: true })), asked)).toBeNull()
    expect(guard(frameOf(placed()), intent)).toContain('sends no order')
    expect(guard(frameOf(placed()), null)).toContain('without an intent')
    const live = whatIfOnly({ ...open, mode: 'live', account: 'DU1' })
    expect(live(frameOf(placed({ whatIf: true })), asked)).toContain('needs a live account')
    const dry = whatIfOnly({ ...open, mode: 'dry-run' })
    expect(dry(frameOf(placed({ whatIf: true })), asked)).toContain('sends no orders')
  })
})
