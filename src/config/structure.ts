import { z } from 'zod'
import { price } from '../domain/money.ts'
import type { SelectionRules } from '../selection/rules.ts'

const EXPECTED =
  'expected "long-option", "buy-write", or a spread with its width, ' +
  'like "debit-vertical:$5", "credit-vertical:$2.50" or "iron-condor:$5"'

/** Which structure expresses an outlook: `selection.structure`. */
export const structureSchema = z
  .string()
  .regex(
    /^(long-option|buy-write|(debit-vertical|credit-vertical|iron-condor):\$\d{1,4}(\.\d{1,2})?)$/,
    EXPECTED,
  )
  .transform((text): SelectionRules['structure'] => {
    const [name, dollars] = text.split(':$')
    if (dollars === undefined) return { kind: name === 'buy-write' ? 'buy-write' : 'long-option' }
    const width = price(Number(dollars))
    if (name === 'iron-condor') return { kind: 'iron-condor', width }
    return { kind: 'vertical', width, entry: name === 'credit-vertical' ? 'credit' : 'debit' }
  })
  .refine((rule) => !('width' in rule) || rule.width > 0, 'expected a width above $0')
  .meta({
    value: '`long-option`, `buy-write`, or a spread with its width',
    bounds: '`debit-vertical:$N`, `credit-vertical:$N`, `iron-condor:$N`',
    example: 'debit-vertical:$5',
  })

/** For people: `debit vertical, $5 wide`. */
export function structureText(structure: SelectionRules['structure']): string {
  if (!('width' in structure)) return structure.kind
  const name = structure.kind === 'vertical' ? `${structure.entry} vertical` : 'iron condor'
  return `${name}, $${structure.width / 1e6} wide`
}
