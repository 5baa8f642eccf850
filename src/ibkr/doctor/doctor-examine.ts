import { setMaxListeners } from 'node:events'
import { clientIdOf } from '../session/client-ids.ts'
import { tryClientIds } from './doctor-client-ids.ts'
import type { ExamineOptions, Looking } from './doctor-client-ids.ts'
import type { GatewayFacts } from './doctor-facts.ts'
import { optionFacts } from './doctor-options.ts'
import {
  accountOf,
  accountRows,
  isFirstOfKind,
  lastBarOf,
  symbolFacts,
} from './doctor-questions.ts'
import { visit, visitShared } from './visit.ts'
import type { Visit, VisitFailure } from './visit.ts'

/** All questions, from the start: the report is due within a minute, whatever the Gateway does. */
const BUDGET_MS = 45_000
export type Examined =
  | { readonly kind: 'seen'; readonly facts: GatewayFacts }
  | ({ readonly kind: 'no-contact' } & VisitFailure)

/** One look at a Gateway: what it shows, and nothing changed there. */
export async function examine(options: ExamineOptions): Promise<Examined> {
  const { clock, connect, wanted } = options
  const shared = visitShared(clock)
  const timeUp = new AbortController()
  setMaxListeners(0, timeUp.signal) // every question waits for it
  const stopBudget = clock.after(BUDGET_MS, () => timeUp.abort())
  const clientId = clientIdOf('doctor', wanted.clientIdBase)
  const first = await visit({ clock, connect, clientId, shared })
  if (first.kind === 'failed') {
    stopBudget()
    return { ...first, kind: 'no-contact' }
  }
  const facts = await look(first.visit, { ...options, shared, signal: timeUp.signal })
  stopBudget()
  first.visit.close()
  return { kind: 'seen', facts }
}

async function look(main: Visit, of: Looking): Promise<GatewayFacts> {
  const { wanted, clock, signal } = of
  const at = clock.now()
  const accounts = main.connection.accounts
  const asking = { symbols: wanted.symbols, signal }
  const symbols = symbolFacts(main, asking)
  const [ids, account, seen, lastBar] = await Promise.all([
    tryClientIds(main, of),
    accountRows(main, accountOf(accounts, wanted.account), signal),
    symbols,
    symbols.then((all) => lastBarOf(main, all, asking)),
  ])
  const asked = seen.filter((each, index) => isFirstOfKind(each, seen.slice(0, index)))
  const options = await Promise.all(asked.map((each) => optionFacts(main, each, of)))
  return {
    hello: main.hello,
    at,
    skewMs: main.skewMs,
    accounts,
    clientIds: ids.facts,
    account,
    symbols: seen,
    options,
    lastBar,
    whatIf: ids.whatIf,
    botRuns: of.bot !== null,
  }
}
