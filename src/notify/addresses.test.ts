import { describe, expect, test } from 'vitest'
import { addressObjection, isLoopback } from './addresses.ts'

const privateOnes = (
  '127.0.0.1 127.9.9.9 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 0.0.0.0 :: ::1 ' +
  'fd12::1 [::1] ::ffff:10.0.0.1 ::ffff:a00:1 ::FFFF:7f00:1 64:ff9b::10.0.0.1 64:ff9b::7f00:1'
).split(' ')
const nevers = (
  '169.254.169.254 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe fe80::1 224.0.0.1 255.255.255.255 ' +
  'ff02::1 fd00:ec2::254 hooks.example.com'
).split(' ')
const publicOnes = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1', '::ffff:8.8.8.8']

describe('T10: where a message may go', () => {
  test.each(privateOnes)('%s only when it is configured', (address) => {
    expect(addressObjection(address, false)).toMatch(/private; notify.allow_private allows it/)
    expect(addressObjection(address, true)).toBe(null)
  })

  test.each(nevers)('%s never', (address) => {
    expect(addressObjection(address, true)).not.toBe(null)
  })

  test.each(publicOnes)('%s always', (address) => {
    expect(addressObjection(address, false)).toBe(null)
  })
})

test('this machine', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([true, true, true])
  expect(['10.0.0.1', '::2', 'localhost'].map(isLoopback)).toEqual([false, false, false])
})
