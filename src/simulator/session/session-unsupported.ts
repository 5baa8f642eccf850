/**
 * Messages of the protocol that are not simulated, with the field that carries their request id;
 * 0: they carry none. They are answered with an error, never with silence (C7).
 */
const UNSUPPORTED: ReadonlyMap<number, { readonly name: string; readonly idAt: number }> = new Map(
  (
    [
      [10, 'market depth', 2],
      [11, 'market depth', 2],
      [12, 'news bulletins', 0],
      [13, 'news bulletins', 0],
      [18, 'advisor configuration', 0],
      [19, 'advisor configuration', 0],
      [22, 'scanners', 1],
      [23, 'scanners', 2],
      [24, 'scanners', 0],
      [52, 'fundamental data', 2],
      [53, 'fundamental data', 2],
      [67, 'display groups', 2],
      [68, 'display groups', 2],
      [69, 'display groups', 2],
      [70, 'display groups', 2],
      [79, 'soft dollar tiers', 1],
      [80, 'family codes', 0],
      [82, 'market depth', 0],
      [83, 'smart components', 1],
      [84, 'news', 1],
      [85, 'news', 0],
      [86, 'news', 1],
      [88, 'histograms', 1],
      [89, 'histograms', 1],
      [100, 'event calendars', 1],
      [101, 'event calendars', 1],
      [102, 'event calendars', 1],
      [103, 'event calendars', 1],
    ] as const
  ).map(([id, name, idAt]) => [id, { name, idAt }]),
)

/** Null for a message that nobody knows. */
export function unsupported(
  messageId: number | null,
  payload: Uint8Array,
): { readonly name: string; readonly reqId: number } | null {
  const known = UNSUPPORTED.get(messageId ?? -1)
  if (known === undefined) return null
  const field = known.idAt === 0 ? '' : (fieldsOf(payload)[known.idAt] ?? '')
  const reqId = /^\d{1,9}$/.test(field) ? Number(field) : -1
  return { name: known.name, reqId }
}

/** The first fields; the ids above are all among them. */
function fieldsOf(payload: Uint8Array): readonly string[] {
  return new TextDecoder('latin1').decode(payload.subarray(0, 64)).split('\0')
}
