import type { Clock } from '../../base/clock.ts'
import type { Conditions } from '../session/conditions.ts'
import { NO_RIGHTS } from './findings.ts'
import { classOf } from '../session/breakers.ts'
import { areAlike, serves } from '../session/farms.ts'
import type { RequestRecord } from './request-log.ts'
import type { SessionWatch } from './session-watch.ts'

/** An answer that was under way when the farm went is no proof that it is back. */
const UNDER_WAY_MS = 5_000

export interface ProofsOptions {
  readonly clock: Clock
  readonly watches: readonly SessionWatch[]
  readonly conditions: Conditions
  /** The link to IBKR works again, whatever was said of it. */
  readonly reached: () => void
}

/**
 * What answers prove, whatever the notices say: that a farm works again (limits-and-codes.md
 * section 5), and whether a contract may be watched live.
 */
export class Proofs {
  readonly withoutRights = new Map<number, { readonly at: number; readonly text: string }>()
  readonly #options: ProofsOptions

  constructor(options: ProofsOptions) {
    this.#options = options
  }

  proved(record: RequestRecord): void {
    this.#rights(record)
    this.#link(record)
    if (record.code === null && record.connection !== 'canary') this.#farm(record)
  }

  #rights(record: RequestRecord): void {
    const { request, code, delayed } = record
    if (request.kind !== 'reqMktData') return
    const { conId } = request.contract
    const at = this.#options.clock.monotonicMs()
    if (delayed) this.withoutRights.set(conId, { at, text: 'ticks of data type 3 or 4' })
    else if (code === null) this.withoutRights.delete(conId)
    else if (NO_RIGHTS.has(code)) this.withoutRights.set(conId, { at, text: `error ${code}` })
  }

  /** Bars and ticks come from IBKR; what the Gateway knows by itself proves nothing. */
  #link(record: RequestRecord): void {
    // A line may switch to frozen, or repeat what it knew: only what was asked since is an answer.
    const of = record.streams ? null : classOf(record.kind)
    if (record.code !== null || (of !== 'history' && of !== 'quotes')) return
    const now = this.#options.clock.monotonicMs()
    const lost = this.#options.watches.filter(({ connectivityLost }) => connectivityLost !== null)
    const isProof = lost.every(
      ({ lostAt }) => now - lostAt >= UNDER_WAY_MS && record.createdAt >= lostAt,
    )
    if (lost.length > 0 && isProof) this.#options.reached()
  }

  /** Of the farm that serves what was asked, and of no other one (P19). */
  #farm(record: RequestRecord): void {
    const now = this.#options.clock.monotonicMs()
    const { watches, conditions } = this.#options
    let heard: readonly string[] | null = null // as a rule every farm is up, and nobody asks
    for (const watch of watches) {
      for (const { farm, up, at } of watch.farms.values()) {
        if (up || !proves(record, farm)) continue
        if (record.createdAt < at && now - at < UNDER_WAY_MS) continue
        // Two that serve the same: which of them has answered is not known.
        heard ??= watches.flatMap(({ farms }) => [...farms.keys()])
        if (heard.some((other) => areAlike(farm, other))) continue
        watch.farms.delete(farm)
        conditions.farmProved(farm)
      }
    }
  }
}

/** Whether an answer to this can only have come from that farm. */
function proves(record: RequestRecord, farm: string): boolean {
  const { kind, request, streams, matchedAt, lastAt } = record
  const of = classOf(kind)
  // A stream of bars begins with history; what it tells later is made of ticks of another farm.
  if (of === 'history' && streams && matchedAt !== lastAt) return false
  return serves(farm, of, request)
}
