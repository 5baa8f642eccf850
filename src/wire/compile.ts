import { unreachable } from '../base/assert.ts'
import type { Condition, Item, Variant } from './fields.ts'
import type { Reader } from './reader.ts'
import type { ValueType } from './values.ts'
import type { Writer } from './writer.ts'

/** A message, or an object inside one, while it is read or written. */
export type Target = Record<string, unknown>

/** One item at one version, ready to run in both directions. */
export interface Step {
  /** Its part of the path that an error names; empty for what has no name. */
  readonly name: string
  read(reader: Reader, target: Target): void
  write(writer: Writer, target: Target): void
  /** Sets what a reader gives where the field is not there. */
  clear(target: Target): void
  /** Whether the target holds just that, so that leaving the field out loses nothing. */
  isClear(target: Target): boolean
}

export function compile(items: readonly Item[], version: number): readonly Step[] {
  return items.map((item) => {
    const step = stepOf(item, version)
    return version >= item.since && version < item.before ? step : leftOut(step)
  })
}

export function readAll(steps: readonly Step[], reader: Reader, target: Target): Target {
  for (const step of steps) {
    step.read(reader, target)
    if (reader.failure !== null) {
      if (step.name !== '') reader.trail.unshift(step.name)
      return target
    }
  }
  return target
}

export function writeAll(steps: readonly Step[], writer: Writer, target: Target): void {
  for (const step of steps) {
    step.write(writer, target)
    if (writer.refusal !== null) {
      if (step.name !== '') writer.trail.unshift(step.name)
      return
    }
  }
}

function stepOf(item: Item, version: number): Step {
  switch (item.kind) {
    case 'value':
      return valueStep(item.name, item.type)
    case 'constant':
      return constantStep(item.text)
    case 'implied':
      return impliedStep(item.name, item.value)
    case 'part':
      return partStep(item.name, compile(item.items, version))
    case 'list':
      return listStep(item.name, compile(item.items, version))
    case 'values':
      return valueListStep(item.name, item.type)
    case 'when':
      return whenStep(item.condition, compile(item.items, version))
    case 'block':
      return blockStep(item.name, item.condition, compile(item.items, version))
    case 'flagged':
      return flaggedStep(item.name, compile(item.items, version))
    case 'choice':
      return choiceStep(item.name, compileVariants(item.variants, version))
    case 'spare-count':
      return spareCountStep(item.name)
    case 'rest':
      return restStep(item.name)
    default:
      return unreachable(item)
  }
}

/** Another version's field: read as its absent value, never written. */
function leftOut(step: Step): Step {
  return {
    ...step,
    read: (_, target) => step.clear(target),
    write: () => {},
    isClear: () => true,
  }
}

function valueStep(name: string, type: ValueType<unknown>): Step {
  return {
    name,
    read(reader, target) {
      target[name] = type.read(reader)
    },
    write(writer, target) {
      type.write(writer, target[name])
    },
    ...cleared(name, type.absent),
  }
}

/** For values that are compared by identity, and lists, which are clear when empty. */
function cleared(name: string, absent: unknown): Pick<Step, 'clear' | 'isClear'> {
  return {
    clear(target) {
      target[name] = absent
    },
    isClear(target) {
      const value = target[name]
      return value === absent || (Array.isArray(value) && value.length === 0)
    },
  }
}

function constantStep(text: string): Step {
  return {
    name: 'constant',
    read: (reader) => reader.skip(),
    write: (writer) => writer.text(text),
    clear: () => {},
    isClear: () => true,
  }
}

function impliedStep(name: string, value: unknown): Step {
  return {
    name,
    read(_, target) {
      target[name] = value
    },
    write: () => {},
    clear(target) {
      target[name] = value
    },
    isClear: () => true,
  }
}

function partStep(name: string, steps: readonly Step[]): Step {
  // An earlier part of the same name may have made the object.
  const into = (target: Target): Target => (target[name] ??= {}) as Target
  return {
    name,
    read(reader, target) {
      readAll(steps, reader, into(target))
    },
    write(writer, target) {
      writeAll(steps, writer, target[name] as Target)
    },
    clear(target) {
      for (const step of steps) step.clear(into(target))
    },
    isClear: (target) => steps.every((step) => step.isClear(target[name] as Target)),
  }
}

function listStep(name: string, steps: readonly Step[]): Step {
  return {
    name,
    read(reader, target) {
      const count = readCount(reader)
      const groups: Target[] = []
      for (let i = 0; i < count && reader.failure === null; i++) {
        groups.push(readAll(steps, reader, {}))
        if (reader.failure !== null) reader.trail.unshift(String(i))
      }
      target[name] = groups
    },
    write(writer, target) {
      const groups = target[name] as readonly Target[]
      writer.text(String(groups.length))
      for (let i = 0; i < groups.length && writer.refusal === null; i++) {
        writeAll(steps, writer, groups[i] ?? {})
        if (writer.refusal !== null) writer.trail.unshift(String(i))
      }
    },
    ...cleared(name, []),
  }
}

function valueListStep(name: string, type: ValueType<unknown>): Step {
  return {
    name,
    read(reader, target) {
      const count = readCount(reader)
      const found: unknown[] = []
      for (let i = 0; i < count && reader.failure === null; i++) found.push(type.read(reader))
      target[name] = found
    },
    write(writer, target) {
      const held = target[name] as readonly unknown[]
      writer.text(String(held.length))
      for (const value of held) type.write(writer, value)
    },
    ...cleared(name, []),
  }
}

/** Empty is 0. A count above what the frame can hold fails at once, before anything is made. */
function readCount(reader: Reader): number {
  const value = reader.number()
  if (Number.isNaN(value)) return 0
  if (!Number.isInteger(value) || value < 0) reader.bad(`expected a count, came ${value}`)
  else if (value > reader.bytesLeft) reader.short(`${value} groups in ${reader.bytesLeft} bytes`)
  return value
}

function whenStep(condition: Condition, steps: readonly Step[]): Step {
  const holds = condition as (message: unknown) => boolean
  return {
    name: '',
    read(reader, target) {
      if (holds(reader.root)) readAll(steps, reader, target)
      else for (const step of steps) step.clear(target)
    },
    write(writer, target) {
      if (holds(writer.root)) return writeAll(steps, writer, target)
      const odd = steps.find((step) => !step.isClear(target))
      if (odd !== undefined)
        refuse(writer, odd.name, 'is set, and the condition that sends it is not')
    },
    clear(target) {
      for (const step of steps) step.clear(target)
    },
    isClear: (target) => steps.every((step) => step.isClear(target)),
  }
}

function refuse(writer: Writer, name: string, detail: string): void {
  writer.refuse(detail)
  writer.trail.unshift(name)
}

function blockStep(name: string, condition: Condition, steps: readonly Step[]): Step {
  const holds = condition as (message: unknown) => boolean
  return {
    name,
    read(reader, target) {
      target[name] = holds(reader.root) ? readAll(steps, reader, {}) : null
    },
    write(writer, target) {
      const held = target[name] as Target | null
      const wanted = holds(writer.root)
      if (wanted && held === null) writer.refuse('is missing, and its condition is met')
      else if (!wanted && held !== null) writer.refuse('is set, and its condition is not met')
      else if (held !== null) writeAll(steps, writer, held)
    },
    ...cleared(name, null),
  }
}

function flaggedStep(name: string, steps: readonly Step[]): Step {
  return {
    name,
    read(reader, target) {
      const flag = reader.text()
      if (flag !== '' && flag !== '0' && flag !== '1') reader.bad('expected 0 or 1')
      target[name] = flag === '1' ? readAll(steps, reader, {}) : null
    },
    write(writer, target) {
      const held = target[name] as Target | null
      writer.text(held === null ? '0' : '1')
      if (held !== null) writeAll(steps, writer, held)
    },
    ...cleared(name, null),
  }
}

type CompiledVariants = ReadonlyMap<unknown, readonly Step[]>

function compileVariants(variants: readonly Variant[], version: number): CompiledVariants {
  return new Map(variants.map(({ tag, items }) => [tag, compile(items, version)]))
}

function choiceStep(name: string, variants: CompiledVariants): Step {
  return {
    name: '',
    read(reader, target) {
      const tag = reader.number()
      const steps = variants.get(tag)
      target[name] = tag
      if (steps !== undefined) {
        readAll(steps, reader, target)
        return
      }
      reader.bad(`expected one of ${[...variants.keys()].join(', ')}, came ${tag}`)
      reader.trail.unshift(name)
    },
    write(writer, target) {
      const steps = variants.get(target[name])
      if (steps === undefined) return refuse(writer, name, 'is none of the layouts there are')
      writer.text(String(target[name]))
      writeAll(steps, writer, target)
    },
    clear: () => {},
    isClear: () => true,
  }
}

/** Written as the official clients do, count and list; read with or without the count. */
function spareCountStep(name: string): Step {
  return {
    name,
    read(reader) {
      if (reader.fieldsLeft() > 1) reader.skip()
    },
    write(writer, target) {
      writer.text(String((target[name] as readonly unknown[]).length))
    },
    clear: () => {},
    isClear: () => true,
  }
}

function restStep(name: string): Step {
  return {
    name,
    read(reader, target) {
      const found: string[] = []
      while (!reader.done) found.push(reader.text())
      target[name] = found
    },
    write(writer, target) {
      for (const text of target[name] as readonly string[]) writer.text(text)
    },
    ...cleared(name, []),
  }
}
