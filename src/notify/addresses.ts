import { BlockList, isIP } from 'node:net'

/** Of this machine and of networks behind it (RFC 6890): not for messages to the outside. */
const PRIVATE =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 ' +
  '198.18.0.0/15 ::/128 ::1/128 fc00::/7'
/** Never, whatever is configured: where clouds hand out credentials, and what is nobody's. */
const NEVER = '169.254.0.0/16 fe80::/10 fd00:ec2::/32 224.0.0.0/4 240.0.0.0/4 ff00::/8'

const privateOnes = listOf(PRIVATE)
const never = listOf(NEVER)

/** Why nothing may be sent to this address; null: it may. */
export function addressObjection(address: string, allowPrivate: boolean): string | null {
  const plain = unmapped(address)
  const family = isIP(plain)
  if (family === 0) return `${address} is no address`
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (never.check(plain, type)) return `${address} is link-local, multicast or reserved`
  if (!privateOnes.check(plain, type) || allowPrivate) return null
  return `${address} is private; notify.allow_private allows it`
}

export function isLoopback(address: string): boolean {
  const plain = unmapped(address)
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** `::ffff:10.0.0.1` is 10.0.0.1, and so is `::ffff:a00:1`; 64:ff9b:: translates likewise. */
function unmapped(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').toLowerCase()
  const inner = /^(?:::ffff:(?:0:)?|64:ff9b::)(.+)$/.exec(bare)?.[1]
  if (inner === undefined || isIP(inner) === 4) return inner ?? bare
  const [high = '', low = '', more] = inner.split(':')
  if (more !== undefined || low === '') return bare
  const bytes = [parseInt(high, 16), parseInt(low, 16)].flatMap((n) => [n >> 8, n & 0xff])
  return bytes.join('.')
}

function listOf(ranges: string): BlockList {
  const list = new BlockList()
  for (const range of ranges.split(' ')) {
    const [network = '', bits = ''] = range.split('/')
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
