import type { ProblemReply } from './view.ts'

/** What a route says no with; whoever throws it has done nothing yet, or says what it did. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly problem: ProblemReply

  constructor(status: number, problem: ProblemReply) {
    super(problem.error)
    this.status = status
    this.problem = problem
  }
}

export function refusal(status: number, error: string, remedy: string): Refusal {
  return new Refusal(status, { error, remedy })
}
