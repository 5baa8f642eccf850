import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { COMMON } from './fault.ts'
import { FAULTS } from './faults.ts'
import { ORDER_CODES } from './order-codes.ts'
import { parseScenario } from './scenario.ts'

const FILE = join(import.meta.dirname, '../../../docs/scenarios.md')
const [FROM, TO] = ['<!-- faults -->', '<!-- end of faults -->']
const [CODES_FROM, CODES_TO] = ['<!-- codes -->', '<!-- end of codes -->']

interface Described {
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly items?: Described
  readonly type?: string
  readonly anyOf?: readonly Described[]
}

/** `farm: quotes`, or what it may be where it has no default; then what it is. */
function parameterText(name: string, of: Described): string {
  const choices = of.enum ?? of.items?.enum
  const options = choices === undefined ? '' : ` (${choices.join(', ')})`
  const value = of.default === undefined ? '' : `: ${JSON.stringify(of.default)}`
  return `\`${name}${value}\` ${of.description ?? ''}${options}`
}

function faultTable(): string {
  const rows = Object.entries(FAULTS)
    .sort(([, { number: one }], [, { number: other }]) => rank(one) - rank(other))
    .map(([name, { number, line, label, parameters, connections }]) => {
      const { properties = {} } = z.toJSONSchema(parameters, { io: 'input' })
      const own = Object.entries(properties).filter(([key]) => !Object.hasOwn(COMMON, key))
      const texts = own.map(([key, schema]) => parameterText(key, schema as Described))
      const scope = connections === 'open' ? ['only connections that are open, unless told'] : []
      const cells = [number, `\`${name}\``, line, [...texts, ...scope].join('; '), label ?? '-']
      return `| ${cells.join(' | ')} |`
    })
  const head = ['| # | name | what happens | parameters | verdict |', '| - | - | - | - | - |']
  return [...head, ...rows].join('\n')
}

function codeTable(): string {
  const rows = Object.entries(ORDER_CODES).map(([code, { text, onNew }]) => {
    const becomes = onNew === 'refused' ? 'refused' : 'lives'
    return `| ${code} | ${text} | ${onNew === null ? '-' : becomes} |`
  })
  return ['| code | text | a new order |', '| - | - | - |', ...rows].join('\n')
}

function rank(number: string): number {
  return Number(number.slice(1)) + (number.startsWith('S') ? 1_000 : 0)
}

/** `vitest run src/simulator/faults/scenarios-doc.test.ts -u` writes it anew. */
test('docs/scenarios.md lists every fault with its parameters', async () => {
  const text = readFileSync(FILE, 'utf8')
  const [before = '', rest = ''] = text.split(FROM)
  const [, after = ''] = rest.split(TO)
  const [middle = '', codes = ''] = after.split(CODES_FROM)
  const [, end = ''] = codes.split(CODES_TO)
  const tail = `${middle}${CODES_FROM}\n\n${codeTable()}\n\n${CODES_TO}${end}`
  const whole = `${before}${FROM}\n\n${faultTable()}\n\n${TO}${tail}`
  const options = { ...(await resolveConfig(FILE)), parser: 'markdown' }
  await expect(await format(whole, options)).toMatchFileSnapshot(FILE)
})

test('the example in docs/scenarios.md is a scenario', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(FILE, 'utf8')) ?? []
  expect(parseScenario(yaml)).toMatchObject({ ok: true, value: { name: 'bad-morning' } })
})
