import type { RiskLimits } from '../risk/limits.ts'
import type { SelectionRules } from '../selection/rules.ts'
import type { Rules } from '../trading/command.ts'
import type { ConfigFile } from './schema.ts'

/** The rules of the core: what the file says, and the constants of promises.md. */
export function rulesOf(file: ConfigFile): Rules {
  return {
    limits: limitsOf(file),
    accountKind: file.account_kind ?? null,
    underlyings: file.symbols.map(({ underlying }) => underlying),
    entry: file.entry,
    takeProfitPct: file.exits.take_profit,
    stopLossPct: file.exits.stop_loss,
    trailingStopPct: file.exits.trailing_stop,
    timeStop: file.exits.time_stop,
    holdOvernight: file.exits.hold_overnight,
    intentMsMax: 5_000, // P5
    ackMsMax: 5_000, // P4
    proofAfterMs: 10_000, // P4
    quarantineMs: 60_000, // P23
    stopLateMsMax: 15_000,
    childResendMs: 50, // promises 3.4: IBKR names a pause of up to 50 ms
    unexplainedMsMax: 300_000, // P24
    closeBeforeExpiryMs: 3_600_000, // P34
    allowDelayed: file.allow_delayed,
  }
}

/** The filters of the selection are limits too: the decide turn judges them once more. */
function limitsOf({ risk, selection }: ConfigFile): RiskLimits {
  const { spreadPctMax, volumeMin, openInterestMin, structure } = selection
  return { ...risk, spreadPctMax, volumeMin, openInterestMin, longOnly: opensLongOnly(structure) }
}

function opensLongOnly({ kind }: SelectionRules['structure']): boolean {
  return kind === 'long-option'
}
