import type { Prng } from '../../src/base/prng.ts'
import type { Counts } from './edges.ts'

/** What is broken, or null. What an input reaches is counted in `reached`. */
export type Judged = string | null | Promise<string | null>

/** One thing that is fuzzed. */
export interface Subject {
  readonly name: string
  /** What its inputs are, for people. */
  readonly what: string
  /** Of a run that does not say how many. */
  readonly inputs: number
  /** One input, wholly drawn from `prng`; what was made of it, where that can be written down. */
  readonly play: (prng: Prng, reached: Counts) => Played
  /** Null: an input is known by its seed and number alone. */
  readonly written: Written | null
  /** What it holds open. */
  readonly close?: () => Promise<void>
}

export interface Played {
  readonly judged: Judged
  /** As a line of the corpus has it; null: it is not kept. */
  readonly text: () => string | null
}

/** Inputs that can be kept as a line of text, judged again and made smaller. */
export interface Written {
  readonly judge: (text: string, reached: Counts) => Judged
  /** Smaller ones that may do as well, the smallest first. */
  readonly smaller: (text: string) => Iterable<string>
}

export interface Inputs<I> {
  readonly make: (prng: Prng) => I
  readonly judge: (input: I, reached: Counts) => Judged
  readonly write: (input: I) => string
  readonly read: (text: string) => I
  readonly smaller: (input: I) => Iterable<I>
}

/** A subject of inputs that are data. */
export function subjectOf<I>(
  about: Pick<Subject, 'name' | 'what' | 'inputs' | 'close'>,
  { make, judge, write, read, smaller }: Inputs<I>,
): Subject {
  return {
    ...about,
    play(prng, reached) {
      const input = make(prng)
      return { judged: judge(input, reached), text: () => write(input) }
    },
    written: {
      judge: (text, reached) => judge(read(text), reached),
      *smaller(text) {
        for (const input of smaller(read(text))) yield write(input)
      },
    },
  }
}

/** An error text without what differs from input to input: one shape for each place in the code. */
export function shapeOf(text: string): string {
  return text
    .replace(/"(?:[^"\\]|\\.)*"?/g, '"…"')
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/g, 'N')
    .replace(/[-+]?\d[\d_.,]*(?:e[-+]?\d+)?/gi, 'N')
    .replace(/[^\x20-\x7e…]+/g, '?')
    .slice(0, 160)
}

/** Runs of it taken out, the longest first, down to one at a time. */
export function* without<T>(length: number, slice: (from: number, to: number) => T): Generator<T> {
  for (let size = length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < length; from += size) yield slice(from, Math.min(length, from + size))
  }
}
