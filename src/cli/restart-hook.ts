import { spawn } from 'node:child_process'
import type { GatewaySettings } from '../config/settings.ts'
import type { RestartHook } from '../ibkr/diagnosis/supervision.ts'

/** A restart that is asked for and cannot be done must not go unseen. */
type Say = (text: string) => void

/**
 * Runs what a person configured to restart the Gateway: a program and its arguments, no shell. It
 * is left to itself; that the Gateway is back is proven by the Gateway, not by an exit code.
 */
export function restartHook(
  { restartCommand, restartEveryMs }: Pick<GatewaySettings, 'restartCommand' | 'restartEveryMs'>,
  say: Say,
): RestartHook | null {
  const [program, ...args] = restartCommand ?? []
  if (program === undefined) return null
  return {
    everyMs: restartEveryMs,
    run: () => {
      say(`restarting the Gateway: ${[program, ...args].join(' ')}`)
      const child = spawn(program, args, { detached: true, stdio: 'ignore' })
      child.on('error', (error) => say(`the restart command failed: ${error.message}`))
      child.on('exit', (code) => say(`the restart command ended with ${code ?? 'a signal'}`))
      child.unref()
    },
  }
}
