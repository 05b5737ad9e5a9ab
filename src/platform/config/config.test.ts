import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { isReachable, networkOf, originOf } from './public-address.ts'

describe('the public address', () => {
  it('is an origin: https, or http on loopback', () => {
    expect(originOf('https://vouch.example.com')).toBe('https://vouch.example.com')
    expect(originOf('https://Vouch.Example.com:443/')).toBe('https://vouch.example.com')
    expect(originOf('https://vouch.example.com:8443')).toBe('https://vouch.example.com:8443')
    expect(originOf('http://localhost:4000')).toBe('http://localhost:4000')
    expect(originOf('http://[::1]:4000')).toBe('http://[::1]:4000')
    for (const wrong of [
      'http://vouch.example.com',
      'http://localhost.example.com',
      'https://vouch.example.com/vouch',
      'https://vouch.example.com/?q',
      'https://user@vouch.example.com',
      'ftp://localhost',
      'vouch.example.com',
      '',
    ])
      expect(originOf(wrong), wrong).toBeUndefined()
  })

  it('is refused by name of its variable when it is not one, like a proxy that is everybody', () => {
    expect(() => readConfig({ VOUCH_URL: 'http://vouch.example.com' })).toThrow(/VOUCH_URL: must be https/)
    for (const wrong of ['0.0.0.0/0', '::/0', 'proxy.example.com', '10.0.0.0/8,x'])
      expect(() => readConfig({ VOUCH_TRUSTED_PROXIES: wrong }), wrong).toThrow(/VOUCH_TRUSTED_PROXIES/)
    expect(() => readConfig({ VOUCH_HOST: 'example.com' })).toThrow(/VOUCH_HOST/)
    expect(readConfig({ VOUCH_TRUSTED_PROXIES: '10.0.0.0/8, ::1', VOUCH_HOST: '0.0.0.0' })).toMatchObject({
      trustedProxies: ['10.0.0.0/8', '::1'],
      host: '0.0.0.0',
    })
  })

  it('makes the server one that others reach, as does listening for them', () => {
    expect(isReachable(readConfig({}))).toBe(false)
    expect(isReachable(readConfig({ VOUCH_URL: 'http://localhost:4000', VOUCH_HOST: '::1' }))).toBe(false)
    expect(isReachable(readConfig({ VOUCH_HOST: '10.0.0.1' }))).toBe(true)
    expect(isReachable(readConfig({ VOUCH_URL: 'https://vouch.example.com' }))).toBe(true)
  })
})

describe('the network of an address', () => {
  it('is the address, or the /64 of an IPv6 one, however it is written', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:0db8:0001:0002::9'))
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
    fc.assert(fc.property(fc.ipV4(), address => void expect(networkOf(address)).toBe(address)))
    fc.assert(fc.property(fc.ipV6(), address => void expect(networkOf(networkOf(address))).toBe(networkOf(address))))
  })
})
