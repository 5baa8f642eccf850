import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ALERTS } from '../../src/domain/alert.ts'
import { VERDICTS } from '../../src/domain/incident.ts'
import { remedyOf } from '../../src/ibkr/diagnosis/remedies.ts'
import { alertsText } from './alerts.ts'
import { generatedIn, headings, pageAt, ROOT, sectionOf } from './pages.ts'

const { text } = pageAt('docs/runbook.md')

/** A union of words in a source file: a type, of which nothing is left when it runs. */
function wordsOf(type: string): readonly string[] {
  const source = readFileSync(join(ROOT, 'src/domain/account.ts'), 'utf8')
  const union = new RegExp(`export type ${type} =([\\s\\S]*?)\\n\\n`).exec(source)?.[1] ?? ''
  const code = union.replaceAll(/\/\/.*$/gm, '')
  return [...code.matchAll(/'([a-z-]+)'/g)].map(([, word = '']) => word)
}

const wanted = [
  ['Verdicts', VERDICTS],
  ['Gates', wordsOf('Gate').map((gate) => `gate ${gate}`)],
  ['Level causes', wordsOf('LevelCause').map((cause) => `level ${cause}`)],
] as const

describe('docs/runbook.md', () => {
  test.each(wanted)('%s: an entry for each, in this order, and for nothing else', (title, all) => {
    const entries = headings(sectionOf(text, title)).map((heading) => heading.text)
    expect(all.length).toBeGreaterThan(8)
    expect(entries).toEqual(all)
  })

  test('each entry says what it means, who does what, when to intervene, when it is over', () => {
    const entries = wanted.flatMap(([, all]) => all)
    const short = entries.filter((entry) => {
      const said = sectionOf(text, entry)
      const parts = ['Means', 'The bot', 'You, in this order', 'Intervene when', 'Over when']
      return !parts.every((part) => new RegExp(`^- \\*\\*${part}:\\*\\* \\S`, 'm').test(said))
    })
    expect(short).toEqual([])
  })

  test('the remedy of a verdict is that of the bot, word for word', () => {
    const plain = (of: string): string => of.replaceAll('\\', '').replaceAll(/\s+/g, ' ')
    const others = VERDICTS.filter((verdict) => {
      return !plain(sectionOf(text, verdict)).includes(plain(remedyOf(verdict)))
    })
    expect(others).toEqual([])
  })

  test('alerts: an entry for each, as the catalogue has it, and for nothing else', () => {
    // Again: npx tsx test/docs/write.ts
    expect(generatedIn(text, 'alerts')).toBe(alertsText(ALERTS))
    const entries = headings(sectionOf(text, 'Alerts')).map((heading) => heading.text)
    expect(entries).toEqual(Object.keys(ALERTS))
  })

  test('a link to an alert comes to that alert', () => {
    const anchors = headings(text).map(({ anchor }) => anchor)
    expect(Object.keys(ALERTS).filter((name) => !anchors.includes(name))).toEqual([])
    const rules = readFileSync(join(ROOT, 'config/monitoring/prometheus-alerts.yml'), 'utf8')
    const linked = [...rules.matchAll(/docs\/runbook\.md#(\S+)/g)].map(([, anchor = '']) => anchor)
    expect(linked.length).toBeGreaterThan(15)
    expect(linked.filter((anchor) => !anchors.includes(anchor))).toEqual([])
  })
})
