import { criteriaOf } from './criteria.ts'
import type { Judgement } from './criterion.ts'
import type { RunFacts } from './facts.ts'

export type ValidationVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

export interface Finding extends Judgement {
  readonly name: string
  readonly wanted: string
}

export interface Validated {
  readonly verdict: ValidationVerdict
  /** Why not PASS; empty when it is. */
  readonly reasons: readonly string[]
  readonly findings: readonly Finding[]
}

/**
 * FAIL when something that must hold did not; INCONCLUSIVE when something could not be judged, or
 * when what failed needs data that the login may not see.
 */
export function validated(facts: RunFacts): Validated {
  const { tally } = facts
  const [noRight] = tally.noRights
  const excused = noRight !== undefined
  const findings = criteriaOf(facts.setup).map((criterion): Finding => {
    const { name, wanted, needsData } = criterion
    const judgement = criterion.judge(facts)
    const isExcused = judgement.held === 'no' && needsData && excused
    return { name, wanted, ...judgement, ...(isExcused && { held: 'open' }) }
  })
  const failed = findings.filter((each) => each.held === 'no')
  const unjudged = findings.filter((each) => each.held === 'open')
  const doubts = [
    ...(excused ? [`no data rights: ${noRight.text}`] : []),
    ...(facts.interrupted ? [interruption(facts)] : []),
  ]
  const texts = (of: readonly Finding[]) => of.map(({ name, found }) => `${name}: ${found}`)
  if (failed.length > 0) return { verdict: 'FAIL', reasons: texts(failed), findings }
  if (unjudged.length > 0 || doubts.length > 0) {
    return { verdict: 'INCONCLUSIVE', reasons: [...doubts, ...texts(unjudged)], findings }
  }
  return { verdict: 'PASS', reasons: [], findings }
}

/** Only hours on a Gateway are worth going on with. */
function interruption({ setup }: RunFacts): string {
  const isLong = setup.phase === 'phase3' && setup.on === 'gateway'
  return isLong ? 'interrupted: the same command continues it' : 'interrupted'
}
