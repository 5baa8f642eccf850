import pc from 'picocolors'
import { plain } from '../base/plain.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { PlannedExit, Structure } from '../domain/position.ts'
import { isUnprotected } from '../engine/health.ts'
import { columns } from './columns.ts'
import { timeText } from '../cockpit/describe.ts'
import { knownOf, sourceText, type Known, type Source } from './holdings.ts'
import { dollarsText } from '../cockpit/report-words.ts'
import type { StateFolder } from './state-folder.ts'

interface ExitRow {
  readonly price: string
  readonly watchedBy: 'broker' | 'local'
}

/** Amounts and prices are decimal texts; null: not known. */
interface StructureRow {
  readonly id: string
  readonly strategy: string
  readonly contract: string
  readonly quantity: number
  readonly openPrice: string | null
  readonly openedAt: number | null
  readonly takeProfit: ExitRow | null
  readonly stopLoss: ExitRow | null
  readonly isProtected: boolean | null
}

interface PositionRow {
  readonly contract: string
  readonly quantity: number
  readonly cost: string | null
}

export interface Positions {
  readonly source: Source
  readonly structures: readonly StructureRow[]
  readonly positions: readonly PositionRow[]
}

/** What is held: as structures that were opened, and leg by leg as the broker holds it. */
export async function positions(folder: StateFolder, json: boolean): Promise<void> {
  const held = positionsOf(await knownOf(folder))
  process.stdout.write(`${json ? JSON.stringify(held) : positionsText(held)}\n`)
}

/** By the bot where one runs; what its answer leaves out is looked up in the journal. */
export function positionsOf({ source, reply, state }: Known): Positions {
  const byName = new Map([...state.positions.values()].map((each) => [nameOf(each.contract), each]))
  const held =
    reply?.structures ??
    [...state.structures.values()]
      .filter(({ quantity }) => quantity !== 0)
      .map(({ id, strategy, contract, quantity }) => {
        return { id, strategy, contract: nameOf(contract), quantity }
      })
  const legs =
    reply?.positions ??
    [...byName]
      .filter(([, { quantity }]) => quantity !== 0)
      .map(([contract, { quantity }]) => ({ contract, quantity }))
  return {
    source,
    structures: held.map((each) => {
      const known = state.structures.get(each.id)
      const isCurrent = known !== undefined && known.quantity === each.quantity
      return {
        ...each,
        openPrice: known === undefined ? null : dollarsText(known.openPrice),
        openedAt: known?.openedAt ?? null,
        takeProfit: exitRow(known?.plan.takeProfit ?? null),
        stopLoss: exitRow(known?.plan.stopLoss ?? null),
        isProtected: isCurrent ? isProtected(known, state) : null,
      }
    }),
    positions: legs.map((each) => {
      const known = byName.get(each.contract)
      const isCurrent = known !== undefined && known.quantity === each.quantity
      return { ...each, cost: isCurrent ? dollarsText(known.cost) : null }
    }),
  }
}

function isProtected(structure: Structure, state: Known['state']): boolean {
  return !isUnprotected(state, structure)
}

function exitRow(exit: PlannedExit | null): ExitRow | null {
  return exit === null ? null : { price: dollarsText(exit.price), watchedBy: exit.watchedBy }
}

const HEAD = ['units', 'contract', 'strategy', 'at', 'opened', 'take-profit', 'stop-loss', 'id']

export function positionsText({ source, structures, positions: legs }: Positions): string {
  const lines = [source.from === 'bot' ? sourceText(source) : pc.yellow(sourceText(source))]
  if (structures.length === 0) lines.push('nothing is held that this bot opened')
  else {
    const rows = structures.map((each) => [
      String(each.quantity),
      plain(each.contract),
      plain(each.strategy),
      each.openPrice ?? 'unknown',
      each.openedAt === null ? 'unknown' : timeText(each.openedAt as Source['at']),
      exitText(each.takeProfit),
      exitText(each.stopLoss),
      pc.dim(plain(each.id)),
    ])
    lines.push('', columns(HEAD, rows, ['units', 'at', 'take-profit', 'stop-loss']))
    for (const { id, isProtected: covered } of structures) {
      if (covered === false) lines.push(pc.red(`${plain(id)} is not covered by an exit at work`))
    }
  }
  if (legs.length > 0) {
    const rows = legs.map(({ contract, quantity, cost }) => [
      String(quantity),
      plain(contract),
      cost === null ? 'unknown' : `$${cost}`,
    ])
    lines.push('', columns(['held', 'leg at the broker', 'cost'], rows, ['held', 'cost']))
  }
  return lines.join('\n')
}

function exitText(exit: ExitRow | null): string {
  if (exit === null) return 'none'
  return exit.watchedBy === 'local' ? `${exit.price} (watched here)` : exit.price
}
