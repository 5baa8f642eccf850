import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker, UnderlyingKey } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import type { AccountRow, GatewayFacts, SymbolFacts, Wanted } from './doctor-facts.ts'
import { gatewayFindings } from './doctor-findings.ts'
import type { LineFacts } from './doctor-line.ts'
import { contactFindings, everyRow, ROW_NAMES } from './doctor-rows.ts'
import type { DoctorRow, Finding } from './doctor-rows.ts'
import { detailsOf } from '../gateway.testing.ts'
import type { VisitStage } from './visit.ts'

/** A Tuesday morning in New York, the market open. */
const NOW = atNewYork('2026-03-10' as CalendarDate, '10:00')

const SPY: UnderlyingKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}

const wanted: Wanted = {
  mode: 'paper',
  account: 'DU1234567',
  declared: 'paper',
  address: '127.0.0.1:4002',
  clientIdBase: 30,
  symbols: [SPY],
  allowDelayed: false,
  gatewayTime: false,
  precautions: 'bypassed',
}

const live: LineFacts = { dataType: 1, prices: 2, price: 540, codes: [], fault: null }

const details: ReturnType<typeof detailsOf> = {
  ...detailsOf(1, { symbol: 'SPY', secType: 'STK', conId: 1 }),
  timeZoneId: 'US/Eastern',
  liquidHours: '20260310:0930-20260310:1600;20260311:0930-20260311:1600;20260314:CLOSED',
}

const spy: SymbolFacts = { symbol: 'SPY', kind: 'stock', details: ok(details), line: live }

function row(tag: string, value: string, currency = ''): AccountRow {
  return { kind: 'accountSummary', reqId: 1, account: 'DU1234567', tag, value, currency }
}

const margin: readonly AccountRow[] = [
  row('AccountType', 'MARGIN'),
  row('NetLiquidation', '100000.00', 'USD'),
  row('SettledCash', '80000.00', 'USD'),
  row('DayTradesRemaining', '-1'),
]

function changed(tag: string, value: string, currency = ''): readonly AccountRow[] {
  return [...margin.filter((each) => each.tag !== tag), row(tag, value, currency)]
}

const healthy: GatewayFacts = {
  hello: { version: 193, connectionTime: '20260310 10:00:00 US/Eastern' },
  at: NOW,
  skewMs: -500,
  accounts: ['DU1234567'],
  clientIds: [{ name: 'order', clientId: 30, found: 'free', detail: 'free' }],
  account: ok(margin),
  symbols: [spy],
  options: [
    {
      symbol: 'SPY',
      chain: ok({ expiries: 10, strikes: 100 }),
      contract: ok('SPY 2026-03-11 540 C'),
      line: live,
    },
  ],
  lastBar: ok((NOW - 60_000) as EpochMs),
  whatIf: { kind: 'accepted' },
  botRuns: false,
}

function of(name: DoctorRow, findings: readonly Finding[]): Finding {
  const found = findings.filter((each) => each.row === name)
  const [worst = found[0]] = found.filter((each) => each.verdict === 'wrong')
  if (worst === undefined) throw new Error(`expected a finding of ${name}`)
  return worst
}

test('a Gateway as it should be: every row that it can show is proven', () => {
  const findings = gatewayFindings(healthy, wanted)
  expect(findings.filter(({ verdict }) => verdict !== 'proven')).toEqual([])
})

function codes(code: number, text: string): LineFacts {
  return { ...live, dataType: null, prices: 0, price: null, codes: [{ code, text }] }
}

function withLine(line: LineFacts): Partial<GatewayFacts> {
  return { symbols: [{ ...spy, line }] }
}

function withDetails(more: Partial<typeof details>): Partial<GatewayFacts> {
  return { symbols: [{ ...spy, details: ok({ ...details, ...more }) }] }
}

const silence = {
  ...live,
  prices: 0,
  fault: { code: 'timeout', retry: 'later', detail: 'within 10000 ms', vendorCode: null },
} as const

/** One planted fact a line; what must be said of it. */
const planted: readonly (readonly [DoctorRow, string, Partial<GatewayFacts>, RegExp])[] = [
  [
    'client-ids',
    'another program has the id',
    { clientIds: [{ name: 'order', clientId: 30, found: 'in-use', detail: 'already in use' }] },
    /326: already in use/,
  ],
  ['port', 'a live account behind a paper port', { accounts: ['U7654321'] }, /U7654321 is a live/],
  ['account', 'another account', { accounts: ['DU7654321'] }, /expected DU1234567 .* DU7654321/],
  [
    'read-only',
    'Read-Only API is ticked',
    { whatIf: { kind: 'refused', code: 321, text: 'API interface is in Read-Only mode' } },
    /321: .*Read-Only/,
  ],
  [
    'precautions',
    'a preset refuses',
    { whatIf: { kind: 'refused', code: 383, text: 'exceeds the Size Limit' } },
    /383/,
  ],
  [
    'time-zone',
    'a zone that nobody knows',
    { hello: { version: 193, connectionTime: '20260310 10:00:00 Mars Time' } },
    /Mars Time" has no known zone/,
  ],
  [
    'time-zone',
    'a clock an hour off its zone',
    { hello: { version: 193, connectionTime: '20260310 10:00:00 US/Central' } },
    /60 min off/,
  ],
  ['time-zone', 'a contract of no zone', withDetails({ timeZoneId: 'X/Y' }), /"X\/Y" is not known/],
  [
    'time-zone',
    'a bar of the future',
    { lastBar: ok((NOW + 5 * 3_600_000) as EpochMs) },
    /newest bar began -300 min ago/,
  ],
  ['clock', 'three seconds', { skewMs: 3_500 }, /4\.0 s: a warning/],
  ['clock', 'a minute', { skewMs: -60_500 }, /60\.0 s: nothing would be entered/],
  ['calendar', 'beyond the table', { at: Date.UTC(2028, 5, 1) as EpochMs }, /does not cover 2028/],
  [
    'calendar',
    'a holiday that we do not know',
    withDetails({ liquidHours: '20260311:CLOSED' }),
    /closed on 2026-03-11, the calendar is open/,
  ],
  [
    'calendar',
    'a half day that we do not know',
    withDetails({ liquidHours: '20260311:0930-20260311:1300' }),
    /closes -180 min apart/,
  ],
  [
    'calendar',
    'a session on a day that we hold for closed',
    withDetails({ liquidHours: '20260314:0930-20260314:1600' }),
    /trades on 2026-03-14, the calendar is closed/,
  ],
  ['account-type', 'no type', { account: ok(changed('AccountType', '')) }, /no AccountType/],
  [
    'settled-cash',
    'a cash account that says nothing of it',
    { account: ok(changed('AccountType', 'CASH').filter((each) => each.tag !== 'SettledCash')) },
    /expected SettledCash/,
  ],
  [
    'settled-cash',
    'a cash account with none',
    {
      account: ok([
        ...changed('AccountType', 'CASH').slice(0, 1),
        row('AccountType', 'CASH'),
        row('SettledCash', '0.00', 'USD'),
      ]),
    },
    /0\.00 USD are settled: nothing can be entered/,
  ],
  [
    'base-currency',
    'euros',
    { account: ok(changed('NetLiquidation', '100000', 'EUR')) },
    /base currency is EUR/,
  ],
  [
    'day-trades',
    'a broker who counts',
    { account: ok(changed('DayTradesRemaining', '2')) },
    /2 day trades remain/,
  ],
  ...[354, 10089, 10091, 10168, 10186, 10197].map(
    (code) =>
      [
        'market-data',
        `code ${code}`,
        withLine(codes(code, 'no')),
        new RegExp(`${code}: no`),
      ] as const,
  ),
  [
    'market-data',
    'part is missing',
    withLine({ ...live, codes: [{ code: 10090, text: 'part' }] }),
    /10090/,
  ],
  [
    'market-data',
    'delayed by its code',
    withLine({ ...live, dataType: 1, codes: [{ code: 10167, text: 'delayed' }] }),
    /only delayed quotes: 10167/,
  ],
  ['market-data', 'delayed by its type', withLine({ ...live, dataType: 3 }), /only delayed quotes/],
  ['market-data', 'silence in the session', withLine(silence), /market is open and no price came/],
  [
    'market-data',
    'a symbol that does not exist',
    { symbols: [{ ...spy, details: fail('expected one contract for SPY: 200'), line: null }] },
    /expected one contract for SPY/,
  ],
  [
    'options',
    'no chain',
    {
      options: [{ symbol: 'SPY', chain: fail('SPY lists no options'), contract: null, line: null }],
    },
    /lists no options/,
  ],
  [
    'options',
    'no contract of it',
    {
      options: [
        {
          symbol: 'SPY',
          chain: ok({ expiries: 1, strikes: 1 }),
          contract: fail('none has a definition'),
          line: null,
        },
      ],
    },
    /none has a definition/,
  ],
  [
    'options',
    'no rights',
    { options: healthy.options.map((each) => ({ ...each, line: codes(10091, 'OPRA') })) },
    /10091: OPRA/,
  ],
]

describe('a planted wrong fact is found, and comes with its remedy', () => {
  test.each(planted)('%s: %s', (...[name, , facts, says]) => {
    const found = of(name, gatewayFindings({ ...healthy, ...facts }, wanted))
    expect(found).toMatchObject({ verdict: 'wrong', detail: expect.stringMatching(says) as string })
    expect(found.remedy?.length).toBeGreaterThan(20)
  })

  const contacts: readonly (readonly [VisitStage, DoctorRow])[] = [
    ['unreachable', 'socket'],
    ['closed', 'handshake'],
    ['silent', 'handshake'],
    ['garbage', 'handshake'],
    ['version', 'handshake'],
    ['client-id-in-use', 'client-ids'],
    ['not-ready', 'handshake'],
  ]

  test.each(contacts)('no contact, %s: %s', (stage, name) => {
    const at = { address: 'here:4002', clientId: 34 }
    const found = everyRow(contactFindings({ stage, detail: 'seen' }, at), 'not reached')
    expect(of(name, found)).toMatchObject({ verdict: 'wrong' })
    expect(new Set(found.map((each) => each.row))).toEqual(new Set(ROW_NAMES))
  })
})

describe('what cannot be known is said to be not checked, never proven', () => {
  const open: readonly (readonly [DoctorRow, string, Partial<GatewayFacts>, Partial<Wanted>])[] = [
    ['clock', "the Gateway's own time", {}, { gatewayTime: true }],
    ['account', 'a dry run without an account', {}, { account: null }],
    ['precautions', 'nobody looked', {}, { precautions: null }],
    ['read-only', 'a dry run', { whatIf: { kind: 'not-asked', why: 'dry' } }, {}],
    ['read-only', 'silence', { whatIf: { kind: 'unanswered', detail: 'none' } }, {}],
    ['read-only', 'no funds', { whatIf: { kind: 'refused', code: 201, text: 'funds' } }, {}],
    ['account-type', 'no answer', { account: fail('within 10000 ms') }, {}],
    ['account-type', 'an owner', { account: ok(changed('AccountType', 'INDIVIDUAL')) }, {}],
    ['day-trades', 'no such value', { account: ok(margin.slice(0, 3)) }, {}],
    ['time-zone', 'no bar', { lastBar: ok(null) }, {}],
    ['calendar', 'no contract', { symbols: [] }, {}],
    ['options', 'no symbol', { options: [] }, {}],
    ['market-data', 'no time', { symbols: [{ ...spy, line: null }] }, {}],
    [
      'market-data',
      'silence of a closed market',
      { ...withLine(silence), at: atNewYork('2026-03-10' as CalendarDate, '03:00') },
      {},
    ],
  ]

  test.each(open)('%s: %s', (...[name, , facts, more]) => {
    const findings = gatewayFindings({ ...healthy, ...facts }, { ...wanted, ...more })
    expect(of(name, findings)).toMatchObject({ verdict: 'not checked' })
  })

  test('the ids that the running bot holds are its own; the others are not', () => {
    const inUse = (name: 'order' | 'panic', clientId: number) =>
      ({ name, clientId, found: 'in-use', detail: 'in use' }) as const
    const facts = { ...healthy, botRuns: true, clientIds: [inUse('order', 30), inUse('panic', 33)] }
    const ids = gatewayFindings(facts, wanted).filter((each) => each.row === 'client-ids')
    expect(ids.map(({ verdict }) => verdict)).toEqual(['proven', 'wrong'])
  })

  test('delayed data is good enough only for a dry run that says so', () => {
    const delayed = { ...healthy, ...withLine({ ...live, dataType: 3 }) }
    const found = gatewayFindings(delayed, { ...wanted, allowDelayed: true })
    expect(of('market-data', found)).toMatchObject({ verdict: 'proven' })
  })
})
