import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { assert } from '../base/assert.ts'
import { SystemClock } from '../base/clock.ts'
import { Secret } from '../base/secret.ts'
import { startDashboard } from '../dashboard/server.ts'
import { AskedCommands } from './asked-commands.ts'
import { ThreadCockpit } from './thread-cockpit.ts'
import { JournalModels } from './journal-models.ts'
import type { FromThread, ThreadData, ToThread } from './messages.ts'

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
  const asked = new AskedCommands(clock, say)
  const log = (line: string): void => say({ kind: 'log', line })
  let streamsDropped = () => 0 // until the server is there
  let listensAt = data.port
  const cockpit = new ThreadCockpit({
    clock,
    data,
    models,
    command: asked.command,
    port: () => listensAt,
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
  listensAt = server.port
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'view':
        cockpit.told(message)
        return say({ kind: 'taken' })
      case 'done':
        return asked.answered(message.id, message.result)
      case 'link': {
        const ticket = server.ticket(message.role, message.name, message.interactive)
        const url = `${server.url}/#ticket=${ticket}`
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

function failed(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  const port = parentPort
  const said: FromThread = { kind: 'failed', code, message }
  port?.postMessage(said)
  port?.close()
}

if (!isMainThread) dashboardThread(workerData as ThreadData).catch(failed)
