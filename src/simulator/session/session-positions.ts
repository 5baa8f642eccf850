import type { RequestOf } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { averageCost } from './session-account.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import { wireContract } from './session-contract.ts'
import type { SimPosition } from '../broker/state.ts'

/** What is held: all of it, then a row per change; 0 once when a position is closed. */
export class Positions implements Subject {
  readonly #client: Client
  readonly #stop: () => void
  readonly #multi = new Map<number, string>()
  #subscribed = false

  constructor(client: Client) {
    this.#client = client
    this.#stop = client.house.core.subscribe((event) => {
      if (event.kind === 'position') this.#changed(event.position)
    })
  }

  readonly answers: Answers = {
    reqPositions: () => {
      this.#subscribed = true
      for (const position of this.#held()) this.#client.send(this.#row(position))
      this.#client.send({ kind: 'positionEnd' })
    },
    cancelPositions: () => {
      this.#subscribed = false
    },
    reqPositionsMulti: (request) => this.#subscribeMulti(request),
    cancelPositionsMulti: ({ reqId }) => void this.#multi.delete(reqId),
  }

  close(): void {
    this.#stop()
  }

  #subscribeMulti({ reqId, modelCode }: RequestOf<'reqPositionsMulti'>): void {
    this.#multi.set(reqId, modelCode)
    for (const position of this.#held()) this.#client.send(this.#multiRow(position, reqId))
    this.#client.send({ kind: 'positionMultiEnd', reqId })
  }

  #changed(position: SimPosition): void {
    if (this.#subscribed) this.#client.send(this.#row(position))
    for (const reqId of this.#multi.keys()) this.#client.send(this.#multiRow(position, reqId))
  }

  #held(): readonly SimPosition[] {
    return this.#client.house.core.positions()
  }

  #row(position: SimPosition): Response {
    return { kind: 'position', ...this.#figures(position) }
  }

  #multiRow(position: SimPosition, reqId: number): Response {
    const modelCode = this.#multi.get(reqId) ?? ''
    return { kind: 'positionMulti', reqId, modelCode, ...this.#figures(position) }
  }

  #figures(position: SimPosition) {
    return {
      account: this.#client.house.core.accountId,
      contract: wireContract(position.contract, ''),
      position: position.quantity,
      avgCost: averageCost(position),
    }
  }
}
