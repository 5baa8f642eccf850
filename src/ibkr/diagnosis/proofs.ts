import type { Clock } from '../../base/clock.ts'
import type { Conditions } from '../session/conditions.ts'
import { NO_RIGHTS } from './findings.ts'
import { classOf } from '../session/breakers.ts'
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

  #farm(record: RequestRecord): void {
    const now = this.#options.clock.monotonicMs()
    for (const watch of this.#options.watches) {
      for (const { farm, code, up, at } of watch.farms.values()) {
        if (up || !proves(record, code, farm)) continue
        if (record.createdAt < at && now - at < UNDER_WAY_MS) continue
        watch.farms.delete(farm)
        this.#options.conditions.farmProved(farm)
      }
    }
  }
}

/** The market-data farm of options has `opt` in its name; the others serve what they are over. */
export function proves(
  { kind, request }: Pick<RequestRecord, 'kind' | 'request'>,
  code: number,
  farm: string,
): boolean {
  const of = classOf(kind)
  if (code === 2105) return of === 'history'
  if (code === 2157) return of === 'contracts'
  if (of !== 'quotes' || request.kind !== 'reqMktData') return false
  return (request.contract.secType === 'OPT') === /opt/i.test(farm)
}
