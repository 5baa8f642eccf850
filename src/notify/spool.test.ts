import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Told } from './outbox.ts'
import { readSpool, Spool } from './spool.ts'

const root = mkdtempSync(join(tmpdir(), 'spool-'))
afterAll(() => rmSync(root, { recursive: true }))

function newSpool(name: string, bytesMax: number) {
  const path = join(root, name)
  const turns: (() => void)[] = []
  const soon = (work: () => void) => turns.push(work)
  const of = { path, instance: 'i', redact: (text: string) => text, said: () => undefined }
  return { path, turns, spool: new Spool({ ...of, bytesMax, soon }) }
}

function told(message: string): Told {
  return { key: message, alert: 'test', level: 'critical', message, at: 0 as EpochMs, count: 1 }
}

test('while much waits nothing is written anew in a turn; ended lines go later, in one', () => {
  const { path, turns, spool } = newSpool('much', 2_000)
  const inode = () => statSync(path).ino
  const ids = [...Array(50).keys()].map((i) => spool.added('a', told(`m${i} ${'x'.repeat(100)}`)))
  const first = inode()
  expect(turns).toEqual([])
  spool.ended(ids.slice(0, 45))
  expect(inode()).toBe(first)
  expect(turns).toHaveLength(1)
  const before = statSync(path).size
  turns[0]?.()
  expect(statSync(path).size).toBeLessThan(before / 2)
  spool.added('a', told('after'))
  expect(readSpool(path).waiting.size).toBe(6)
  expect(turns).toHaveLength(1)
  spool.close()
})

test('a text is bounded on the disk', () => {
  const { path, spool } = newSpool('long', 1_000_000)
  spool.added('a', told('x'.repeat(9_000)))
  expect(readFileSync(path, 'utf8').length).toBeLessThan(2_500)
  spool.close()
})
