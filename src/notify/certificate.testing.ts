import { createSign, generateKeyPairSync } from 'node:crypto'

/** Made at run time and trusted by nobody but the test that made it. */
export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const EXPLICIT_0 = 0xa0
const EXPLICIT_3 = 0xa3
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758). */
const ALGORITHM = der(SEQUENCE, hex('06082a8648ce3d040302'))
const COMMON_NAME = hex('0603550403')
const ALT_NAME = hex('0603551d11')
const CONSTRAINTS = hex('0603551d13')
const YES = hex('0101ff')

/** Signed by itself, of one host, valid from 2000 to 2049 (RFC 5280). */
export function certificateOf(host: string): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const common = der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(host)))
  const name = der(SEQUENCE, der(0x31, common))
  const dates = ['000101000000Z', '491231235959Z'].map((each) => der(0x17, Buffer.from(each)))
  const hosts = der(SEQUENCE, der(0x82, Buffer.from(host)))
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, ALT_NAME, der(0x04, hosts)),
    der(SEQUENCE, CONSTRAINTS, YES, der(0x04, der(SEQUENCE, YES))),
  )
  const body = der(
    SEQUENCE,
    der(EXPLICIT_0, hex('020102')), // version 3
    hex('020101'), // serial number 1
    ALGORITHM,
    name,
    der(SEQUENCE, ...dates),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXPLICIT_3, extensions),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const whole = der(SEQUENCE, body, ALGORITHM, der(0x03, hex('00'), signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(whole),
  }
}

/** Tag, length, content (X.690). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

function pem(whole: Buffer): string {
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
