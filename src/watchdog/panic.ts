import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Approved, ClientOrderId, Order } from '../domain/order.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Fault } from '../engine/ports.ts'
import { PANIC_REF } from '../ibkr/orders/last-look.ts'
import type { PanicPicture } from '../ibkr/orders/panic-picture.ts'
import type { PanicRoom } from '../ibkr/panic.ts'
import type { PanicRecord } from '../journal/panic-record.ts'
import { panicStep } from './panic-step.ts'
import type { PanicMemory, SentClose } from './panic-step.ts'

export interface PanicParts {
  readonly clock: Clock
  readonly room: Pick<
    PanicRoom,
    'epoch' | 'accounts' | 'refusal' | 'picture' | 'cancelAll' | 'place'
  >
  readonly record: Pick<PanicRecord, 'load' | 'note'>
  /** From now on; then it says what is left. */
  readonly withinMs: number
  readonly say: (text: string) => void
}

/** Of P44, milliseconds from the start; null: it did not come to that. */
export interface PanicReport {
  readonly flat: boolean
  readonly connectedMs: number | null
  readonly cancelsSentMs: number | null
  readonly cancelsProvenMs: number | null
  readonly flattenSentMs: number | null
  readonly flatMs: number | null
  readonly sent: readonly string[]
  /** Positions and orders, as they were last seen; null: they never were. */
  readonly left: readonly string[] | null
  /** Open orders of other accounts of the login, which stay. */
  readonly elsewhere: number
  /** Why nothing could be done at all: the account or the mode does not fit. */
  readonly refused: string | null
  /** False: the disk did not take what was sent. */
  readonly recorded: boolean
  readonly waits: string
}

const LOOK_MS = 200
const UNCONNECTED_MS = 50

/** Cancels everything, proves it, closes what is held, and asks again until nothing is left. */
export async function runPanic(parts: PanicParts): Promise<PanicReport> {
  const panic = new Panic(parts)
  await panic.run()
  return panic.report()
}

type Times = 'connectedMs' | 'cancelsSentMs' | 'cancelsProvenMs' | 'flattenSentMs' | 'flatMs'

class Panic {
  readonly #of: PanicParts
  readonly #startMs: number
  readonly #name: string
  readonly #times = new Map<Times, number>()
  readonly #lines: string[] = []
  #epoch: number | null = null
  #memory: PanicMemory
  #last: PanicPicture | null = null
  #waits = 'a connection'
  #recorded = true
  #ids = 0

  constructor(of: PanicParts) {
    this.#of = of
    this.#startMs = of.clock.monotonicMs()
    this.#name = `${PANIC_REF}${of.clock.now().toString(36)}`
    const earlier = of.record.load().map((row): SentClose => ({ ...row, atMs: this.#startMs }))
    this.#memory = { sent: earlier, last: null, cancelledAtMs: null, firstCancelAtMs: null }
  }

  async run(): Promise<void> {
    const { clock, room, withinMs } = this.#of
    while (clock.monotonicMs() - this.#startMs < withinMs && room.refusal() === null) {
      const epoch = room.epoch()
      if (epoch === null) {
        await this.#pause(UNCONNECTED_MS)
        continue
      }
      if (epoch !== this.#epoch) this.#connected(epoch)
      const picture = await room.picture()
      if (picture.ok) {
        if (this.#saw(picture.value)) return
      } else this.#waited(picture.error.detail)
      await this.#pause(LOOK_MS)
    }
  }

  report(): PanicReport {
    const time = (of: Times): number | null => this.#times.get(of) ?? null
    const refused = this.#of.room.refusal()?.detail ?? null
    return {
      flat: this.#times.has('flatMs'),
      connectedMs: time('connectedMs'),
      cancelsSentMs: time('cancelsSentMs'),
      cancelsProvenMs: time('cancelsProvenMs'),
      flattenSentMs: time('flattenSentMs'),
      flatMs: time('flatMs'),
      sent: this.#lines,
      left: this.#last === null ? null : leftIn(this.#last),
      elsewhere: this.#last?.elsewhere ?? 0,
      refused,
      recorded: this.#recorded,
      waits: this.#waits,
    }
  }

  /** Of every connection the first frame that bears on orders is the cancel. */
  #connected(epoch: number): void {
    const { room, say } = this.#of
    this.#epoch = epoch
    this.#memory = { ...this.#memory, last: null, cancelledAtMs: null }
    this.#note('connectedMs')
    const accounts = room.accounts() ?? 0
    if (accounts > 1) {
      say(`the login manages ${accounts} accounts: only orders of ours are cancelled, one by one`)
    }
    this.#cancelAll()
  }

  #cancelAll(): void {
    const sent = this.#of.room.cancelAll()
    if (!sent.ok) return this.#waited(sent.error.detail)
    const nowMs = this.#of.clock.monotonicMs()
    const { firstCancelAtMs } = this.#memory
    this.#memory = {
      ...this.#memory,
      cancelledAtMs: nowMs,
      firstCancelAtMs: firstCancelAtMs ?? nowMs,
    }
    this.#note('cancelsSentMs')
  }

  /** True: nothing is left. */
  #saw(picture: PanicPicture): boolean {
    const { clock } = this.#of
    const nextId = (): ClientOrderId => `${this.#name}-${++this.#ids}` as ClientOrderId
    const of = { nowMs: clock.monotonicMs(), nextId, ours: PANIC_REF }
    const step = panicStep(picture, this.#memory, of)
    this.#memory = { ...this.#memory, last: picture }
    if (picture.elsewhere > 0 && picture.elsewhere !== this.#last?.elsewhere) {
      this.#of.say(`${picture.elsewhere} orders of other accounts of this login stay`)
    }
    this.#last = picture
    const cancelled = picture.open.every(({ ref }) => ref.startsWith(PANIC_REF))
    if (cancelled && this.#times.has('cancelsSentMs')) this.#note('cancelsProvenMs')
    this.#waited(step.waits)
    if (step.flat) {
      this.#note('flatMs')
      return true
    }
    if (step.cancelAll) this.#cancelAll()
    if (step.close.length > 0) this.#close(step.close)
    return false
  }

  /** Written down, then sent; each at most once. What did not leave is taken back. */
  #close(orders: readonly Approved<Order>[]): void {
    const { clock, room, record, say } = this.#of
    const rows = orders.map((order) => ({
      ref: order.id,
      conId: order.contract.kind === 'combo' ? 0 : order.contract.conId,
      units: order.side === 'BUY' ? order.quantity : -order.quantity,
    }))
    this.#recorded = record.note(clock.now(), 'sending', rows) && this.#recorded
    const sent: Result<void, Fault> = room.place(orders)
    if (!sent.ok) {
      record.note(clock.now(), 'denied', rows)
      return this.#waited(`a close did not leave: ${sent.error.detail}`)
    }
    const atMs = clock.monotonicMs()
    this.#memory = {
      ...this.#memory,
      sent: [...this.#memory.sent, ...rows.map((row) => ({ ...row, atMs }))],
      last: null, // what was seen before a close is no ground for another
    }
    this.#note('flattenSentMs')
    for (const { side, quantity, contract, id } of orders) {
      const line = `${side} ${quantity} ${nameOf(contract)} at the market, ${id}`
      this.#lines.push(line)
      say(line)
    }
  }

  #note(time: Times): void {
    if (this.#times.has(time)) return
    const ms = Math.round(this.#of.clock.monotonicMs() - this.#startMs)
    this.#times.set(time, ms)
    this.#of.say(`${ms} ms: ${SAID[time]}`)
  }

  #waited(waits: string): void {
    if (waits === this.#waits) return
    this.#waits = waits
    this.#of.say(`waits for ${waits}`)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((next) => void this.#of.clock.after(ms, next))
  }
}

const SAID: Readonly<Record<Times, string>> = {
  connectedMs: 'connected',
  cancelsSentMs: 'asked to cancel every order of the account',
  cancelsProvenMs: 'no other order can fill any more',
  flattenSentMs: 'closing what is held',
  flatMs: 'flat: nothing is held, nothing can fill',
}

function leftIn({ held, others, open }: PanicPicture): readonly string[] {
  return [
    ...held.map(({ contract, quantity }) => `${quantity} ${nameOf(contract)}`),
    ...others,
    ...open.map(({ name, status }) => `order ${name} (${status})`),
  ]
}
