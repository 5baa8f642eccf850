/**
 * Who we are to the Gateway: one configured base gives every client id. They never change at run
 * time, also not after 326: orders of another id would be orphans (client-library.md, S7).
 */
export const CLIENT_ID_OFFSETS = { order: 0, data: 1, canary: 2, panic: 3, doctor: 4 } as const

export type ConnectionName = keyof typeof CLIENT_ID_OFFSETS

export const CLIENT_ID_BASE = 30

export function clientIdOf(name: ConnectionName, base: number = CLIENT_ID_BASE): number {
  return base + CLIENT_ID_OFFSETS[name]
}
