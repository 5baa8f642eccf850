import { existsSync } from 'node:fs'
import { SystemClock } from '../base/clock.ts'
import { passwordVariable } from '../config/dashboard.ts'
import { sideOf } from '../config/ports.ts'
import { hostObjection } from '../config/schema.ts'
import { passwordObjection } from '../dashboard/passwords.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { strategyNames, type StrategyName } from '../strategy/registry.ts'
import type { InitFlags, Plan } from './init-plan.ts'
import * as answers from './init-answers.ts'
import { GaveUp, given, type Asker } from './init-asker.ts'
import { channelsOf } from './init-channels.ts'
import { PROGRAM } from './typed.ts'

const MODES: readonly { readonly value: answers.InitMode; readonly hint: string }[] = [
  {
    value: 'demo',
    hint: 'the built-in simulated Gateway; no account, nothing leaves this machine',
  },
  { value: 'dry-run', hint: "your Gateway's market data, simulated orders; no order can leave" },
  { value: 'paper', hint: 'your Gateway and a paper account; no real money' },
]

const STRATEGIES: Readonly<Record<StrategyName, string>> = {
  scalp: '1-minute bars: averages, VWAP and RSI; many entries a day',
  whale: '1-hour breakouts on volume; once in three days a symbol',
  'daily-volume': '5-minute bars on more volume than their average',
  'vix-regime': 'by the level of the VIX, far out of the money',
}

const LIVE =
  'Live is not offered here: it opens by three acts of a person and a record of paper days, ' +
  'which docs/live.md describes. Begin with dry-run, then paper.'

/** Asks for everything; nothing is written here. Null: the person gave up. */
export async function wizard(
  flags: InitFlags,
  asker: Asker,
  listens: (host: string, port: number) => Promise<boolean> = isListening,
): Promise<Plan | null> {
  try {
    return await asked(flags, { asker, listens })
  } catch (error) {
    if (error instanceof GaveUp) return null
    throw error
  }
}

interface With {
  readonly asker: Asker
  readonly listens: (host: string, port: number) => Promise<boolean>
}

async function asked(flags: InitFlags, { asker, listens }: With): Promise<Plan> {
  if (existsSync(flags.out) && !flags.force) {
    const replace = given(await asker.confirm(`${flags.out} is there already. Replace it?`, false))
    if (!replace) throw new GaveUp()
  }
  asker.say(LIVE)
  const mode = given(
    await asker.choose({ message: 'How shall it trade?', options: MODES, initial: flags.mode }),
  )
  const gateway =
    mode === 'demo'
      ? { host: flags.host, port: flags.port, account: null }
      : await gatewayOf(mode, flags, { asker, listens })
  const { symbols, strategies } = await whatIsTraded(flags, asker)
  const limits = await limitsOf(flags, asker)
  const people = await peopleOf(flags, asker)
  const { secrets, ...told } = people
  const chosen = { mode, ...gateway, symbols, strategies, limits, ...told }
  return { out: flags.out, answers: chosen, secrets }
}

async function gatewayOf(mode: answers.InitMode, flags: InitFlags, { asker, listens }: With) {
  asker.say('IB Gateway listens on 4002 for paper, TWS on 7497; 127.0.0.1 is this machine.')
  for (;;) {
    const host = given(
      await asker.text({
        message: 'Host of IB Gateway or TWS',
        initial: flags.host,
        objection: hostObjection,
      }),
    )
    const port = Number(
      given(
        await asker.text({
          message: 'Its port',
          initial: String(flags.port),
          objection: answers.portObjection,
        }),
      ),
    )
    if (sideOf(port, {}) === null && flags.portIs === null) {
      const message = `Port ${port} is none that IBKR has. Is it that of paper trading, for sure?`
      if (!given(await asker.confirm(message, false))) continue
    }
    if (!(await listens(host, port))) {
      asker.say(
        `Nothing listens at ${host}:${port}. Start IB Gateway, log in, and switch its API on: ` +
          'Configure, API, Settings, "Enable ActiveX and Socket Clients"; see ' +
          'docs/gateway-setup.md. ' +
          `To try without one: ${PROGRAM} simulate --port 4002`,
      )
      if (!given(await asker.confirm('Go on with this address all the same?', true))) continue
    }
    const account =
      mode === 'paper'
        ? given(
            await asker.text({
              message: 'The paper account it may trade, DU or DF and digits',
              initial: flags.account ?? '',
              objection: answers.accountObjection,
            }),
          )
        : null
    return { host, port, account }
  }
}

async function whatIsTraded(flags: InitFlags, asker: Asker) {
  const symbols = answers.symbolsIn(
    given(
      await asker.text({
        message: 'Symbols of US stocks and ETFs, with commas',
        initial: flags.symbols.join(','),
        objection: (text) => answers.symbolsObjection(answers.symbolsIn(text)),
      }),
    ),
  )
  const options = strategyNames.map((value) => ({ value, hint: STRATEGIES[value] }))
  const strategies = given(
    await asker.several({
      message: 'Strategies, asked in this order',
      options,
      initial: flags.strategies,
    }),
  )
  return { symbols, strategies }
}

async function limitsOf(flags: InitFlags, asker: Asker): Promise<answers.SuggestedLimits> {
  const { min, max } = answers.ACCOUNT_SIZE
  const size = Number(
    given(
      await asker.text({
        message: 'Size of the account in dollars: limits are suggested by it',
        initial: String(flags.accountSize),
        objection: (text) =>
          /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max
            ? null
            : `expected whole dollars, ${min} to ${max}`,
      }),
    ),
  )
  const limits = answers.suggestedLimits(size)
  asker.say(
    `Suggested: at most $${limits.orderCost} an entry, ${limits.openStructures} structures open, ` +
      `${limits.contracts} contracts an entry, $${limits.shockLoss} in the worst shock. ` +
      'All of them stand in the file with what they mean.',
  )
  const share = async (message: string, initial: number, most: number): Promise<number> =>
    Number(
      given(
        await asker.text({
          message,
          initial: String(initial),
          objection: (text) =>
            /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= most
              ? null
              : `expected over 0 and at most ${most}`,
        }),
      ),
    )
  const riskPerTradePct = await share(
    'Risk of one entry, percent of the account, by the distance to its stop',
    limits.riskPerTradePct,
    5,
  )
  const dailyLossPct = await share(
    'Loss of a day, percent, after which nothing is entered until the next',
    limits.dailyLossPct,
    50,
  )
  return { ...limits, riskPerTradePct, dailyLossPct }
}

async function peopleOf(flags: InitFlags, asker: Asker) {
  const secrets: Record<string, string> = {}
  const dashboardUser = await userOf(flags, asker, secrets)
  const { channels, hosts } = await channelsOf({ asker, secrets, config: flags.out })
  const notifyHosts = [...new Set([...flags.notifyHosts, ...hosts])]
  return { dashboardUser, channels, notifyHosts, secrets }
}

async function userOf(
  flags: InitFlags,
  asker: Asker,
  secrets: Record<string, string>,
): Promise<string | null> {
  asker.say('The dashboard is on this machine alone; without a password a link lets you in.')
  if (!given(await asker.confirm('A user with a password for it?', flags.dashboardUser !== null))) {
    return null
  }
  const name = given(
    await asker.text({
      message: 'Name, for the journal too',
      initial: flags.dashboardUser ?? 'operator',
      objection: answers.userObjection,
    }),
  )
  secrets[passwordVariable(name)] = given(
    await asker.secret({
      message: 'Password, 12 letters or more; it goes into .env, readable by you alone',
      objection: passwordObjection,
    }),
  )
  return name
}

/** Whether anything accepts a connection there. */
async function isListening(host: string, port: number): Promise<boolean> {
  const dialer = new TcpDialer({ host, port, clock: new SystemClock() })
  const dialled = await dialer.connect()
  if (dialled.ok) dialled.value.close()
  return dialled.ok
}
