import type { WireError } from '../../wire/codec.ts'
import { parseServerHello } from '../../wire/handshake.ts'
import { decodeRequest } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import { linkNotice } from '../session/error-codes.ts'
import { Redactor } from './redact.ts'
import type { TapListener } from './tap.ts'

export type WireSide = 'request' | 'response'

/** One message id of one side, and how it was read. */
export interface MessageTally {
  readonly side: WireSide
  /** Field 0; null: it is no number. */
  readonly id: number | null
  /** Null: our tables do not know it at this version. */
  readonly message: string | null
  frames: number
  /** Frames with fields that were not consumed. */
  surplus: number
  /** Frames in which a field was missing, or was not what it should be. */
  missing: number
}

/** One way in which frames differ from their layout, with the first that did. */
export interface WireDrift {
  readonly side: WireSide
  readonly kind: WireError['kind']
  readonly id: number | null
  readonly message: string | null
  readonly field: string | null
  readonly detail: string
  /** Redacted. */
  readonly fields: readonly string[]
  times: number
}

/** Kinds of drift worth keeping: more of them say no more. */
const DRIFTS_MAX = 50

/** Reads every frame of a session against the layouts of its version, and counts (S14). */
export class WireTally implements TapListener {
  readonly messages = new Map<string, MessageTally>()
  readonly drifts = new Map<string, WireDrift>()
  /** By name: what was last said of it. */
  readonly farms = new Map<string, 'up' | 'down' | 'idle'>()
  readonly #redactor: Redactor
  version = 0
  connectionTime = ''
  /** What could not be cut into frames, if anything. */
  garbage: string | null = null

  constructor(redactor: Redactor = new Redactor()) {
    this.#redactor = redactor
  }

  greeted(): void {
    // The client's own words: nothing to be read against a layout.
  }

  sent(payload: Uint8Array): void {
    this.take('request', payload)
  }

  received(payload: Uint8Array): void {
    if (this.version !== 0) return this.take('response', payload)
    const hello = parseServerHello(payload)
    if (!hello.ok) {
      this.garbage = hello.error
      return
    }
    this.version = hello.value.version
    this.connectionTime = hello.value.connectionTime
  }

  garbled(detail: string): void {
    this.garbage = detail
  }

  /** One frame that is not the greeting, of a session whose version is known. */
  take(side: WireSide, payload: Uint8Array): void {
    const decode = side === 'request' ? decodeRequest : decodeResponse
    const read = decode(payload, this.version)
    const decoded = read.ok ? read.value : read.error.decoded
    if (decoded?.kind === 'error') this.#heard(decoded.code, decoded.text)
    const fields = this.#redactor.fields(payload, decoded)
    const id = Number(fields[0] ?? '')
    const tally = this.#tallyOf(side, {
      id: Number.isInteger(id) ? id : null,
      message: read.ok ? read.value.kind : read.error.message,
    })
    tally.frames++
    if (read.ok) return
    if (read.error.kind === 'surplus') tally.surplus++
    else tally.missing++
    this.#drift(side, read.error, fields)
  }

  #tallyOf(side: WireSide, of: Pick<MessageTally, 'id' | 'message'>): MessageTally {
    const key = `${side} ${of.id ?? 'none'}`
    let tally = this.messages.get(key)
    if (tally === undefined) {
      tally = { side, ...of, frames: 0, surplus: 0, missing: 0 }
      this.messages.set(key, tally)
    }
    return tally
  }

  #drift(side: WireSide, error: WireError, fields: readonly string[]): void {
    const { kind, id, message, field, detail } = error
    const key = [side, kind, id, field, kind === 'surplus' ? detail : ''].join(' ')
    const known = this.drifts.get(key)
    if (known !== undefined) known.times++
    else if (this.drifts.size < DRIFTS_MAX) {
      const said = this.#redactor.text(detail)
      this.drifts.set(key, { side, kind, id, message, field, detail: said, fields, times: 1 })
    }
  }

  #heard(code: number, text: string): void {
    const notice = linkNotice(code, text)
    if (notice.kind === 'farm') this.farms.set(notice.farm, notice.up ? 'up' : 'down')
    // Idle farms are named after the last dot (limits-and-codes.md 7.8).
    if (code === 2107 || code === 2108) {
      this.farms.set(text.slice(text.lastIndexOf('.') + 1).trim(), 'idle')
    }
  }
}
