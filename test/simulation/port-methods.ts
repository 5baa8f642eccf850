import type { Broker, MarketData } from '../../src/engine/ports.ts'

/** An object of a class does not spread: its methods live on the prototype. */
export function methodsOf(broker: Broker): Broker {
  return {
    place: (orders) => broker.place(orders),
    resendChild: (order) => broker.resendChild(order),
    replace: (change) => broker.replace(change),
    cancel: (id) => broker.cancel(id),
    snapshot: (signal, known) => broker.snapshot(signal, known),
    margin: (asked) => broker.margin(asked),
    onReport: (listener) => broker.onReport(listener),
    onHeld: (listener) => broker.onHeld(listener),
    onLink: (listener) => broker.onLink(listener),
  }
}

export function dataOf(data: MarketData): MarketData {
  return {
    history: (request, signal) => data.history(request, signal),
    stream: (of, listener) => data.stream(of, listener),
    spot: (underlying, signal) => data.spot(underlying, signal),
    chains: (underlying, signal) => data.chains(underlying, signal),
    glance: (keys, signal) => data.glance(keys, signal),
    candidates: (keys, signal) => data.candidates(keys, signal),
    requote: (contract, signal) => data.requote(contract, signal),
    watch: (contract, ended) => data.watch(contract, ended),
  }
}
