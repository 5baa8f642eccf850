import { fallbackText, STOP_TEXT } from '../orders/stop-text.ts'
import { timeStopText } from '../orders/time-stop.ts'
import type { WalkTerms } from '../orders/price-walk.ts'
import type { Pacing } from '../ibkr/pacing/allowance.ts'
import { limitRows, lookText, percent } from './describe-limits.ts'
import { dashboardText } from './dashboard.ts'
import { LIVE_ACCOUNT } from './live.ts'
import { DEAD_MAN_URL, WEBHOOK_URL, type NotifySettings } from './notify.ts'
import { refText } from './own-file.ts'
import { placeOf } from '../notify/open-channel.ts'
import type { SelectionRules } from '../selection/rules.ts'
import type { Settings } from './settings.ts'
import { structureText } from './structure.ts'

function restartCommandText({ restartCommand, restartEveryMs }: Settings['gateway']): string {
  if (restartCommand === null) return 'none: a person restarts the Gateway'
  return `${restartCommand.join(' ')}, at most every ${restartEveryMs / 1000} s`
}

type Row = readonly [name: string, value: string]

export interface SettingsSection {
  readonly name: string
  readonly rows: readonly { readonly key: string; readonly value: string }[]
}

/** The settings as they count, one a line, with the origin of the mode. */
export function settingsText(settings: Settings): string {
  const rows = sectionsOf(settings).flatMap(([, each]) => each)
  return rows.map(([name, value]) => `${name.padEnd(28)}${value}`).join('\n')
}

/** The same by subject, for a page. */
export function settingsSections(settings: Settings): readonly SettingsSection[] {
  return sectionsOf(settings).map(([name, rows]) => {
    return { name, rows: rows.map(([key, value]) => ({ key, value })) }
  })
}

function sectionsOf(settings: Settings): readonly (readonly [string, readonly Row[]])[] {
  return [
    ['Bot', botRows(settings)],
    ['Symbols', symbolRows(settings)],
    ['Selection', selectionRows(settings)],
    ['Entries and exits', tradeRows(settings)],
    ['Limits', limitRows(settings.rules.limits)],
    ['Operation', operationRows(settings)],
  ]
}

function botRows(settings: Settings): readonly Row[] {
  const { rules, gateway } = settings
  return [
    ['mode', `${settings.mode} (from the ${settings.modeFrom})`],
    ['account', settings.account ?? 'none'],
    ['account kind', rules.accountKind ?? 'as the broker says; else held to both'],
    [
      'gateway',
      settings.mode === 'demo'
        ? 'simulated, in this process'
        : `${gateway.host}:${gateway.port} (${gateway.side ?? 'unknown'}), ` +
          `client ids from ${gateway.clientIdBase}`,
    ],
    ['gateway restarts', restartText(gateway)],
    ['restart windows', gateway.restartWindows.map(({ text }) => text).join('; ') || 'none'],
    ['restart command', restartCommandText(gateway)],
  ]
}

function symbolRows(settings: Settings): readonly Row[] {
  return [
    ...settings.symbols.map(({ underlying, strategies }): Row => [
      underlying.symbol,
      `${underlying.kind} on ${underlying.exchange}: ` +
        strategies.map((ref) => refText(ref, settings.own)).join(', '),
    ]),
    ['interval', `${settings.intervalMs / 1000} s`],
    ['hours', settings.hours === 'all' ? 'bars of all hours, entries in regular ones' : 'regular'],
    ['decided at a time', `${settings.concurrentMax} symbols`],
    ['pacing', pacingText(settings.pacing)],
  ]
}

function selectionRows({ selection }: Settings): readonly Row[] {
  return [
    ['structure', structureText(selection.structure)],
    ['expiry', expiryText(selection.expiry)],
    ['same-day expiry', selection.sameDayExpiry ? 'allowed' : 'left out'],
    ['strike', strikeText(selection.strike)],
    ['quoted before a pick', `${selection.candidates} contracts`],
    ['spread at most', `${percent(selection.spreadPctMax)} of the mid`],
    ['volume at least', `${selection.volumeMin} contracts of the day`],
    ['open interest at least', `${selection.openInterestMin} contracts`],
  ]
}

function expiryText(of: SelectionRules['expiry']): string {
  if (of.kind === 'dte') return `${of.min} to ${of.max} days from today`
  return 'that of the trading week'
}

function strikeText(of: SelectionRules['strike']): string {
  switch (of.kind) {
    case 'delta':
      return `the nearest to a delta of ${of.target}`
    case 'otm':
      return `${percent(of.min)} to ${percent(of.max)} out of the money`
    default: {
      const side = of.steps < 0 ? 'in' : 'out of'
      return of.steps === 0 ? 'at the money' : `${Math.abs(of.steps)} strikes ${side} the money`
    }
  }
}

function tradeRows({ rules, trendExit }: Settings): readonly Row[] {
  return [
    ['entry', entryText(rules.entry)],
    [
      'take profit, stop loss',
      `${percent(rules.takeProfitPct)}, ${percent(rules.stopLossPct)} of the entry's price`,
    ],
    ['stops', `${STOP_TEXT} ${fallbackText(rules.stopLateMsMax)}`],
    ['trailing stop', percent(rules.trailingStopPct)],
    ['time stop', rules.timeStop === null ? 'none' : timeStopText(rules.timeStop)],
    ['trend exit', trendExit ? 'by the EMA of 20 hours of the underlying' : 'none'],
    ['overnight', rules.holdOvernight ? 'held' : 'closed before the session ends'],
  ]
}

function operationRows(settings: Settings): readonly Row[] {
  return [
    ['last look', lookText(settings.look)],
    ['delayed quotes', settings.selection.allowDelayed ? 'decided on, and marked' : 'never'],
    ['notices', noticesText(settings.notify)],
    [
      'dead-man signal',
      settings.notify.deadMan === null
        ? `off; ${DEAD_MAN_URL} is not set`
        : `after completed cycles, at most every ${settings.notify.deadManEveryMs / 1000} s`,
    ],
    [
      'watchdog',
      `acts after ${settings.watchdog.silentMs / 1000} s of silence, ` +
        `at most ${settings.watchdog.restartsMax} restarts in ten minutes` +
        (settings.watchdog.panic ? '; FLATTENS THE ACCOUNT when the bot stood still' : ''),
    ],
    ['dashboard', dashboardText(settings.dashboard)],
    ['promotion', promotionText(settings)],
    ['state folder', settings.stateFolder],
  ]
}

/** `50% of the spread, 25% every 15 s up to 100%, at most 10% beyond the mid, 60 s in all`. */
function entryText(entry: WalkTerms): string {
  const percent = (ratio: number) => `${Number((ratio * 100).toFixed(4))}%`
  const { step, everyMs, timeToLiveMs } = entry
  const by = step.kind === 'ticks' ? `${step.count} ticks` : percent(step.of)
  return (
    `${percent(entry.start)} of the spread, ${by} every ${everyMs / 1000} s up to ` +
    `${percent(entry.worst)}, at most ${percent(entry.collarPct)} beyond the mid; ` +
    `cancelled after ${timeToLiveMs / 1000} s`
  )
}

function promotionText({ live: { promotion: of, confirmed }, mode }: Settings): string {
  const needs =
    `${of.paperDays} days and ${of.paperEntries} entries in paper, then ` +
    `${of.oneContractDays} and ${of.oneContractEntries} with one contract`
  const override = of.override === 'none' ? '' : `; OVERRIDDEN: ${of.override}`
  const locked = mode === 'live' && !confirmed ? `; locked: ${LIVE_ACCOUNT} is not set` : ''
  return `${needs}${override}${locked}`
}

function restartText({ autoRestart }: Settings['gateway']): string {
  return autoRestart === null ? 'not written down' : `${autoRestart.time} ${autoRestart.zone}`
}

function pacingText(of: Pacing): string {
  return (
    `${Number((of.share * 100).toFixed(2))}% of a login: ${of.messagesPerSecond} messages/s, ` +
    `${of.streams} bar streams, ${of.minuteHistoryPerTenMinutes} history requests/10 min, ` +
    `${of.lines} lines (${of.reservedLines} reserved)`
  )
}

function noticesText({ channels, rules, daySummary }: NotifySettings): string {
  if (channels.length === 0) return `to the log; no channel, and ${WEBHOOK_URL} is not set`
  const each = channels.map(({ name, to, levelMin, quiet }) => {
    const hours = quiet === null ? '' : `, quiet ${quiet.text}`
    return `${name} (${to.kind} at ${placeOf(to)}, from ${levelMin}${hours})`
  })
  const day = daySummary ? '' : '; no summary of the day'
  return `to the log, and to ${each.join('; ')}; ${rules.perMinute} a minute${day}`
}
