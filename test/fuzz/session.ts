import type { OrderReport } from '../../src/domain/report.ts'
import {
  bracketOf,
  DATA_CLIENT,
  ORDER_CLIENT,
  quietAccount,
  upRig,
} from '../../src/ibkr/gateway.testing.ts'
import type { Notice } from '../../src/ibkr/session/link.ts'
import { type Peer, World } from '../../src/ibkr/peer.testing.ts'
import { GatewayBench } from '../../src/simulator/session/session.testing.ts'
import { piecesOf } from './drawn.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { answerOddly } from './session-answers.ts'
import { readSession, sessionInput, smallerSession, writeSession } from './session-input.ts'
import type { SessionInput } from './session-input.ts'
import { Questions } from './session-questions.ts'
import { shapeOf, subjectOf } from './subject.ts'
import { thrown } from './timed.ts'
import { framesIn } from './wire-laws.ts'

/** Virtual time in which a connection that was lost must be back: the Gateway is well again. */
const BACK_MS = 60_000

/** Of the processor, for a session of a minute; it takes about fifteen. */
const MS_MAX = 5_000

/** What was thrown where nobody awaits it. One input at a time, so that it is known whose it is. */
const escaped: unknown[] = []

/** Whole connections after a good handshake, of the bot and of the simulated Gateway. */
export const session = subjectOf(
  {
    name: 'session',
    what: 'whole connections of the bot and of the simulated Gateway that hear damaged frames',
    inputs: 20_000,
  },
  {
    make: sessionInput,
    judge: judgeSession,
    write: writeSession,
    read: readSession,
    smaller: smallerSession,
  },
)

export async function judgeSession(input: SessionInput, reached: Counts): Promise<string | null> {
  const began = process.cpuUsage()
  const heard = (error: unknown): void => void escaped.push(error)
  escaped.length = 0
  process.on('unhandledRejection', heard)
  process.on('uncaughtException', heard)
  try {
    const broken = await (input.to === 'gateway'
      ? brokenGateway(input, reached)
      : brokenBot(input, reached))
    await new Promise<void>((resolve) => void setImmediate(resolve)) // rejections are told by then
    if (escaped.length > 0) return `escaped: ${thrown(escaped[0])}`
    const { user, system } = process.cpuUsage(began)
    const ms = (user + system) / 1_000
    return ms > MS_MAX ? `hang: ${ms.toFixed(0)} ms` : broken
  } finally {
    process.off('unhandledRejection', heard)
    process.off('uncaughtException', heard)
  }
}

interface Told {
  readonly of: string
  readonly notice: Notice
}

async function brokenBot(input: SessionInput, reached: Counts): Promise<string | null> {
  const { to, version, stream, cuts } = input
  const told: Told[] = []
  const inputs: string[] = []
  const world = new World()
  const unready = to === 'order, unready'
  world.script = unready ? { version, mute: true } : { version }
  const notice = (of: string, what: Notice): void => void told.push({ of, notice: what })
  const { ibkr, reports } = await upRig({ notice }, world)
  ibkr.onInput(({ kind }) => inputs.push(kind))
  if (!unready) ibkr.broker.place(bracketOf())
  await world.run(50)
  answerOddly(world, input.answers)
  const questions = unready ? null : new Questions(ibkr)
  const peer = unready ? world.peers[0] : world.peer(to === 'order' ? ORDER_CLIENT : DATA_CLIENT)
  world.script = { version } // whoever connects again meets a Gateway that is well
  const said = saidBy(peer)
  for (const piece of piecesOf(stream, cuts)) {
    peer?.sendRaw(piece)
    await world.run(1)
  }
  await world.run(200)
  const name = to === 'data' ? 'data' : 'order'
  const broken = unready ? null : unended(framesIn(Buffer.concat(said)).end, { name, told, inputs })
  quietAccount(world)
  await world.run(BACK_MS)
  const lost = broken ?? stillAway(told) ?? questions?.broken ?? oddReport(reports)
  await Promise.race([ibkr.close(), world.run(10_000)])
  for (const { notice: one } of told) counted(reached, `bot: ${nameOf(one)}`)
  for (const kind of inputs) counted(reached, `bot input: ${kind}`)
  for (const [name, how] of questions?.ended ?? [])
    counted(reached, `asked ${name}: ${shapeOf(how)}`)
  const defect = told.find(({ notice: one }) => one.kind === 'defect')?.notice
  return defect?.kind === 'defect' ? `a listener threw: ${thrown(defect.error)}` : lost
}

/** All that it writes from now on: its answers come in between. */
function saidBy(peer: Peer | undefined): readonly Uint8Array[] {
  const said: Uint8Array[] = []
  if (peer === undefined) return said
  const { transport } = peer
  const write = transport.write.bind(transport)
  transport.write = (bytes) => {
    const isOpen = write(bytes)
    if (isOpen) said.push(bytes.slice())
    return isOpen
  }
  return said
}

interface Ended {
  readonly name: string
  readonly told: readonly Told[]
  readonly inputs: readonly string[]
}

/** What is no frame ends the connection, and somebody is told. */
function unended(end: string, { name, told, inputs }: Ended): string | null {
  if (end !== 'bad-length' && end !== 'unterminated') return null
  // It was over before: a Gateway that will not have us said so in front of it.
  if (told.some(({ notice }) => notice.kind === 'refused')) return null
  const downs = told.filter(({ of, notice }) => of === name && notice.kind === 'link-down')
  if (downs.length === 0) return `${end}, and the connection was not closed`
  return inputs.length > 0 ? null : `${end}, and there was no incident`
}

/** Up again, or refused for good and said so: nothing between the two. */
function stillAway(told: readonly Told[]): string | null {
  if (told.some(({ notice }) => notice.kind === 'refused')) return null
  for (const name of ['order', 'data']) {
    const last = told.findLast(
      ({ of, notice }) => of === name && ['link-up', 'link-down'].includes(notice.kind),
    )
    if (last?.notice.kind !== 'link-up') return `${name} is not up ${BACK_MS / 1_000} s later`
  }
  return null
}

/** What came out is a number that the core can count with. */
function oddReport(reports: readonly OrderReport[]): string | null {
  for (const report of reports) {
    if (report.kind !== 'filled') continue
    const { quantity, price } = report.fill
    if (!Number.isSafeInteger(quantity) || quantity < 0) return `a fill of ${quantity} units`
    if (!Number.isSafeInteger(price)) return `a fill at ${price}`
  }
  return null
}

function nameOf(notice: Notice): string {
  switch (notice.kind) {
    case 'link-down':
    case 'attempt-failed':
      return `${notice.kind} ${notice.cause} ${shapeOf(notice.fault.detail).slice(0, 60)}`
    case 'refused':
      return `refused ${shapeOf(notice.fault.detail)}`
    case 'gateway':
      return `gateway ${notice.notice.kind}`
    case 'drift':
      return `drift ${notice.onOrders ? 'on orders ' : ''}${shapeOf(notice.detail)}`
    default:
      return notice.kind
  }
}

async function brokenGateway(input: SessionInput, reached: Counts): Promise<string | null> {
  const { version, stream, cuts } = input
  const bench = new GatewayBench()
  const client = await bench.client(ORDER_CLIENT, version)
  client.take()
  for (const piece of piecesOf(stream, cuts)) {
    client.write(piece)
    await bench.run(1)
  }
  await bench.run(2_000)
  for (const { kind } of client.heard) counted(reached, `gateway: ${kind}`)
  const { end } = framesIn(stream)
  const mustClose = end === 'bad-length' || end === 'unterminated'
  if (mustClose && !client.closed) return `${end}, and the Gateway went on`
  if (client.closed) {
    counted(reached, `gateway closed after ${end}`)
    return null
  }
  // What is still to come swallows what is asked next: nothing can be told of it.
  if (end === 'more to come') return null
  client.take()
  client.send({ kind: 'reqCurrentTime' })
  await bench.run(5_000)
  const answers = client.take('currentTime').length
  return client.closed || answers > 0 ? null : 'the Gateway does not answer any more'
}
