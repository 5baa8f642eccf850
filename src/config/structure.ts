import { z } from 'zod'
import { price } from '../domain/money.ts'
import type { SelectionRules } from '../selection/rules.ts'

const EXPECTED =
  'expected "long-option", "buy-write", or a vertical with its width, ' +
  'like "debit-vertical:$5" or "credit-vertical:$2.50"'

/** Which structure expresses an outlook: `selection.structure`. */
export const structureSchema = z
  .string()
  .regex(/^(long-option|buy-write|(debit|credit)-vertical:\$\d{1,4}(\.\d{1,2})?)$/, EXPECTED)
  .transform((text): SelectionRules['structure'] => {
    const vertical = /^(debit|credit)-vertical:\$(.+)$/.exec(text)
    if (vertical === null) return { kind: text === 'buy-write' ? 'buy-write' : 'long-option' }
    const entry = vertical[1] === 'credit' ? 'credit' : 'debit'
    return { kind: 'vertical', width: price(Number(vertical[2])), entry }
  })
  .refine((rule) => rule.kind !== 'vertical' || rule.width > 0, 'expected a width above $0')

/** For people: `debit vertical, $5 wide`. */
export function structureText(structure: SelectionRules['structure']): string {
  if (structure.kind !== 'vertical') return structure.kind
  return `${structure.entry} vertical, $${structure.width / 1e6} wide`
}
