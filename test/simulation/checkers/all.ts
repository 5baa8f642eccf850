import { askedFirst } from './asked-first.ts'
import { booksAgree } from './books-agree.ts'
import { bounded } from './bounded.ts'
import type { Checker } from './checker.ts'
import { closedInTime } from './closed-in-time.ts'
import { connectedSoon } from './connected-soon.ts'
import { decisionsResume } from './decisions-resume.ts'
import { entryAllowed } from './entry-allowed.ts'
import { everyBarDecided } from './every-bar-decided.ts'
import { exitsAsPlanned } from './exits-as-planned.ts'
import { exitsNotHeld } from './exits-not-held.ts'
import { fillsOnce } from './fills-once.ts'
import { foldIsMemory } from './fold-is-memory.ts'
import { foreignUntouched } from './foreign-untouched.ts'
import { gatesClear } from './gates-clear.ts'
import { gatesInTime } from './gates-in-time.ts'
import { journaledFirst } from './journaled-first.ts'
import { killedIsFlat } from './killed-is-flat.ts'
import { levelsLatched } from './levels-latched.ts'
import { limitsCounted } from './limits-counted.ts'
import { neverOversold } from './never-oversold.ts'
import { noOrphans } from './no-orphans.ts'
import { noSecrets } from './no-secrets.ts'
import { nothingUnhandled } from './nothing-unhandled.ts'
import { oneEntryASignal } from './one-entry-a-signal.ts'
import { ordersAgree } from './orders-agree.ts'
import { outagesNamed } from './outages-named.ts'
import { pendingAsked } from './pending-asked.ts'
import { protectedSoon } from './protected.ts'
import { readyAgain } from './ready-again.ts'
import { reconciledSoon } from './reconciled-soon.ts'
import { requestsResolved } from './requests-resolved.ts'
import { sentOnce } from './sent-once.ts'
import { shownAsRecorded } from './shown-as-recorded.ts'
import { statusesFollow } from './statuses-follow.ts'
import { toldInTime } from './told-in-time.ts'
import { unknownResolved } from './unknown-resolved.ts'
import { walkBounded } from './walk-bounded.ts'
import { withinIntent } from './within-intent.ts'
import { withinLimits } from './within-limits.ts'

/** What holds whoever runs: one process, or another one on what the last one left. */
const always: readonly (() => Checker)[] = [
  neverOversold,
  journaledFirst,
  sentOnce,
  withinIntent,
  walkBounded,
  protectedSoon,
  exitsAsPlanned,
  closedInTime,
  entryAllowed,
  askedFirst,
  withinLimits,
  oneEntryASignal,
  foldIsMemory,
  fillsOnce,
  booksAgree,
  ordersAgree,
  limitsCounted,
  statusesFollow,
  levelsLatched,
  gatesClear,
  killedIsFlat,
  toldInTime,
  connectedSoon,
  reconciledSoon,
  pendingAsked,
  unknownResolved,
  readyAgain,
  gatesInTime,
  foreignUntouched,
  requestsResolved,
  noSecrets,
  bounded,
  nothingUnhandled,
  shownAsRecorded,
  exitsNotHeld,
  outagesNamed,
  decisionsResume,
  noOrphans,
]

/** Bars that close while no process lives are nobody's decision. */
export const checkersOf = (process: 'one' | 'restarted'): readonly Checker[] =>
  [...always, ...(process === 'one' ? [everyBarDecided] : [])].map((make) => make())
