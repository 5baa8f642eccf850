import { z } from 'zod'
import type { Response } from '../../wire/responses.ts'
import { meant, meantLine } from './contracts-meant.ts'
import type { Meant } from './contracts-meant.ts'
import { fault } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { fieldsOf, withFields } from './frame-fields.ts'

/** Tick types of prices, live and delayed. */
const TICKS = { bid: ['1', '66'], ask: ['2', '67'], last: ['4', '68'] } as const
const TEXTS = { zero: '0', 'minus-one': '-1', nan: 'NaN', empty: '' } as const
/** Places in the frame of tickPrice. */
const [REQ_ID, TICK_TYPE, PRICE] = [2, 3, 4]
/** Places in the frame of tickOptionComputation. */
const [COMPUTED_REQ_ID, FIRST_VALUE, LAST_VALUE] = [1, 4, 11]

/** Quotes without a price, or with one that cannot be: F61, F62, F68. */
export const quoteFaults = {
  'no-price': fault({
    number: 'F61',
    line: 'a price is 0, -1, NaN or empty',
    label: null,
    parameters: {
      value: z.enum(['zero', 'minus-one', 'nan', 'empty']).default('zero').describe('which'),
      ticks: z
        .array(z.enum(['bid', 'ask', 'last']))
        .min(1)
        .default(['bid', 'ask', 'last'])
        .describe('of which prices'),
      ...meant,
    },
    begin: ({ value, ticks, ...of }, ground) => {
      const types: readonly string[] = ticks.flatMap((tick) => TICKS[tick])
      return refreshing(ground, {
        writes: (connection, frame, kind) => {
          if (kind !== 'tickPrice') return [frame]
          const fields = fieldsOf(frame)
          const isTick = types.includes(fields[TICK_TYPE] ?? '')
          if (!isTick || meantLine(of, connection, Number(fields[REQ_ID])) === null) return [frame]
          return [withFields(frame, new Map([[PRICE, TEXTS[value]]]))]
        },
      })
    },
  }),
  'bad-quote': fault({
    number: 'F62',
    line: 'quotes are crossed, locked, wide by 400 %, or of size 0',
    label: null,
    parameters: {
      how: z.enum(['crossed', 'locked', 'wide', 'no-size']).default('crossed').describe('which'),
      ...meant,
    },
    begin: ({ how, ...of }, ground) =>
      refreshing(ground, {
        says: (connection, response) =>
          isTick(response) && meantLine(of, connection, response.reqId) !== null
            ? BAD[how](response)
            : [response],
      }),
  }),
  'no-greeks': fault({
    number: 'F68',
    line: 'the model computes nothing: its values are NaN, or not set',
    label: null,
    parameters: {
      value: z.enum(['nan', 'unset']).default('nan').describe('which'),
      symbols: meant.symbols,
    },
    begin: ({ value, symbols }, ground) => {
      const of: Meant = { of: 'options', symbols }
      if (value === 'unset')
        return refreshing(ground, { says: (connection, each) => unset(of, connection, each) })
      const texts = new Map<number, string>()
      for (let place = FIRST_VALUE; place <= LAST_VALUE; place++) texts.set(place, 'NaN')
      return refreshing(ground, {
        writes: (connection, frame, kind) => {
          if (kind !== 'tickOptionComputation') return [frame]
          const reqId = Number(fieldsOf(frame)[COMPUTED_REQ_ID])
          return meantLine(of, connection, reqId) === null ? [frame] : [withFields(frame, texts)]
        },
      })
    },
  }),
}

/** Lines say all they have to say when it begins and when it is over. */
export function refreshing(ground: Ground, hooks: Hooks): Hooks {
  const refresh = (): void => {
    for (const each of ground.connections()) each.refreshData()
  }
  return {
    ...hooks,
    ready: (connection, isNew) => {
      if (!isNew) connection.refreshData()
    },
    healed: () => {
      hooks.healed?.()
      refresh()
    },
  }
}

type Tick = Extract<Response, { kind: 'tickPrice' | 'tickSize' }>

function isTick(response: Response): response is Tick {
  return response.kind === 'tickPrice' || response.kind === 'tickSize'
}

const OTHER_SIDE: ReadonlyMap<number, number> = new Map([
  [1, 2],
  [2, 1],
  [0, 3],
  [3, 0],
])
const SIZES = [0, 3]

const BAD: Readonly<
  Record<'crossed' | 'locked' | 'wide' | 'no-size', (tick: Tick) => readonly Tick[]>
> = {
  crossed: (tick) => [{ ...tick, tickType: OTHER_SIDE.get(tick.tickType) ?? tick.tickType }],
  locked: (tick) => askFollows(tick, 1),
  wide: (tick) => askFollows(tick, 5),
  'no-size': (tick) =>
    tick.kind === 'tickPrice'
      ? [{ ...tick, size: 0 }]
      : [SIZES.includes(tick.tickType) ? { ...tick, size: 0 } : tick],
}

/** The ask is so many times the bid, and has no mind of its own. */
function askFollows(tick: Tick, times: number): readonly Tick[] {
  if (tick.kind !== 'tickPrice' || tick.tickType > 2) return [tick]
  if (tick.tickType === 2) return []
  const price = Math.round(tick.price * times * 100) / 100
  return tick.tickType === 1 ? [tick, { ...tick, tickType: 2, price }] : [tick]
}

function unset(of: Meant, connection: Connection, response: Response): readonly Response[] {
  if (response.kind !== 'tickOptionComputation') return [response]
  if (meantLine(of, connection, response.reqId) === null) return [response]
  const { kind, reqId, tickType, tickAttrib } = response
  return [{ kind, reqId, tickType, tickAttrib, ...NOTHING }]
}

const NOTHING = {
  impliedVol: null,
  delta: null,
  optPrice: null,
  pvDividend: null,
  gamma: null,
  vega: null,
  theta: null,
  undPrice: null,
} as const
