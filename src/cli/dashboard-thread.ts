import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { assert } from '../base/assert.ts'
import { SystemClock } from '../base/clock.ts'
import { fail, type Result } from '../base/result.ts'
import { Secret } from '../base/secret.ts'
import { startDashboard } from '../dashboard/server.ts'
import type { CommandReply, ProblemReply } from '../dashboard/view.ts'
import { ANSWER_MS_MAX } from './control.ts'
import { ThreadCockpit, type CockpitParts } from './dashboard-cockpit.ts'
import { JournalModels } from './dashboard-journal.ts'
import type { FromThread, ThreadData, ToThread } from './dashboard-messages.ts'

/**
 * The thread of the dashboard: the server, and everything that it shows. It reads the journal's
 * file itself, and asks the bot for nothing but commands.
 */
async function dashboardThread(data: ThreadData): Promise<void> {
  const port = parentPort
  assert(port !== null, 'a thread has a port to its parent')
  const say = (message: FromThread): void => port.postMessage(message)
  const clock = new SystemClock()
  const models = new JournalModels(data.journal, data)
  const waiting = new Map<number, (result: Result<CommandReply, ProblemReply>) => void>()
  let asked = 0
  const command: CockpitParts['command'] = (by, verb, body) =>
    new Promise((resolve) => {
      const id = ++asked
      const stop = clock.after(ANSWER_MS_MAX, () => done(UNANSWERED))
      const done = (result: Result<CommandReply, ProblemReply>): void => {
        stop()
        waiting.delete(id)
        resolve(result)
      }
      waiting.set(id, done)
      say({ kind: 'command', id, by, verb, body, until: clock.now() + ANSWER_MS_MAX })
    })
  const log = (line: string): void => say({ kind: 'log', line })
  let streamsDropped = () => 0 // until the server is there
  const cockpit = new ThreadCockpit({
    clock,
    data,
    models,
    command,
    streamsDropped: () => streamsDropped(),
    log,
  })
  const server = await startDashboard({
    clock,
    cockpit,
    users: data.users.map(({ name, role, password }) => {
      return { name, role, password: new Secret(password) }
    }),
    port: data.port,
    pages: data.pages,
    metricsToken: data.metricsToken === null ? null : new Secret(data.metricsToken),
    stateFile: data.stateFile,
    log,
  })
  streamsDropped = () => server.counts().dropped
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'view':
        cockpit.told(message)
        return say({ kind: 'taken' })
      case 'done':
        return waiting.get(message.id)?.(message.result)
      case 'link': {
        const url = `${server.url}/#ticket=${server.ticket(message.role, message.name)}`
        return say({ kind: 'linked', id: message.id, url })
      }
      default:
        void server.close().then(() => {
          cockpit.close()
          models.close()
          port.close()
        })
    }
  })
  say({ kind: 'up', url: server.url, port: server.port })
  await cockpit.catchUp()
}

const UNANSWERED = fail({
  error: 'the bot did not answer; it may still act on this, as soon as it goes on',
  remedy: 'See whether it is stalled; the command kill and panic work without it.',
})

function failed(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  const port = parentPort
  const said: FromThread = { kind: 'failed', code, message }
  port?.postMessage(said)
  port?.close()
}

if (!isMainThread) dashboardThread(workerData as ThreadData).catch(failed)
