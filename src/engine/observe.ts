import type { EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { OptionChain } from '../domain/chain.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { CalendarDate, Side, UnderlyingKey } from '../domain/contract.ts'
import { marginText } from '../domain/margin.ts'
import type { Margin } from '../domain/margin.ts'
import { amountText } from '../domain/money.ts'
import type { Price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { EntryRequest } from '../risk/limits.ts'
import { illiquidities } from '../selection/liquidity.ts'
import { eligibleChains } from '../selection/chain-choice.ts'
import { reachOf } from '../selection/reach.ts'
import type { PassedOver } from '../selection/rules.ts'
import { rulesFor } from '../selection/search.ts'
import { pick, shortlist } from '../selection/select.ts'
import { structureKey } from '../selection/structure.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { Fault, Ports } from './ports.ts'
import type { Sighting } from './sighting.ts'

/** What is listed changes from day to day, not from bar to bar: asked for once a date. */
export type ChainMemory = Map<
  string,
  { readonly on: CalendarDate; readonly chains: readonly OptionChain[] }
>

export interface Observation {
  readonly plan: CyclePlan
  readonly chains: ChainMemory
  readonly entry: { readonly strategy: string; readonly signal: EntrySignal }
  /** What the broker says the entry would do to the account. */
  readonly margin: (picked: Picked) => Promise<Margin>
}

interface Noted extends Observation {
  readonly seen: Sighting | null
}

export type Picked = Pick<EntryRequest, 'candidate' | 'side' | 'spot'>

export type Observed =
  | {
      readonly kind: 'found'
      readonly candidate: Candidate
      readonly side: Side
      readonly spot: Spot
      readonly margin: Margin
      readonly reason: string
    }
  | { readonly kind: 'none'; readonly reason: string }

/** A price of the underlying, and when it was known to hold. */
export interface Spot {
  readonly price: Price
  readonly at: EpochMs
}

/** A streamed price this old is as good as one that is asked for (P43). */
const SPOT_AGE_MS_MAX = 2_000

/** From a signal to one contract, quoted live a moment ago; the reason carries every number. */
export async function observe(
  ports: Ports,
  observation: Observation,
  signal: AbortSignal,
): Promise<Result<Observed, Fault>> {
  const { observer, clock } = ports
  const seen = observer?.wants === true ? nothingSeen(observation, clock.now()) : null
  const found = await looked(ports, { ...observation, seen }, signal)
  if (seen === null) return found
  const { code, detail } = found.ok ? { code: null, detail: found.value.reason } : found.error
  observer?.saw({ ...seen, outcome: code === null ? detail : `${code}: ${detail}` })
  return found
}

function nothingSeen({ plan, entry }: Observation, at: EpochMs): Sighting {
  const { strategy, signal } = entry
  const rules = rulesFor(plan.selection, signal)
  const none = { spot: null, reach: [], glanced: [], quoted: [], passedOver: [] }
  const { symbol } = plan.underlying
  return { symbol, at, strategy, signal, rules, ...none, picked: null, unfit: [], outcome: '' }
}

/** `seen` is written down on the way, for people: nothing here is read from it. */
async function looked(
  ports: Ports,
  { plan, chains: memory, entry, margin: marginOf, seen: note }: Noted,
  signal: AbortSignal,
): Promise<Result<Observed, Fault>> {
  const { clock, marketData } = ports
  const { underlying } = plan
  const selection = rulesFor(plan.selection, entry.signal)
  const chains = await chainsOf(ports, { underlying, memory }, signal)
  if (!chains.ok) return chains
  const spot = await spotOf(ports, plan, signal)
  if (!spot.ok) return spot
  if (note !== null) note.spot = spot.value.price
  const now = clock.now()
  const today = newYorkDate(now)
  const view = { chains: chains.value, spot: spot.value.price, signal: entry.signal, today, now }
  const spotText = `spot ${amountText(spot.value.price)}`
  const reach = reachOf(view, selection)
  if (!reach.ok) return none([spotText, reach.error])
  if (note !== null) note.reach = reach.value

  const seen = await marketData.glance(reach.value, signal)
  if (!seen.ok) return seen
  if (note !== null) note.glanced = seen.value
  const keys = shortlist(seen.value, selection)
  const counts = `${reach.value.length} in reach, ${seen.value.length} seen, ${keys.length} quoted`
  if (keys.length === 0) return none([spotText, counts])

  const place = { underlying, spot: spot.value.price, chains: eligibleChains(chains.value) }
  const wanted = keys.flatMap((key) => structureKey(key, selection.structure, place) ?? [])
  if (wanted.length === 0) return none([spotText, counts, 'no other legs are listed'])
  const quoted = await marketData.candidates(wanted, signal)
  if (!quoted.ok) return quoted
  const picked = pick(quoted.value, selection)
  if (note !== null) {
    note.quoted = quoted.value
    note.passedOver = picked.kind === 'none' ? picked.why : picked.rejected
  }
  if (picked.kind === 'none') return none([spotText, counts, ...picked.why.map(passedOver)])

  const { candidate, side } = picked
  // Before the last quote: the answer may take its time, and must not age that.
  const margin = await marginOf({ candidate, side, spot: spot.value })
  const live = await marketData.requote(candidate.contract, signal)
  if (!live.ok) return live
  if (note !== null) note.picked = live.value
  // Last, because a quote may take its time to come, and the price would have aged meanwhile.
  const spotNow = await spotOf(ports, plan, signal)
  if (!spotNow.ok) return spotNow
  const reason = [
    spotText,
    counts,
    pickedText(live.value),
    marginText(margin),
    ...picked.rejected.map(passedOver),
  ]
  // The quote that is decided on passes the filters itself (R14), not only the one it was picked
  // by.
  const net = live.value.contract.kind === 'combo'
  const unfit = illiquidities(live.value.quote, selection, net)
  if (note !== null) note.unfit = unfit
  if (unfit.length > 0) return none([...reason, ...unfit])
  return ok({
    kind: 'found',
    candidate: live.value,
    side,
    spot: spotNow.value,
    margin,
    reason: reason.join('; '),
  })
}

async function chainsOf(
  { clock, marketData }: Ports,
  { underlying, memory }: { readonly underlying: UnderlyingKey; readonly memory: ChainMemory },
  signal: AbortSignal,
): Promise<Result<readonly OptionChain[], Fault>> {
  const today = newYorkDate(clock.now())
  const known = memory.get(underlying.symbol)
  if (known?.on === today) return ok(known.chains)
  const chains = await marketData.chains(underlying, signal)
  // An empty answer may be a passing failure: it is not remembered.
  if (chains.ok && chains.value.length > 0) {
    memory.set(underlying.symbol, { on: today, chains: chains.value })
  }
  return chains
}

async function spotOf(
  { clock, marketData }: Ports,
  { feed, underlying }: CyclePlan,
  signal: AbortSignal,
): Promise<Result<Spot, Fault>> {
  const last = feed.last(underlying.symbol)
  if (last !== null && clock.now() - last.at <= SPOT_AGE_MS_MAX) return ok(last)
  const asked = await marketData.spot(underlying, signal)
  return asked.ok ? ok({ price: asked.value, at: clock.now() }) : asked
}

function none(parts: readonly string[]): Result<Observed, Fault> {
  return ok({ kind: 'none', reason: parts.join('; ') })
}

function pickedText({ contract, quote }: Candidate): string {
  const text = (of: Price | null): string => (of === null ? 'none' : amountText(of))
  const mark = quote.delayed ? ', a delayed quote' : quote.synthetic ? ', a synthetic quote' : ''
  return `picked ${nameOf(contract)}, bid ${text(quote.bid)}, ask ${text(quote.ask)}${mark}`
}

function passedOver({ key, reason }: PassedOver): string {
  return `${nameOf(key)}: ${reason}`
}
