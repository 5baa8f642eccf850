import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock, type EpochMs } from '../../src/base/clock.ts'
import { appOf, doorsOf } from '../../src/dashboard/app.ts'
import { FakeCockpit } from '../../src/dashboard/cockpit.testing.ts'
import type { SessionView } from '../../src/dashboard/view.ts'
import { apiInput, smallerApi, type ApiInput } from './api-input.ts'
import { judgeBody, judgeReply } from './api-laws.ts'
import { counted, type Counts } from './edges.ts'
import { shapeOf, subjectOf } from './subject.ts'

const PORT = 8080
/** Of an error: what follows says where, and each place is one of many. */
const SHAPE_MAX = 40
const HOST = `127.0.0.1:${PORT}`

/** The app on no socket, and an admin in it: what is refused is refused for its body. */
async function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-api-'))
  const clock = new VirtualClock({ start: 1 as EpochMs, settled: () => true, speed: null })
  const cockpit = new FakeCockpit()
  const doors = await doorsOf({
    clock,
    cockpit,
    users: [],
    port: PORT,
    pages: null,
    metricsToken: null,
    stateFile: join(folder, 'keys.jsonl'),
    log: () => undefined,
    limits: { scryptCost: 16, requestsPerWindow: 1e9, longPerWindow: 1e9 },
  })
  const app = await appOf(doors)
  let headers: Record<string, string> = {}
  const ask = async (route: string, raw: string) => {
    const [method = '', url = ''] = route.split(' ')
    const said = { host: HOST, 'content-type': 'application/json', ...headers }
    const reply = await app.inject({ method: method as 'POST', url, headers: said, payload: raw })
    return { status: reply.statusCode, text: reply.body, headers: reply.headers }
  }
  const signIn = async (): Promise<void> => {
    headers = {}
    const { secret } = doors.tickets.issue({ name: 'ada', role: 'admin', isAtTerminal: true })
    const reply = await ask('POST /api/v1/session', JSON.stringify({ ticket: secret }))
    const { csrf } = JSON.parse(reply.text) as SessionView
    const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
    headers = { cookie, 'x-csrf-token': csrf }
  }
  await signIn()
  let keys = 0
  const judged = async ({ route, raw }: ApiInput, reached: Counts): Promise<string | null> => {
    headers['idempotency-key'] = `key-of-fuzz-${keys++}`
    const done = cockpit.done.length
    const reply = await ask(route, raw)
    const { error } = JSON.parse(reply.text) as { readonly error?: string }
    counted(reached, `${route}: ${reply.status} ${shapeOf(error ?? 'done').slice(0, SHAPE_MAX)}`)
    if (reply.status !== 200 && cockpit.done.length !== done && reply.status !== 409) {
      return 'refused, and it had an effect'
    }
    cockpit.done.length = 0
    cockpit.asked.length = 0
    // It signed out.
    if (reply.status === 200 && route.endsWith(' /api/v1/session')) await signIn()
    return judgeReply(reply)
  }
  const close = async (): Promise<void> => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { judged, close }
}

let standing: ReturnType<typeof opened> | null = null

/** Bodies of every route that changes something (T20). */
export const api = subjectOf<ApiInput>(
  {
    name: 'api',
    what: 'bodies to every route of the dashboard that takes one',
    inputs: 100_000,
    close: async () => {
      const open = standing
      standing = null // whoever plays on opens another
      await (await open)?.close()
    },
  },
  {
    make: apiInput,
    judge: async (input, reached) => {
      standing ??= opened()
      return judgeBody(input.raw) ?? (await standing).judged(input, reached)
    },
    write: (input) => JSON.stringify(input),
    read: (text) => JSON.parse(text) as ApiInput,
    smaller: smallerApi,
  },
)
