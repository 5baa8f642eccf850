export type AlertLevel = 'info' | 'warning' | 'critical'

/** One kind of word to a person: how grave it is, what it says, what to do about it. */
export interface Alert {
  readonly level: AlertLevel
  readonly what: string
  readonly remedy: string
}

const NOTHING = 'Nothing to do.'
const EXPLAIN = 'Read `explain` with its id.'
const LOOK = 'Compare `status` with the account in TWS.'

/**
 * Every alert that the bot can raise. The names are stable: receivers route by them, and the
 * runbook has an entry for each. Where a call gives a level of its own, this is the usual one.
 */
export const ALERTS = {
  // Levels and a person's word
  'level-raised': {
    level: 'critical',
    what: 'the bot went to reduce-only, halt or kill',
    remedy: 'Read the cause in `status`, mend it, then `resume` with a reason.',
  },
  'daily-loss': {
    level: 'critical',
    what: 'the daily loss limit is reached: no entries until the next New York date',
    remedy: 'Exits go on. Look at the day in `report day`; nothing lifts it before the next date.',
  },
  'loss-day-goes-on': {
    level: 'warning',
    what: 'a person resumed on a date whose loss limit was reached',
    remedy: 'Entries wait for the next New York date.',
  },
  'level-lifted': { level: 'warning', what: 'entries are allowed again', remedy: NOTHING },
  'flatten-waits': {
    level: 'critical',
    what: 'killed, and not everything could be closed yet',
    remedy: 'It closes when the contract trades again. To be out sooner, close it by hand in TWS.',
  },
  'latch-stuck': {
    level: 'critical',
    what: 'the kill latch could not be cleared',
    remedy: 'Make the state folder writable, then `resume` once more.',
  },
  'resume-refused': {
    level: 'warning',
    what: 'a resume was refused',
    remedy: 'Type the account id as `status` shows it, with a reason; a loss day ends by itself.',
  },
  'arm-refused': {
    level: 'warning',
    what: 'arming live was refused',
    remedy: 'Type the account id with a reason, while the level is active.',
  },
  'live-armed': {
    level: 'warning',
    what: 'a person allowed live entries until the New York date ends',
    remedy: 'If that was not you: `halt`, and change the passwords.',
  },
  'cancel-impossible': {
    level: 'warning',
    what: 'an order that a person named cannot be cancelled now',
    remedy: 'Look at it in `orders`; while the link is down, cancel it in TWS.',
  },
  'close-impossible': {
    level: 'warning',
    what: 'a structure that a person named cannot be closed',
    remedy: 'Look at it in `positions`: it may be over already, or have another id.',
  },
  demoted: {
    level: 'critical',
    what: 'the stage of live was lost while running: smaller entries, or none',
    remedy: 'Read `promotion`: it names what was lost and what earns it again.',
  },
  // Protection
  unprotected: {
    level: 'critical',
    what: 'a position has been without a working exit for longer than 30 s',
    remedy: 'Look at the position in TWS now. Place a stop by hand, or `kill`.',
  },
  'bare-position': {
    level: 'critical',
    what: 'a position has no exit at the broker, and its contract does not trade now',
    remedy: 'It is protected when it trades again. Watch it, or place an exit by hand in TWS.',
  },
  'close-halted': {
    level: 'critical',
    what: 'a position is to be closed, and its contract is halted',
    remedy: 'It closes when trading resumes. Watch the news of the symbol.',
  },
  'close-unfilled': {
    level: 'critical',
    what: 'a market order to close finds nobody on the other side',
    remedy: 'Close it by hand with a limit order in TWS; cancel ours first.',
  },
  'stops-refused': {
    level: 'critical',
    what: 'stops of one position were refused time and again: it is closed',
    remedy: 'Read the refusals in `explain`; permissions or presets of TWS are the usual cause.',
  },
  'exits-not-sent': {
    level: 'critical',
    what: 'exits of one position could not be sent several times in a row',
    remedy: 'Look at link and gates in `status`; protect the position by hand in TWS until then.',
  },
  'exit-held-back': {
    level: 'critical',
    what: 'an order that is not ours may sell what we hold: our exit for it is held back',
    remedy: 'Cancel the other order in TWS, or leave the position to it.',
  },
  'plan-altered': {
    level: 'critical',
    what: 'the broker keeps changing an exit: its terms are taken as the plan now',
    remedy: 'Look for an order preset in TWS or the Gateway, and remove it.',
  },
  oversold: {
    level: 'critical',
    what: 'a position is on the wrong side of what it opened: it is bought back',
    remedy: `${LOOK} Somebody else may trade in this account.`,
  },
  'legs-left': {
    level: 'critical',
    what: 'a combo is not whole any more: legs are left that nothing of ours trades',
    remedy: 'Close the legs by hand in TWS, or `kill`.',
  },
  'structure-over': {
    level: 'warning',
    what: 'a person said that a position is over, and nothing of it is held',
    remedy: NOTHING,
  },
  // Orders and fills
  'entry-filled': { level: 'info', what: 'an entry is filled', remedy: NOTHING },
  'entry-partial': { level: 'info', what: 'an entry is filled in part', remedy: NOTHING },
  'exit-filled': { level: 'info', what: 'an exit is filled, with its P/L', remedy: NOTHING },
  'exit-partial': { level: 'info', what: 'an exit is filled in part', remedy: NOTHING },
  'stop-filled': {
    level: 'warning',
    what: 'a stop-loss is filled, with its P/L',
    remedy: EXPLAIN,
  },
  'structure-expired': {
    level: 'info',
    what: 'an option expired while it was held, with its P/L if it was worthless',
    remedy: LOOK,
  },
  'structure-assigned': {
    level: 'warning',
    what: 'an option was assigned or exercised while it was held: there may be stock now',
    remedy: 'Look at the stock position in TWS; nothing of ours trades it.',
  },
  'order-refused': {
    level: 'warning',
    what: 'the broker refused an order',
    remedy: `${EXPLAIN} The code names the reason: permissions, margin, price or size.`,
  },
  'change-refused': {
    level: 'warning',
    what: 'the broker refused to change an order',
    remedy: 'It is judged anew by itself; if it repeats, look for a preset in TWS.',
  },
  'outcome-unknown': {
    level: 'warning',
    what: 'an order was not answered in time: it may be alive, dead or filled',
    remedy: 'The bot asks the broker and sends nothing twice. If it lasts, look in TWS.',
  },
  'order-not-sent': {
    level: 'warning',
    what: 'an order was not handed to the socket',
    remedy: 'Look at link and gates in `status`.',
  },
  'order-altered': {
    level: 'warning',
    what: 'the broker holds an order otherwise than it was given',
    remedy: 'It is put right by itself; look for an order preset in TWS if it repeats.',
  },
  'order-risen': {
    level: 'critical',
    what: 'an order that was over is open at the broker: it is cancelled',
    remedy: `${LOOK} Entries in the symbol wait until it is gone.`,
  },
  'cancel-undone': {
    level: 'critical',
    what: 'an order that was reported as cancelled is open at the broker: cancelled once more',
    remedy: LOOK,
  },
  'late-fill': {
    level: 'critical',
    what: 'an order filled after it was said to be over',
    remedy: `${LOOK} The fill counts and is protected.`,
  },
  overfilled: {
    level: 'critical',
    what: 'an order filled more than it asked for',
    remedy: LOOK,
  },
  'fill-corrected': {
    level: 'warning',
    what: 'the broker corrected an execution',
    remedy: 'The later version counts; compare the statement of the day.',
  },
  'fill-untold': {
    level: 'critical',
    what: 'positions show a fill that no execution tells: its price is an estimate',
    remedy: 'Compare price and commission with the statement of the day.',
  },
  'foreign-order': {
    level: 'warning',
    what: 'an order that is not ours is at the broker; it is not touched',
    remedy: 'If it is not yours either, look who has the login. It counts in risk.',
  },
  'foreign-unreadable': {
    level: 'warning',
    what: 'something at the broker cannot be named, and risk does not know it',
    remedy: 'Look at it in TWS; entries wait while it may matter.',
  },
  'order-ratio': {
    level: 'warning',
    what: 'the order efficiency ratio nears what IBKR objects to: entries do not walk',
    remedy: 'Widen `entry` steps or trade fewer symbols; it begins anew with the date.',
  },
  'low-funds': {
    level: 'warning',
    what: 'the broker refused an entry for want of funds: entries wait',
    remedy: 'Add funds, close something, or lower `risk` sizes.',
  },
  // Positions and money
  assignment: {
    level: 'warning',
    what: 'a position changed by assignment or exercise',
    remedy: 'Look at the stock position in TWS; nothing of ours trades it.',
  },
  expiry: { level: 'warning', what: 'a position ended by expiry', remedy: NOTHING },
  'position-adjusted': {
    level: 'warning',
    what: 'a position changed without a fill of ours, and it is known why',
    remedy: LOOK,
  },
  'position-differs': {
    level: 'critical',
    what: 'a position at the broker differs from ours, unexplained',
    remedy: `${LOOK} Entries in the symbol wait; after five minutes the bot halts.`,
  },
  'baseline-differs': {
    level: 'critical',
    what: 'the stored and the observed baseline of the day differ',
    remedy: 'Look for deposits or fees of the day in TWS; entries wait until both agree.',
  },
  // Connections and data
  'link-down': {
    level: 'warning',
    what: 'the order connection is down: no entries; exits at the broker stay',
    remedy: 'It reconnects by itself. If it lasts, look whether the Gateway runs and is logged in.',
  },
  'link-up': { level: 'info', what: 'the order connection is up and reconciled', remedy: NOTHING },
  'connection-refused': {
    level: 'critical',
    what: 'the Gateway refused a connection for good',
    remedy: 'Read `incidents`; the refusal names the setting. Then start the bot again.',
  },
  incident: {
    level: 'warning',
    what: 'data or orders are interrupted, with the verdict; critical when steps are used up',
    remedy: 'The runbook has an entry for each verdict; `incidents` shows the evidence.',
  },
  'data-unavailable': {
    level: 'warning',
    what: 'there is no fresh data of one symbol: no entries in it',
    remedy: 'Look at its source and the farms in `status`; market data rights are the usual cause.',
  },
  'requests-slow': {
    level: 'warning',
    what: 'one kind of request is answered more slowly than it should be',
    remedy: 'Look at the latency on the page; a Gateway that slows often needs a restart.',
  },
  'bars-restated': {
    level: 'warning',
    what: 'bars of a symbol are restated, as after a split: the cached ones are dropped',
    remedy: 'Check the corporate action; open positions may have other contracts now.',
  },
  'login-due': {
    level: 'info',
    what: 'the weekly login with two factors is due',
    remedy: 'Log in to the Gateway and approve it on the phone before the next session opens.',
  },
  // The bot itself
  'config-warning': {
    level: 'warning',
    what: 'a setting is allowed and unwise',
    remedy: 'Change it as the line says, or leave it knowingly.',
  },
  'own-strategy': {
    level: 'warning',
    what: 'a strategy of your own failed or answered wrongly: it is held to hold',
    remedy: 'Mend the file and start the bot again.',
  },
  'loop-late': {
    level: 'warning',
    what: 'the event loop of the bot is late',
    remedy: 'Look at CPU, memory and swap of the machine.',
  },
  'clock-set-back': {
    level: 'warning',
    what: 'the clock of this machine was set back',
    remedy: 'Let NTP slew it; look why it ran ahead.',
  },
  'journal-refuses': {
    level: 'critical',
    what: 'the journal does not take events: only what reduces risk goes on',
    remedy: 'Free disk space, make the state folder writable; entries return by themselves.',
  },
  'journal-back': { level: 'info', what: 'the journal takes events again', remedy: NOTHING },
  'bot-ended': {
    level: 'critical',
    what: 'the bot ends, with its reason',
    remedy: 'Mend what the line says; `watchdog` starts it again where that can help.',
  },
  defect: {
    level: 'critical',
    what: 'a broken truth inside the bot: it ends, and a new start reconciles',
    remedy: 'Keep the log and report it. What rests at the broker stays.',
  },
  // Of the watchdog
  'watchdog-silent': {
    level: 'critical',
    what: 'the bot gave no sign of life: it is killed and started again',
    remedy: 'Look at `watchdog.jsonl` and at the load of the machine.',
  },
  'watchdog-stalled': {
    level: 'critical',
    what: "the bot's event loop stood still",
    remedy: 'Look at CPU, memory and swap of the machine.',
  },
  'watchdog-mute-gateway': {
    level: 'critical',
    what: 'the bot lives, and the Gateway has answered nothing for minutes',
    remedy: 'Look whether the Gateway is logged in, and whether a dialog waits in it.',
  },
  'watchdog-unprotected': {
    level: 'critical',
    what: 'the watchdog sees positions without protection',
    remedy: 'Look at the position in TWS now. Place a stop by hand, or `panic`.',
  },
  'watchdog-panic': {
    level: 'critical',
    what: 'the watchdog flattens, or has flattened, the account',
    remedy: 'Look at the account in TWS; `resume` once it is as you want it.',
  },
  'watchdog-ended': {
    level: 'critical',
    what: 'the bot ended; whether it is started again is said',
    remedy: 'Read its last lines in `log.jsonl`.',
  },
  'watchdog-given-up': {
    level: 'critical',
    what: 'the bot ended too often: the watchdog gives up',
    remedy: 'Protect what is held by hand, mend the cause, start the watchdog again.',
  },
  // Plain news
  'day-summary': {
    level: 'info',
    what: 'the end-of-day summary, once a New York date, to every channel',
    remedy: NOTHING,
  },
  'telling-failed': {
    level: 'warning',
    what: 'a line of the log, a notice or a summary could not be made; the bot trades on',
    remedy: 'Keep the log and report it. `status` counts what could not be told.',
  },
  'channel-refuses': {
    level: 'critical',
    what: 'a channel takes nothing that it is sent: what is critical waits for it, a day at most',
    remedy: 'Mend the channel as the line says, start the bot again, then try `alerts test`.',
  },
  test: { level: 'info', what: 'the word of `alerts test`', remedy: NOTHING },
  'dashboard-gone': {
    level: 'warning',
    what: 'the page in the browser is not there; the bot trades on',
    remedy:
      'Use `status` and the other commands; it is tried again by itself. ' +
      'If its port is taken, set `dashboard.port`.',
  },
} as const satisfies Readonly<Record<string, Alert>>

export type AlertName = keyof typeof ALERTS

/** A word to a person, as a command of the core and of everybody else. */
export interface NoticeCommand {
  readonly kind: 'notify'
  readonly alert: AlertName
  readonly level: AlertLevel
  readonly message: string
  /** What it is about, when the message varies: the same is told once, with its count. */
  readonly key?: string
}

export function notice(
  alert: AlertName,
  message: string,
  of: { readonly level?: AlertLevel; readonly key?: string } = {},
): NoticeCommand {
  return { kind: 'notify', alert, level: ALERTS[alert].level, message, ...of }
}

export function isAlertName(name: string): name is AlertName {
  return Object.hasOwn(ALERTS, name)
}
