import { command, sent, whole } from '../options.ts'

/** What one bot of the campaign is to go through. */
export interface Part {
  readonly seed: number
  readonly kills: number
  /** Of the build that the campaign made for itself. */
  readonly main: string
}

export const SIGKILL = command({
  run: 'npm run sigkill',
  what: 'Real processes over TCP and on files, killed at random moments and started again.',
  options: {
    kills: whole({ help: 'how many', least: 1, initial: 200 }),
    seed: whole({ help: 'default: drawn from the clock, and printed', initial: null }),
    part: sent<Part>(),
  },
})
