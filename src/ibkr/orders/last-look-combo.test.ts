import { describe, expect, test } from 'vitest'
import { callSpread, leg, legs, made } from '../../domain/combo.testing.ts'
import type { ComboContract } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import { encodeRequest } from '../../wire/requests.ts'
import { orderOf } from '../gateway.testing.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderToWire } from '../translate/translate-order.ts'
import type { WireOrder } from '../translate/translate-order.ts'
import { lastLook } from './last-look.ts'
import type { Intent } from './intent.ts'

const ACCOUNT = 'DU1'
const look = lastLook({ mode: 'paper', account: ACCOUNT, readLatch: () => null })

function intentOf({ symbol, legs: of }: ComboContract, changes: Partial<Intent> = {}): Intent {
  return {
    orderId: 5,
    parentId: 0,
    conId: 0,
    legs: of.map(({ contract: { conId }, ratio, side }) => ({ conId, ratio, side })),
    symbol,
    side: 'BUY',
    quantity: 2,
    terms: { type: 'LMT', limit: price(-1.05) },
    timeInForce: 'DAY',
    ocaGroup: '',
    ocaType: 0,
    orderRef: 'run-1',
    transmit: true,
    entry: true,
    ...changes,
  }
}

function frameOf(
  contract: ComboContract,
  { changes = {}, version = 193 }: { changes?: Partial<WireOrder>; version?: number } = {},
): Uint8Array {
  const terms = { type: 'LMT', limit: price(-1.05) } as const
  const order = orderToWire(orderOf('run-1', { contract, terms }), {
    account: ACCOUNT,
    parentId: 0,
    transmit: true,
  })
  const request = {
    kind: 'placeOrder',
    orderId: 5,
    contract: contractToWire(contract),
    order: { ...order, ...changes },
  } as const
  const frame = encodeRequest(request, version)
  if (!frame.ok) throw new Error(frame.error.detail)
  return frame.value
}

const condor = made(
  legs(
    ['BUY', leg(590, 'P')],
    ['SELL', leg(595, 'P')],
    ['SELL', leg(605, 'C'), 2],
    ['BUY', leg(610, 'C'), 2],
  ),
)

describe('a combo that says what was meant passes', () => {
  test.each([176, 178, 187, 193, 200])('two and four legs at %i', (version) => {
    for (const contract of [callSpread, condor]) {
      expect(look(frameOf(contract, { version }), intentOf(contract))).toBeNull()
    }
  })

  test.each([176, 193])('also as a question, which is seen for what it is, at %i', (version) => {
    const asked = { changes: { whatIf: true }, version }
    expect(look(frameOf(condor, asked), intentOf(condor, { whatIf: true }))).toBeNull()
    expect(look(frameOf(condor, asked), intentOf(condor))).toContain('whatIf "0"')
    expect(look(frameOf(condor, { version }), intentOf(condor, { whatIf: true }))).toContain(
      'whatIf "1"',
    )
  })
})

describe('one wrong thing about its legs is seen', () => {
  const [first, second] = frameLegs()

  function frameLegs() {
    const { comboLegs } = orderToWire(orderOf('run-1', { contract: callSpread }), {
      account: ACCOUNT,
      parentId: 0,
      transmit: true,
    })
    const [one, two] = comboLegs
    if (one === undefined || two === undefined) throw new Error('a spread has two legs')
    return [one, two] as const
  }

  test.each([
    ['another contract', { comboLegs: [first, { ...second, conId: 7 }] }],
    ['another ratio', { comboLegs: [first, { ...second, ratio: 2 }] }],
    ['the other side', { comboLegs: [first, { ...second, action: 'BUY' }] }],
    ['sold short', { comboLegs: [first, { ...second, shortSaleSlot: 1 }] }],
    ['the other way round', { comboLegs: [second, first] }],
    ['one leg only', { comboLegs: [first] }],
    ['one leg too many', { comboLegs: [first, second, { ...second, conId: 7 }] }],
    ['none', { comboLegs: [] }],
    ['leg prices', { orderComboLegs: [{ price: 1 }, { price: null }] }],
    [
      'legs that may fill alone',
      { smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: '1' }] },
    ],
  ])('%s', (_, changes) => {
    expect(look(frameOf(callSpread, { changes }), intentOf(callSpread))).toContain('differs')
  })

  test('what follows the legs is still compared', () => {
    const changes = { whatIf: true }
    expect(look(frameOf(callSpread, { changes }), intentOf(callSpread))).toContain('whatIf')
  })

  test('a combo where a single contract was meant, and the reverse', () => {
    const { legs: _, ...single } = intentOf(callSpread)
    expect(look(frameOf(callSpread), single)).toContain('differs')
    expect(look(frameOf(callSpread), intentOf(condor))).toContain('differs')
  })
})
