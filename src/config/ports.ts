import type { PortSide } from './schema.ts'

/** IBKR's own ports (limits-and-codes.md section 9), and those the file declares. */
export function sideOf(
  port: number,
  declared: Readonly<Record<string, PortSide>>,
): PortSide | null {
  const builtIn: Readonly<Record<string, PortSide>> = {
    4001: 'live',
    7496: 'live',
    4002: 'paper',
    7497: 'paper',
  }
  return declared[port] ?? builtIn[port] ?? null
}
