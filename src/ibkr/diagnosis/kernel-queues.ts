import { readFileSync } from 'node:fs'

export interface Ports {
  readonly localPort: number
  readonly remotePort: number
}

export interface KernelQueues {
  readonly rxQueue: number
  readonly txQueue: number
}

/** IPv4 and IPv6; a socket to 127.0.0.1 may stand in either. Only Linux has them. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

/** Bytes that wait in the kernel on either side of our socket; null where nobody tells. */
export function kernelQueues(ports: Ports): KernelQueues | null {
  for (const path of TABLES) {
    const found = queuesIn(textOf(path), ports)
    if (found !== null) return found
  }
  return null
}

/**
 * A row is `sl local:port remote:port state tx:rx ...`, everything in hexadecimal (proc(5)). The
 * pair of ports is enough: two sockets of one process to one Gateway differ in the local one.
 */
export function queuesIn(table: string, { localPort, remotePort }: Ports): KernelQueues | null {
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', , queues = ''] = line.trim().split(/\s+/)
    if (portOf(local) !== localPort || portOf(remote) !== remotePort) continue
    const [tx = '', rx = ''] = queues.split(':')
    return { txQueue: Number.parseInt(tx, 16), rxQueue: Number.parseInt(rx, 16) }
  }
  return null
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
