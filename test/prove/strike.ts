import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import type { Behaviour } from '../../src/simulator/faults/second-client.ts'
import type { HostFault } from '../simulation/host-faults.ts'
import type { Command } from '../simulation/plan.ts'
import type { PortFault } from '../simulation/port-fault.ts'

/** What is done, as data: it can be printed, left out and played again. */
export type Act =
  /** At the Gateway, or at the broker behind it. */
  | { readonly do: 'fault'; readonly spec: FaultSpec }
  /** Between the bot and the broker, where there is no wire. */
  | { readonly do: 'port'; readonly fault: PortFault }
  /** S1, S3: another program on the same login. */
  | { readonly do: 'client'; readonly does: Behaviour }
  /** F80, F87: the process ends at its next effect about an order; another starts after so long. */
  | { readonly do: 'crash'; readonly downMs: number }
  /** A person says so, and, where it is a level, takes it back when the strike is over. */
  | { readonly do: 'say'; readonly command: Command }
  /** At the machine of the bot, or by a person at another screen. */
  | { readonly do: 'host'; readonly fault: HostFault }

/** One thing that goes wrong, once. */
export interface Strike {
  /** Of the catalogue: `F40`; `level` for a person's word. */
  readonly number: string
  /** With its form: `status-unreliable absent`. */
  readonly name: string
  /** Into the day, from its start. */
  readonly atMs: number
  readonly lastsMs: number
  /** What it leaves behind goes on for so long. */
  readonly tailMs: number
  readonly act: Act
  /** Checkers that complain of what the broker or the data itself did, from then on, and why. */
  readonly excuses?: Readonly<Record<string, string>>
}

/** `10:31:05 F40 status-unreliable absent for 20 s`, of a strike of a day that began then. */
export function strikeText({ number, name, atMs, lastsMs }: Strike, start: number): string {
  const at = new Date(start + atMs).toISOString().slice(11, 19)
  return `${at} UTC ${number} ${name} for ${(lastsMs / 1_000).toFixed(1)} s`
}
