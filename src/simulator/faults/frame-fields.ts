const LENGTH_BYTES = 4

/** The text fields of a frame. */
export function fieldsOf(frame: Uint8Array): readonly string[] {
  return Buffer.from(frame.subarray(LENGTH_BYTES)).toString('latin1').split('\0').slice(0, -1)
}

/** The frame with other texts at some places, which no honest encoder would write. */
export function withFields(frame: Uint8Array, texts: ReadonlyMap<number, string>): Uint8Array {
  const fields = fieldsOf(frame).map((text, index) => texts.get(index) ?? text)
  const payload = Buffer.from(fields.map((text) => `${text}\0`).join(''), 'latin1')
  const changed = Buffer.alloc(LENGTH_BYTES + payload.length)
  changed.writeUInt32BE(payload.length, 0)
  payload.copy(changed, LENGTH_BYTES)
  return changed
}
