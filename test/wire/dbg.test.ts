import { test } from 'vitest'
import { readFileSync } from 'node:fs'
import { trueCodecs } from './codecs.ts'
import { frameOf } from './evidence.ts'
test('x', () => {
  const d = JSON.parse(readFileSync('../shared/ibkr/vectors/rust-ibapi-v1.json', 'utf8'))
  const seen = new Map<string, string[]>()
  for (const { at, fields } of d.frames) {
    const f = fields.at(-1) === '' ? fields.slice(0, -1) : fields
    const cut = fields.at(-1) === '' ? '' : 'UNTERMINATED '
    const outs: string[] = []
    for (const side of ['response', 'request'] as const) {
      const by = new Map<string, number[]>()
      for (let v = 163; v <= 173; v++) {
        const r = trueCodecs[side].decode(frameOf(f).subarray(4), v)
        const o = r.ok ? 'ok ' + (r.value as any).kind : r.error.kind === 'surplus' && f.at(-1) === '' && r.error.detail.startsWith('1 ') ? 'artefact ' + r.error.message : r.error.kind === 'unknown-message' ? 'unknown' : 'x ' + r.error.kind + ' ' + r.error.message + '.' + r.error.field + ' ' + r.error.detail
        by.set(o, [...(by.get(o) ?? []), v])
      }
      outs.push(side + ': ' + [...by].map(([o, vs]) => `${o} [${vs[0]}-${vs.at(-1)}]`).join(' | '))
    }
    const k = cut + outs.join('  ##  ')
    seen.set(k, [...(seen.get(k) ?? []), at + ' ' + fields.length])
  }
  for (const [k, ats] of seen) console.log(k + '\n      ' + ats.join('  '))
})
