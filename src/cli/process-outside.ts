import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process as its kernel shows it; null where the platform does not. */
export interface OutsideLook {
  readonly rssMb: number | null
  readonly sockets: number | null
  /** Sockets among them. */
  readonly handles: number | null
  /** Processor time since it began, milliseconds. */
  readonly cpuMs: number | null
}

const NOTHING: OutsideLook = { rssMb: null, sockets: null, handles: null, cpuMs: null }
/** Linux counts a process's time in these (sysconf _SC_CLK_TCK, 100 on every common build). */
const TICK_MS = 10

/** Linux alone has `/proc`. */
export function lookAt(pid: number): OutsideLook {
  try {
    const handles = readdirSync(`/proc/${pid}/fd`).map((each) => target(`/proc/${pid}/fd/${each}`))
    return {
      rssMb: rssMbIn(readFileSync(`/proc/${pid}/status`, 'utf8')),
      sockets: handles.filter((each) => each.startsWith('socket:')).length,
      handles: handles.length,
      cpuMs: cpuMsIn(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    }
  } catch {
    return NOTHING
  }
}

/** It may have been closed since it was listed. */
function target(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function rssMbIn(status: string): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

/** `utime` and `stime`, the 14th and 15th field; the 2nd, the name, may hold spaces. */
function cpuMsIn(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return Number.isFinite(ticks) ? ticks * TICK_MS : null
}
