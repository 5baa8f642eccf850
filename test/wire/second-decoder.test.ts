import { afterAll, expect, test } from 'vitest'
import { trueCodecs } from './codecs.ts'
import { responseDifferences } from './differences.ts'
import { occurred, secondDecoderCases } from './second-decoder-cases.ts'
import { responseLayouts } from './transcribed-responses.ts'

let cases = 0
const found2 = new Map<string, Set<string>>()
afterAll(() => {
  console.log(`second decoder: ${cases} cases`)
  for (const [k, v] of found2) console.log(k, range([...v]))
})

test.each(responseLayouts.map(({ kind }) => kind))(
  '%s is heard by @stoqey/ib as it was said',
  (kind) => {
    const found = secondDecoderCases(kind)
    cases += found.length
    const odd = found
      .map(({ name, check }) => [name, check(trueCodecs.response)] as const)
      .filter(([, text]) => text !== null)
    for (const [n, all] of odd)
      for (const t of String(all).split('; ')) {
        const k = kind + ' ' + t.replace(/\d+ /, '').replace(/\.\d+/g, '.*').replace(/: .*/, '')
        const s = found2.get(k) ?? new Set()
        s.add(
          n
            .replace('stoqey-', '')
            .replace('ib-', '')
            .replace(' at ', '.')
            .replace('@stoqey/ib', '@'),
        )
        found2.set(k, s)
      }
    expect(odd.length).toEqual(0)
  },
)

test('every listed difference occurs', () => {
  expect(responseDifferences.filter((each) => !occurred.has(each))).toEqual([])
})

function range(all: string[]) {
  const by = new Map<string, number[]>()
  for (const x of all) {
    const [p, v] = x.split('.') as [string, string]
    by.set(p, [...(by.get(p) ?? []), Number(v)])
  }
  return [...by].map(([p, v]) => `${p}:${Math.min(...v)}-${Math.max(...v)}(${v.length})`).join(' ')
}
