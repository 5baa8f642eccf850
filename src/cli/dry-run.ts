import { join } from 'node:path'
import type { Cancel, Clock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import { money } from '../domain/money.ts'
import type { Broker, MarketData } from '../engine/ports.ts'
import { loadPaper, savePaper } from '../simulator/paper-file.ts'
import { paper } from '../simulator/paper.ts'
import { CommandError } from './exit-codes.ts'
import type { StateFolder } from './state-folder.ts'

/** Named so that nobody takes it for an account. */
export const DRY_RUN_ACCOUNT = 'DRYRUN'

export interface DryBroker {
  readonly broker: Broker
  readonly marketData: MarketData
  readonly close: Cancel
}

/** Simulated orders over live quotes; what they came to survives a restart. */
export function openDryBroker(parts: {
  readonly clock: Clock
  readonly marketData: MarketData
  readonly settings: Settings
  readonly folder: StateFolder
}): DryBroker {
  const { clock, marketData, settings, folder } = parts
  const file = join(folder.path, 'simulated-account.json')
  const saved = loadPaper(file)
  if (!saved.ok) throw new CommandError('journal', saved.error)
  const simulated = paper({
    clock,
    seed: 1,
    marketData,
    account: {
      id: settings.account ?? DRY_RUN_ACCOUNT,
      kind: 'margin',
      type: 'MARGIN',
      cash: money(100_000),
    },
    quoteAgeMsMax: settings.rules.limits.quoteAgeMsMax,
    saved: saved.value,
  })
  const leave = simulated.core.subscribe(() => savePaper(file, simulated.core.state))
  return {
    broker: simulated.broker,
    marketData: simulated.marketData,
    close() {
      leave()
      simulated.close()
    },
  }
}
