import { assert } from '../../src/base/assert.ts'
import { parseEvent } from '../../src/journal/event-schema.ts'
import { MemoryJournal } from '../../src/journal/memory.ts'
import type { Remains } from '../simulation/world.ts'

/** F86: what another version of the bot has written, in the middle of the day. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Fields that rows of earlier versions do not have (event-schema.ts: optional, nullish). */
const LATER = new Set([
  'clientIdBase',
  'rehearsal',
  'margin',
  'basis',
  'worst',
  'quote',
  'cause',
  'by',
  'structureId',
])

/** Without all that came later: rows of the oldest version there can be. */
export function oldest(remains: Remains): Remains {
  return rewritten(remains, (type, fields) => {
    const read = (of: Json): boolean => parseEvent(type, JSON.stringify(of)).ok
    return stripped(
      fields,
      (of) => read(of),
      (of) => of,
    )
  })
}

/** Every object has a field that nobody here knows: rows of a version to come. */
export function newer(remains: Remains): Remains {
  return rewritten(remains, (_type, fields) => extended(fields))
}

function rewritten(remains: Remains, change: (type: string, fields: Json) => Json): Remains {
  const journal = new MemoryJournal()
  for (const { at, event } of remains.journal.read()) {
    const { type, ...fields } = event
    const body = JSON.stringify(change(type, JSON.parse(JSON.stringify(fields)) as Json))
    const read = parseEvent(type, body)
    assert(read.ok, `a ${type} of another version can be read: ${read.ok || read.error}`)
    journal.append(at, [read.value])
  }
  return { ...remains, journal }
}

/** `whole` puts a part back into the event that it is of. */
function stripped(part: Json, isRead: (of: Json) => boolean, whole: (of: Json) => Json): Json {
  if (Array.isArray(part)) {
    let list = part as readonly Json[]
    list.forEach((_, i) => {
      const put = (of: Json): Json => list.map((each, j) => (j === i ? of : each))
      list = list.map((each, j) =>
        j === i ? stripped(each, isRead, (of) => whole(put(of))) : each,
      )
    })
    return list
  }
  if (typeof part !== 'object' || part === null) return part
  let left = part as Readonly<Record<string, Json>>
  for (const key of Object.keys(left)) {
    const { [key]: value = null, ...without } = left
    if (LATER.has(key) && isRead(whole(without))) left = without
    else {
      const rest = left
      left = { ...left, [key]: stripped(value, isRead, (of) => whole({ ...rest, [key]: of })) }
    }
  }
  return left
}

function extended(part: Json): Json {
  if (Array.isArray(part)) return part.map((each) => extended(each as Json))
  if (typeof part !== 'object' || part === null) return part
  const fields = Object.entries(part).map(([key, value]) => [key, extended(value)])
  return {
    ...(Object.fromEntries(fields) as Readonly<Record<string, Json>>),
    ofLater: { since: 2 },
  }
}
