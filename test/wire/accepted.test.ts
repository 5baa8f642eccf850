import { afterAll, describe, expect, test } from 'vitest'
import { untouchedOrder } from '../../src/wire/defaults.ts'
import { trueCodecs } from './codecs.ts'
import { bytes, decoded, lacking, type Side } from './evidence.ts'
import { PACKAGES, packageNames, sentBy } from './packages.ts'

/** Forms that protocol.md says a reader accepts, though our writer does not write them. */
interface Accepted {
  readonly says: string
  readonly side: Side
  readonly version?: number
  readonly text: string
  readonly holds: object
}

const calculation = '700001|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY|3.25|570'
const details = 'SPY|STK||0|||SMART||USD|||'
const rights = ['C', '?', '', '0']

const accepted: readonly Accepted[] = [
  {
    says: '6: a calculation without the option count',
    side: 'request',
    text: `54|2|7|${calculation}|`,
    holds: { kind: 'calcImpliedVolatility', optionPrice: 3.25, underPrice: 570, options: [] },
  },
  {
    says: '6: a calculation with the option count',
    side: 'request',
    text: `55|3|7|${calculation}|0|`,
    holds: { kind: 'calcOptionPrice', volatility: 3.25, underPrice: 570, options: [] },
  },
  ...['1', '2'].flatMap((version): readonly Accepted[] => [
    {
      says: `6: message version ${version} of 2`,
      side: 'request',
      text: `2|${version}|7`,
      holds: { kind: 'cancelMktData', reqId: 7 },
    },
    {
      says: `6: message version ${version} of 76`,
      side: 'request',
      text: `76|${version}|7|DU1234567||1`,
      holds: { kind: 'reqAccountUpdatesMulti', reqId: 7, ledgerAndNLV: true },
    },
    {
      says: `6: message version ${version} of 77`,
      side: 'request',
      text: `77|${version}|7`,
      holds: { kind: 'cancelAccountUpdatesMulti', reqId: 7 },
    },
  ]),
  ...(['', '0', '1'] as const).map((flag): Accepted => ({
    says: `6: includeExpired and useRTH as "${flag}"`,
    side: 'request',
    text: `87|7|0|${details}${flag}|${flag}|TRADES|1`,
    holds: { contract: { includeExpired: flag === '1' }, useRTH: flag === '1' },
  })),
  ...['', '0', '0.0'].map((strike): Accepted => ({
    says: `6: a strike as "${strike}"`,
    side: 'request',
    text: `9|8|7||SPY|STK||${strike}|||SMART||USD|||0|||`,
    holds: { contract: { conId: 0, strike: 0 } },
  })),
  ...['', '0'].map((client): Accepted => ({
    says: `6: executions of client "${client}", which is all`,
    side: 'request',
    text: `7|3|7|${client}||||||`,
    holds: { kind: 'reqExecutions', clientId: 0 },
  })),
  {
    says: '8: the end of history without its end',
    side: 'response',
    version: 200,
    text: '108|7|20260310-14:30:00',
    holds: { kind: 'historicalDataEnd', reqId: 7, start: '20260310-14:30:00', end: '' },
  },
  ...[
    '',
    '1.7976931348623157E308',
    '1.7976931348623157e+308',
    '170141183460469231731687303715884105727',
    '-9223372036854775808',
  ].map((unset): Accepted => ({
    says: `3: an unset value as "${unset}"`,
    side: 'response',
    text: `94|7|${unset}|1.5|-2`,
    holds: { kind: 'pnl', dailyPnl: null, unrealizedPnl: 1.5, realizedPnl: -2 },
  })),
  ...rights.map((right): Accepted => ({
    says: `3: a right as "${right}"`,
    side: 'response',
    text: `61|3|DU1234567|5|SPY|OPT|20260320|1|${right}|100|SMART|USD|x|SPY|1.0|2.50`,
    holds: { contract: { right }, position: 1, avgCost: 2.5 },
  })),
]

afterAll(() => console.log(`accepted forms: ${accepted.length + packageNames.length} cases`))

test.each(accepted.map((each) => [each.says, each] as const))('%s', (_, each) => {
  const found = decoded(trueCodecs[each.side], bytes(each.text), each.version ?? 193)
  expect(lacking(each.holds, found)).toBe(null)
})

describe('7.1: what a client leaves undefined has the default meaning', () => {
  test.each(packageNames)('%s with the least it can say', (name) => {
    const version = PACKAGES[name]
    const said = { action: 'BUY', orderType: 'LMT', totalQuantity: 2, lmtPrice: 1.25 }
    const contract = { symbol: 'SPY', secType: 'STK', exchange: 'SMART' }
    const frame = sentBy({ name, version }, [
      'placeOrder',
      41,
      contract,
      { ...said, transmit: true },
    ])
    const wanted = { orderId: 41, contract, order: { ...untouchedOrder, ...said } }
    expect(typeof frame === 'string' || lacking(wanted, request(frame, version))).toBe(null)
  })
})

function request(frame: Uint8Array, version: number): unknown {
  return decoded(trueCodecs.request, frame, version)
}
