import { assert } from '../base/assert.ts'
import { sideOf } from '../config/ports.ts'
import type { InitAnswers } from './init-answers.ts'

/**
 * The example with the answers in it, so that every key keeps its comment. A line that is not
 * there any more is a defect of ours, and never a file that says something else.
 */
export function configText(example: string, answers: InitAnswers): string {
  const { limits } = answers
  let text = example
  const replace = (pattern: RegExp, line: string): void => {
    assert(pattern.test(text), `the example has a line like ${pattern.source}`)
    text = text.replace(pattern, () => line)
  }
  const value = (key: string, of: string): void => {
    const pattern = new RegExp(`^(  ${key}: )\\S+`, 'm')
    const [, before = ''] = pattern.exec(text) ?? []
    replace(pattern, before + of)
  }
  replace(/^# Every key there is\..*\n(#.*\n)*/, HEAD)
  replace(/^mode: demo$/m, `mode: ${answers.mode}`)
  if (answers.account !== null) replace(/^# account: DU1234567$/m, `account: ${answers.account}`)
  if (answers.mode !== 'demo') {
    replace(/^# gateway:$/m, 'gateway:')
    replace(/^# {3}host: \S+$/m, `  host: ${answers.host}`)
    replace(/^# {3}port: 4002 /m, `  port: ${answers.port} `)
    if (sideOf(answers.port, {}) === null) {
      replace(/^# {3}ports: \{ 14002: paper \}/m, `  ports: { ${answers.port}: paper }`)
    }
  }
  const symbols = answers.symbols.map((each) => `  - ${each}\n`).join('')
  replace(/^symbols:\n( {2}- \S+\n)+/m, `symbols:\n${symbols}`)
  replace(/^strategies: \[.*\]$/m, `strategies: [${answers.strategies.join(', ')}]`)
  value('max_risk_per_trade', `${limits.riskPerTradePct}%`)
  value('max_daily_loss', `${limits.dailyLossPct}%`)
  value('max_open_structures', String(limits.openStructures))
  value('max_order_cost', `$${limits.orderCost}`)
  value('max_structure_loss', `$${limits.structureLoss}`)
  value('max_baseline_difference', `$${limits.baselineDifference}`)
  value('max_delta', `$${limits.delta}`)
  value('max_gamma', `$${limits.gamma}`)
  value('max_vega', `$${limits.vega}`)
  value('max_theta', `$${limits.theta}`)
  value('max_shock_loss', `$${limits.shockLoss}`)
  // Of the encoder, set a little wider than those of `risk:`; it stands first in the file.
  value('max_contracts', String(Math.ceil(limits.contracts * 1.5)))
  value('max_notional', `$${Math.ceil(limits.orderCost * 2.5)}`)
  replace(/^( {2}max_contracts: )20 # units of one entry$/m, contractsLine(limits.contracts))
  if (answers.notifyHosts.length > 0) {
    replace(/^ {2}hosts: \[\]/m, `  hosts: [${answers.notifyHosts.join(', ')}]`)
  }
  if (answers.channels.length > 0) {
    const lines = answers.channels.map(({ kind, keys }) => {
      const all = Object.entries({ kind, ...keys }).map(([key, of]) => `${key}: ${of}`)
      return `    - { ${all.join(', ')} }`
    })
    replace(/^ {2}channels: \[\].*$/m, `  channels:\n${lines.join('\n')}`)
  }
  if (answers.dashboardUser !== null) text = withUser(text, answers.dashboardUser)
  return text
}

const HEAD =
  '# Made by `ibkr-options-bot init` from config/example.yaml, which has every key there is.\n' +
  '# Ask `ibkr-options-bot config check --config FILE` after every change.\n' +
  '# Values carry their unit: 1%, 15s, $500. What is unknown or out of its bounds is refused.\n'

function contractsLine(contracts: number): string {
  return `  max_contracts: ${contracts} # units of one entry`
}

/** Into the section of the dashboard, where the example has one, else at the end. */
export function withUser(text: string, user: string): string {
  const line = `  users: { "${user}": trader } # the password stands in the environment, or in .env`
  const users = /^[# ] {1,3}users: .*$/m
  const at = text.search(/^dashboard:$/m)
  if (at < 0) return `${text.trimEnd()}\n\ndashboard:\n${line}\n`
  const rest = text.slice(at)
  const section = rest.split(/\n(?=\S)/)[0] ?? ''
  const filled = users.test(section)
    ? section.replace(users, () => line)
    : `${section.trimEnd()}\n${line}\n`
  return text.slice(0, at) + filled + rest.slice(section.length)
}
