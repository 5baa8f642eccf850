import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALERTS, isAlertName } from './alert.ts'

const root = join(import.meta.dirname, '..')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !/\.(test|contract|testing)\.ts$/.test(path),
)
const texts = files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Of every call that tells a person something: what stands where the alert's name belongs. */
const CALLS = /(?:\bturn\.notify|\bnotice|\bnoticeOf)\(\s*('[a-z-]+'|`[^`]*`|[A-Za-z_.[\]]+)/g

/** Names that a call picks among: in each of these files the type holds them to the catalogue. */
const PICKED: readonly string[] = ['alert', 'alertOf', 'ALERT_OF[cause]', '`watchdog-${key}`']

/** `ibkr/` has notices of its own, which are no words to a person. */
const tellers = texts.filter(({ text }) =>
  /turn\.notify|from '[./]*(domain)?\/alert\.ts'/.test(text),
)

const calls = tellers.flatMap(({ path, text }) =>
  [...text.matchAll(CALLS)].map(([, name = '']) => ({ path, name })),
)

test('every call that tells a person something names an alert of the catalogue', () => {
  const strangers = calls.filter(({ path, name }) => {
    if (path === 'domain/alert.ts' || PICKED.includes(name)) return false
    return !isAlertName(name.replaceAll("'", ''))
  })
  expect(calls.length).toBeGreaterThan(45)
  expect(strangers).toEqual([])
})

test('nobody makes such a word beside the catalogue', () => {
  const beside = texts.filter(({ path, text }) => {
    return path !== 'domain/alert.ts' && /kind: 'notify'/.test(text)
  })
  expect(beside.map(({ path }) => path)).toEqual([])
})

test('every alert of the catalogue can be raised', () => {
  const all = texts.filter(({ path }) => path !== 'domain/alert.ts').map(({ text }) => text)
  const watchdogs = all.join('\n')
  const idle = Object.keys(ALERTS).filter((name) => {
    const short = name.replace(/^watchdog-/, '')
    return !watchdogs.includes(`'${name}'`) && !watchdogs.includes(`'${short}'`)
  })
  expect(idle).toEqual([])
})

test('each says what it is and what to do, on one line each', () => {
  for (const { what, remedy } of Object.values(ALERTS)) {
    expect(what).toMatch(/^[^\n]{10,120}$/)
    expect(remedy).toMatch(/^[A-Z][^\n]{5,160}\.$/)
  }
})
