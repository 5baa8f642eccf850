import { expect, test } from 'vitest'
import type { Incident } from '../domain/incident.ts'
import { now } from '../orders/fixtures.testing.ts'
import { ready, run } from './play.testing.ts'

const incident: Incident = {
  id: 'i-1',
  symptom: 'gateway-silent',
  since: now,
  evidence: ['fact'],
  timeline: [],
  verdict: {
    name: 'UNDETERMINED',
    scope: null,
    excluded: [],
    candidates: [],
    missing: ['canary'],
  },
  tried: [],
}
const known: Incident = { ...incident, verdict: { ...incident.verdict, name: 'GATEWAY_HUNG' } }
const observed = { kind: 'incident-observed', notice: null } as const

test('an incident is journaled from its beginning to its end, each once', () => {
  const story = ready()
  const before = story.journal.length
  for (const phase of ['opened', 'opened', 'updated', 'ended', 'ended', 'updated'] as const) {
    story.happens({ ...observed, phase, incident: phase === 'opened' ? incident : known })
    if (phase === 'updated') break
  }
  expect(story.state.incidents.get('i-1')?.verdict.name).toBe('GATEWAY_HUNG')
  story.happens({ ...observed, phase: 'ended', incident: known })
  story.happens({ ...observed, phase: 'ended', incident: known })
  story.happens({ ...observed, phase: 'updated', incident: known })
  const types = story.journal.slice(before).map(({ event }) => event.type)
  expect(types).toEqual(['IncidentOpened', 'IncidentUpdated', 'IncidentEnded'])
  expect(story.state.incidents.size).toBe(0)
})

test('one that a dead process left open ends with the next run, and says why', () => {
  const story = ready()
  story.happens({ ...observed, phase: 'opened', incident })
  story.happens({ kind: 'run-started', ...run })
  expect(story.state.incidents.size).toBe(0)
  const ended = story.journal.find(({ event }) => event.type === 'IncidentEnded')
  expect(JSON.stringify(ended)).toContain('the process that watched it ended')
})

test('a person is told what the connections say a person must be told', () => {
  const story = ready()
  const notice = { level: 'critical', message: 'page' } as const
  story.happens({ kind: 'incident-observed', phase: 'updated', incident, notice })
  expect(story.sent).toContainEqual({ kind: 'notify', alert: 'incident', ...notice })
})

test('what must not go on is a halt with its cause, until a person resumes', () => {
  const story = ready()
  story.happens({ kind: 'halt-required', cause: 'decode-drift', reason: 'openOrder: 1 left' })
  expect(story.state).toMatchObject({ tradingState: 'halt', levelCause: 'decode-drift' })
})
