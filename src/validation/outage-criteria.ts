import { held, open, seconds } from './criterion.ts'
import type { Criterion, Judgement } from './criterion.ts'
import type { Setup } from './facts.ts'
import { namedAfterMs, recoveredAfterMs, verdictOfOutage } from './outages.ts'
import type { Outage } from './outages.ts'

/** From the first sign to the verdict. */
export const NAMED_MS_MAX = 30_000
/** From when the Gateway answers again to the last sign of it. */
export const RECOVERED_MS_MAX = 30_000

/** What broke was named, and it was over when it could be. */
export function outageCriteria({ on, scenario }: Setup): readonly Criterion[] {
  const right = on === 'simulator' ? 'the right verdict' : 'a verdict'
  const planted = scenario === null ? '' : `; scenario ${scenario.name}`
  const label = scenario?.label == null ? '' : `: ${scenario.label}`
  return [
    {
      name: 'diagnosis',
      wanted: `${right} within ${seconds(NAMED_MS_MAX)} of the first sign${planted}${label}`,
      needsData: false,
      judge: ({ outages, setup }) => judged(outages, (outage) => diagnosed(outage, setup)),
    },
    recovery,
  ]
}

export const recovery: Criterion = {
  name: 'recovery',
  wanted: `within ${seconds(RECOVERED_MS_MAX)} of the Gateway's answering again`,
  needsData: false,
  judge: ({ outages }) => judged(outages, recovered),
}

/** All of them in one: a wrong one first, then one that could not be judged. */
function judged(outages: readonly Outage[], judge: (outage: Outage) => Judgement): Judgement {
  if (outages.length === 0) return held(true, 'nothing was interrupted')
  const all = outages.map((outage) => ({ ...judge(outage), name: nameOf(outage) }))
  const worst = all.find((each) => each.held === 'no') ?? all.find((each) => each.held === 'open')
  const text = all.map(({ name, found }) => `${name}: ${found}`).join('; ')
  return { held: worst?.held ?? 'yes', found: text }
}

function nameOf({ planted, noticed }: Outage): string {
  return planted?.name ?? noticed[0]?.symptom ?? 'outage'
}

function diagnosed(outage: Outage, { on }: Setup): Judgement {
  const { planted, noticed } = outage
  const verdict = verdictOfOutage(outage)
  if (planted?.label === null && verdict === null) return held(true, 'nothing to diagnose')
  if (planted === null && on === 'simulator') {
    return held(false, `${verdict ?? 'unnamed'}, where nothing was broken`)
  }
  if (noticed.length === 0) return held(false, 'never noticed')
  const ms = namedAfterMs(outage)
  if (planted?.label != null && verdict !== planted.label) {
    return held(false, `${verdict ?? 'unnamed'}, expected ${planted.label}`)
  }
  if (ms === null) return held(false, `${verdict ?? 'unnamed'}, never determined`)
  return held(ms <= NAMED_MS_MAX, `${verdict ?? 'unnamed'} after ${seconds(ms)}`)
}

function recovered(outage: Outage): Judgement {
  const { noticed, answersAt, planted } = outage
  const isOpen = noticed.some(({ clearedAt }) => clearedAt === null)
  if (planted !== null && planted.healedAt === null) {
    return open('was never healed: there was nothing to recover to')
  }
  if (isOpen) {
    return planted === null ? open('was not over at the end') : held(false, 'never recovered')
  }
  const ms = recoveredAfterMs(outage)
  if (ms === null || answersAt === null) return held(true, 'over; the connection stayed')
  return held(ms <= RECOVERED_MS_MAX, `after ${seconds(ms)}`)
}
