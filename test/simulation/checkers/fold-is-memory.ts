import { isDeepStrictEqual } from 'node:util'
import { assert } from '../../../src/base/assert.ts'
import type { Entry, Row, Tail } from '../../../src/journal/rows.ts'
import { EMPTY, readRow } from '../../../src/journal/rows.ts'
import { evolve } from '../../../src/trading/evolve.ts'
import { initialState } from '../../../src/trading/state.ts'
import type { State } from '../../../src/trading/state.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint } from './checker.ts'

/** I17: the journal, read back as it is stored, folds to what is in memory. */
export function foldIsMemory(): Checker {
  return {
    name: 'fold-is-memory',
    journaled: (_, { record, state }) =>
      unless(record.seq <= state.seq, `${record.seq} rows, ${state.seq} events in memory`),
    rested: ({ journal, rows, state }) => differenceOf(foldOf(journal, rows()), state),
  }
}

/** As another process would read it: through rows, hashes and the schema of each event. */
function foldOf([first]: readonly Entry[], rows: readonly Row[]): State {
  assert(first?.event.type === 'RunStarted', 'a journal begins with a run')
  let state = initialState(first.event.mode, first.event.accountId)
  let tail: Tail = EMPTY
  for (const row of rows) {
    const read = readRow(row, tail)
    assert(read.ok, `a row can be read back: ${read.ok || read.error}`)
    state = evolve(state, read.value.event, read.value.at)
    tail = row
  }
  return state
}

function differenceOf(folded: State, memory: State): Complaint {
  const fields = Object.keys(memory) as (keyof State)[]
  const wrong = fields.filter((field) => !isDeepStrictEqual(folded[field], memory[field]))
  return unless(wrong.length === 0, `the fold of the journal differs in ${wrong.join(', ')}`)
}
