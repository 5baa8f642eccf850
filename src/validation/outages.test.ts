import { expect, test } from 'vitest'
import type { Incident } from '../domain/incident.ts'
import type { Entry } from '../journal/rows.ts'
import { at, noticedOf, plantedOf } from './facts.testing.ts'
import { isBroken, namedAfterMs, noticedIn, outagesOf, recoveredAfterMs } from './outages.ts'
import { verdictOfOutage } from './outages.ts'

const CLEARED = 'quiet'

function entry(
  ms: number,
  type: 'IncidentOpened' | 'IncidentUpdated' | 'IncidentEnded',
  of: { readonly verdict: Incident['verdict']['name']; readonly quietAt?: number },
): Entry {
  const { verdict: name, quietAt } = of
  const incident: Incident = {
    id: 'i-1',
    symptom: 'history silent',
    since: at(1_000),
    verdict: { name, scope: null, excluded: [], candidates: [], missing: [] },
    evidence: [],
    timeline: quietAt === undefined ? [] : [{ at: at(quietAt), text: CLEARED }],
    tried: [],
  }
  return { seq: ms, at: at(ms), event: { type, incident } }
}

test('of a journal: every verdict with its moment, and when the last sign went', () => {
  const [noticed] = noticedIn(
    [
      entry(9_000, 'IncidentOpened', { verdict: 'UNDETERMINED' }),
      entry(12_000, 'IncidentUpdated', { verdict: 'HMDS_DOWN' }),
      entry(15_000, 'IncidentUpdated', { verdict: 'HMDS_DOWN' }),
      entry(40_000, 'IncidentEnded', { verdict: 'HMDS_DOWN', quietAt: 29_000 }),
    ],
    CLEARED,
  )
  expect(noticed).toMatchObject({ verdict: 'HMDS_DOWN', clearedAt: at(29_000) })
  expect(noticed?.named).toEqual([
    { verdict: 'UNDETERMINED', at: at(9_000) },
    { verdict: 'HMDS_DOWN', at: at(12_000) },
  ])
})

test('what is planted owns what is noticed from then on; the rest stands for itself', () => {
  const own = noticedOf()
  const other = noticedOf({ id: 'i-2', since: at(5_000_000), clearedAt: at(5_060_000) })
  const outages = outagesOf({
    planted: [plantedOf()],
    noticed: [own, other],
    linkUps: [at(0), at(5_050_000), at(6_000_000)],
  })
  expect(outages.map(({ noticed }) => noticed)).toEqual([[own], [other]])
  expect(outages.map(({ answersAt }) => answersAt)).toEqual([at(720_000), at(5_050_000)])
  expect(outages.map(recoveredAfterMs)).toEqual([3_000, 10_000])
  expect(outages.map(verdictOfOutage)).toEqual(['HMDS_DOWN', 'HMDS_DOWN'])
})

test('of two that may have caused it, the later one did', () => {
  const first = plantedOf()
  const second = plantedOf({ name: 'S2-1100', beganAt: at(760_000), healedAt: at(800_000) })
  const noticed = [noticedOf(), noticedOf({ id: 'i-2', since: at(761_000) })]
  const outages = outagesOf({ planted: [first, second], noticed, linkUps: [] })
  expect(outages.map(({ planted, noticed: own }) => [planted, own])).toEqual([
    [first, noticed.slice(0, 1)],
    [second, noticed.slice(1)],
  ])
})

test('only the right verdict counts where it is known, any where it is not', () => {
  const named = [
    { verdict: 'UNDETERMINED', at: at(611_000) },
    { verdict: 'PACING', at: at(615_000) },
    { verdict: 'HMDS_DOWN', at: at(620_000) },
  ]
  const noticed = [noticedOf({ named })]
  expect(namedAfterMs({ planted: plantedOf(), noticed, answersAt: null })).toBe(10_000)
  expect(namedAfterMs({ planted: null, noticed, answersAt: null })).toBe(5_000)
})

test('broken from the first sign to a while after the last one', () => {
  const outages = outagesOf({ planted: [plantedOf()], noticed: [noticedOf()], linkUps: [] })
  const moments = [0, 599_000, 700_000, 800_000, 900_000]
  expect(moments.map((ms) => isBroken(outages, at(ms)))).toEqual([false, true, true, true, false])
})
