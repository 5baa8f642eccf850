import { verdictText } from '../../domain/incident.ts'
import type { Incident } from '../../domain/incident.ts'
import type { Input } from '../../trading/input.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { TransportFacts } from '../../wire/transport.ts'
import { detailsOf } from '../gateway.testing.ts'
import { upRig } from '../gateway.testing.ts'
import type { TradingOptions } from '../open.ts'
import { lockStepProbes } from './probes.ts'

export const CANARY_CLIENT = 32
export const QUIET: TransportFacts = {
  bytesRead: 0,
  writableLength: 0,
  rxQueue: 0,
  txQueue: 0,
  localPort: 1,
  remotePort: 2,
  paused: false,
}
export const MINUTE = 60_000

export async function newRig(options: Partial<TradingOptions> = {}) {
  const seen: { facts: TransportFacts } = { facts: QUIET }
  const { world, ibkr } = await upRig({ probes: lockStepProbes(() => seen.facts), ...options })
  const inputs: Input[] = []
  ibkr.onInput((input) => inputs.push(input))
  const incidents = () => inputs.filter((input) => input.kind === 'incident-observed')
  const last = (): Incident => {
    const found = incidents().at(-1)?.incident
    if (found === undefined) throw new Error('expected an incident')
    return found
  }
  await world.run(10_000)
  return {
    world,
    ibkr,
    inputs,
    incidents,
    last,
    seen,
    verdict: () => verdictText(last().verdict),
    phases: () => incidents().map(({ phase }) => phase),
    steps: () => last().tried.map(({ step }) => step),
    gates: () => ibkr.gates().map(({ gate }) => gate),
    paged: () => incidents().filter(({ notice: told }) => told?.level === 'critical'),
  }
}

export type Rig = Awaited<ReturnType<typeof newRig>>

export function silence({ world }: Rig, ...clients: readonly number[]): void {
  for (const client of clients) world.peer(client).mute = true
}

/** What the data connection asks, as the feed of a symbol does. */
export function askHistory({ ibkr }: Rig): void {
  const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
  const span = { from: 1_767_970_800_000, to: 1_767_974_400_000 } as never
  const { signal } = new AbortController()
  void ibkr.marketData.history({ underlying, size: '1m', span }, signal)
}

export function stockOf({ reqId }: { readonly reqId: number }) {
  const contract = { secType: 'STK', conId: 1, strike: 0, right: '', exchange: 'SMART' } as const
  return [detailsOf(reqId, contract), { kind: 'contractDetailsEnd', reqId } as const]
}

/** Something that a question whether orders are taken can be about. */
export async function knowSpy({ world, ibkr }: Rig): Promise<void> {
  world.answer('reqContractDetails', stockOf)
  world.answer('reqMktData', ({ reqId }) => [{ kind: 'tickSnapshotEnd', reqId }])
  const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
  void ibkr.marketData.spot(underlying, new AbortController().signal)
  await world.run(2_000)
}

export function emptyBars(reqId: number): ResponseOf<'historicalData'> {
  return { kind: 'historicalData', reqId, start: '', end: '', bars: [] }
}
