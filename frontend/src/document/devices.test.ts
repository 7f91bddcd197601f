import { describe, expect, it } from 'vitest'
import { deviceName, isThere, parts, readDevice, toggled, writeDevice } from './devices'

describe('the devices of a document', () => {
  const all = ['cpu', 'cpu:0,1,2', 'gpu:3', 'gpu:0,2']

  it('are written as they are read', () => {
    expect(all.map((device) => writeDevice(readDevice(device)))).toEqual(all)
    expect(writeDevice(readDevice('gpu'))).toBe('gpu:0')
    expect([1, 2, 3].map(parts)).toEqual(['cpu', 'cpu:0,1', 'cpu:0,1,2'])
  })

  it('have names', () => {
    expect([...all, 'gpu'].map(deviceName)).toEqual(['CPU', 'CPU × 3', 'GPU 3', 'GPU 0 + 2', 'GPU'])
  })

  it('can be added and taken away, but for the last one', () => {
    expect(toggled('gpu:2', 0)).toBe('gpu:0,2')
    expect(toggled('gpu:0,2', 0)).toBe('gpu:2')
    expect(toggled('gpu:2', 2)).toBe('gpu:2')
  })

  it('are there if all of them are', () => {
    const gpu = { id: 'gpu:0', title: 'H200', memory_bytes: null, free_bytes: null }
    const server = { devices: [{ ...gpu, id: 'cpu', title: 'CPU' }, gpu], cpu_parts: 2 }
    const there = ['cpu', 'cpu:0,1', 'gpu', 'gpu:0']
    const absent = ['cpu:0,1,2', 'gpu:1', 'gpu:0,1']
    expect(there.filter((device) => isThere(device, server))).toEqual(there)
    expect(absent.filter((device) => isThere(device, server))).toEqual([])
  })
})
