import { describe, expect, test } from 'vitest'
import { codecOf } from './codec.ts'
import {
  double,
  escaped,
  flag,
  int,
  long,
  maybeDouble,
  maybeFlag,
  maybeInt,
  message,
  spareCount,
  tagText,
  text,
  value,
  type Field,
} from './fields.ts'
import { MAX_DOUBLE, MAX_INT, MAX_LONG, MIN_LONG } from './numbers.ts'
import { commaTexts, markedDoubles, offsets } from './values.ts'

const bytes = (...fields: readonly string[]): Uint8Array =>
  new TextEncoder().encode(fields.map((field) => `${field}\0`).join(''))

/** A message of one field `x`. */
function one(field: Field<{ readonly x: unknown }>) {
  const codec = codecOf([message('probe', 7, [field])])
  return {
    read(raw: string): unknown {
      const result = codec.decode(bytes('7', raw), 200)
      return result.ok ? result.value.x : result.error.kind
    },
    write(x: unknown): string {
      const result = codec.encode({ kind: 'probe', x }, 200)
      if (!result.ok) return result.error.kind
      return new TextDecoder().decode(result.value.subarray(4)).split('\0')[1] ?? ''
    },
  }
}

describe('reading', () => {
  test.each([
    ['an integer', int('x'), '42', 42],
    ['a negative integer', int('x'), '-1', -1],
    ['the largest integer is a number where unset is not expected', int('x'), MAX_INT, 2147483647],
    ['an empty integer', int('x'), '', 'bad-field'],
    ['an empty integer with a fallback', int('x', -1), '', -1],
    ['a fraction where an integer belongs', int('x'), '1.5', 'bad-field'],
    ['words where an integer belongs', int('x'), '12a', 'bad-field'],
    ['an unset integer', maybeInt('x'), '', null],
    ['the unset integer', maybeInt('x'), MAX_INT, null],
    ['an unset long where an integer belongs', maybeInt('x'), MAX_LONG, null],
    ['an id', long('x'), '1426085924', 1426085924],
    ['no id', long('x'), MAX_LONG, null],
    ['an id from 2^53 on', long('x'), '9007199254740993', null],
    ['a price', double('x'), '255.45', 255.45],
    ['an exact price', double('x'), '0.1', 0.1],
    ['a price in exponent form', double('x'), '1e-7', 1e-7],
    ['a price of many digits', double('x'), '0.12345678901234567890', 0.12345678901234568],
    ['a price with a leading dot', double('x'), '.5', 0.5],
    ['an empty price', double('x'), '', 'bad-field'],
    ['a price that is not one', double('x'), 'NaN', 'bad-field'],
    ['an infinite price', double('x'), 'Infinity', 'bad-field'],
    ['a lone minus', double('x'), '-', 'bad-field'],
    ['two dots', double('x'), '1.2.3', 'bad-field'],
    ['thousands separators', double('x'), '1,000', 'bad-field'],
    ['an unset double', maybeDouble('x'), MAX_DOUBLE, null],
    ['an unset double of Python', maybeDouble('x'), '1.7976931348623157e+308', null],
    ['an unset double, empty', maybeDouble('x'), '', null],
    ['an unset decimal', maybeDouble('x'), '170141183460469231731687303715884105727', null],
    ['an unset decimal of a live Gateway', maybeDouble('x'), MIN_LONG, null],
    ['an unset long', maybeDouble('x'), MAX_LONG, null],
    ['an offset', value('x', offsets), '0.02', 0.02],
    ['an offset up to the midpoint', value('x', offsets), 'Infinity', Infinity],
    ['the same from ib_async', value('x', offsets), 'Infinite', Infinity],
    ['no offset', value('x', offsets), MAX_DOUBLE, null],
    ['volatility not computed', value('x', markedDoubles(-1)), '-1', null],
    ['delta not computed', value('x', markedDoubles(-2)), '-2', null],
    ['the delta of a deep put', value('x', markedDoubles(-2)), '-1', -1],
    ['yes', flag('x'), '1', true],
    ['no', flag('x'), '0', false],
    ['an empty flag', flag('x'), '', false],
    ['a word for a flag', flag('x'), 'true', 'bad-field'],
    ['a flag that was not given', maybeFlag('x'), '', null],
    ['a line feed', text('x'), 'Cancelled by System:\n', 'Cancelled by System:\n'],
    ['UTF-8', text('x'), 'Zürich', 'Zürich'],
    ['a long text', text('x'), 'ü'.repeat(40), 'ü'.repeat(40)],
    ['an escaped text', escaped('x'), 'Z\\u00fcrich', 'Zürich'],
    ['an escaped backslash', escaped('x'), '\\u005cu0041', '\\u0041'],
    ['a NUL stays escaped', escaped('x'), '\\u0000', '\\u0000'],
    [
      'a tag list',
      tagText('x'),
      'a=1;b=;',
      [
        { tag: 'a', value: '1' },
        { tag: 'b', value: '' },
      ],
    ],
    ['no tag list', tagText('x'), '', []],
    ['an object that became text', tagText('x'), '[object Object]', 'bad-field'],
    ['names', value('x', commaTexts), 'DU1,DU2', ['DU1', 'DU2']],
    ['names and a comma too many', value('x', commaTexts), 'DU1,', ['DU1']],
  ] as const)('%s', (...[, field, raw, expected]) => {
    expect(one(field).read(raw)).toEqual(expected)
  })

  test('bytes that are no UTF-8 become replacement characters, and nothing else moves', () => {
    const codec = codecOf([message('probe', 7, [text('x'), int('y')])])
    const payload = new Uint8Array([55, 0, 0x5a, 0xfc, 0, 53, 0])
    expect(codec.decode(payload, 200)).toEqual({
      ok: true,
      value: { kind: 'probe', x: 'Z\ufffd', y: 5 },
    })
  })
})

describe('writing', () => {
  test.each([
    ['a whole number without a point', double('x'), 100, '100'],
    ['a small number without an exponent', double('x'), 1e-7, '0.0000001'],
    ['a small negative number', double('x'), -1.25e-9, '-0.00000000125'],
    ['a large number', double('x'), 1e18, '1000000000000000000'],
    ['no sign on zero', double('x'), -0, '0'],
    ['the shortest text of a fraction', double('x'), 0.1 + 0.2, '0.30000000000000004'],
    ['nothing that is not a number', double('x'), NaN, 'unencodable'],
    ['nothing infinite', double('x'), Infinity, 'unencodable'],
    ['nothing that would read as unset', maybeDouble('x'), Number.MAX_VALUE, 'unencodable'],
    ['nothing undefined', double('x'), undefined, 'unencodable'],
    ['an unset double as its field says', maybeDouble('x', MAX_DOUBLE), null, MAX_DOUBLE],
    ['an unset double, empty', maybeDouble('x'), null, ''],
    ['no fraction for an integer', int('x'), 1.5, 'unencodable'],
    ['no unset integer as a value', maybeInt('x'), 2147483647, 'unencodable'],
    ['no id from 2^53 on', long('x'), 2 ** 53, 'unencodable'],
    ['an unset id', long('x', MAX_LONG), null, MAX_LONG],
    ['no marker as a value', value('x', markedDoubles(-2)), -2, 'unencodable'],
    ['a figure not computed', value('x', markedDoubles(-2)), null, '-2'],
    ['infinity where it means something', value('x', offsets), Infinity, 'Infinity'],
    ['no NUL', text('x'), 'a\0b', 'unencodable'],
    ['no half character', text('x'), 'a\ud83d', 'unencodable'],
    ['no number as a text', text('x'), 5, 'unencodable'],
    ['UTF-8', text('x'), 'Zürich 🙂', 'Zürich 🙂'],
    ['error text in seven bits', escaped('x'), 'Zürich 🙂', 'Z\\u00fcrich \\ud83d\\ude42'],
    ['a backslash that would start an escape', escaped('x'), '\\u0041', '\\u005cu0041'],
    ['a tag list', tagText('x'), [{ tag: 'a', value: '1' }], 'a=1;'],
    ['no semicolon in a tag list', tagText('x'), [{ tag: 'a', value: '1;b=2' }], 'unencodable'],
    ['no comma in a name', value('x', commaTexts), ['a,b'], 'unencodable'],
  ] as const)('%s', (...[, field, held, expected]) => {
    expect(one(field).write(held)).toBe(expected)
  })

  test('a text longer than the buffer', () => {
    const long = 'ü'.repeat(100_000)
    expect(one(text('x')).write(long)).toBe(long)
  })

  test('a payload above the longest frame is refused', () => {
    expect(one(text('x')).write('x'.repeat(0xffffff))).toBe('unencodable')
    expect(one(text('x')).write('x'.repeat(30_000_000))).toBe('unencodable')
    expect(one(text('x')).write('small')).toBe('small')
  })
})

test('the count of a tag list may be missing (protocol.md 6: 54 and 55)', () => {
  const codec = codecOf([message('probe', 7, [spareCount('options'), tagText('options')])])
  const options = [{ tag: 'a', value: '1' }]
  for (const payload of [bytes('7', 'a=1;'), bytes('7', '1', 'a=1;')]) {
    expect(codec.decode(payload, 200)).toEqual({ ok: true, value: { kind: 'probe', options } })
  }
})
