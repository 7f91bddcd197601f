import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SlowStep } from '../contract'
import { Inside } from '../session/inside.svelte'
import { SlowMotion } from './slowmotion.svelte'

function arrived(inside: Inside): void {
  const taken = inside.step ?? 0
  inside.slow = { taken, epoch: 1, batch: 1, batches: 4, rows: 8, loss: 1, layers: [] } as SlowStep
}

describe('slow motion', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('goes through the phases of a step, then on to the next one', () => {
    const inside = new Inside(() => {})
    const slow = new SlowMotion({ session: { inside } }, () => false)
    slow.begin('run')
    expect([inside.from, inside.step, slow.phase]).toEqual(['run', 0, 'forward'])
    arrived(inside)
    for (const phase of ['loss', 'gradients', 'update']) {
      slow.next()
      expect([slow.phase, inside.step]).toEqual([phase, 0])
    }
    slow.next()
    expect([slow.phase, inside.step]).toEqual(['forward', 1])
  })

  it('waits for a step that has not come yet', () => {
    const inside = new Inside(() => {})
    const slow = new SlowMotion({ session: { inside } }, () => false)
    slow.begin(null)
    slow.step()
    expect(inside.step).toBe(0)
    arrived(inside)
    slow.step()
    slow.step()
    expect(inside.step).toBe(1)
  })

  it('plays only while it was asked to', () => {
    const inside = new Inside(() => {})
    const slow = new SlowMotion({ session: { inside } }, () => false)
    slow.begin(null)
    arrived(inside)
    expect(slow.follow()).toBeUndefined()
    slow.play('step')
    slow.follow()
    vi.advanceTimersByTime(79)
    expect(inside.step).toBe(0)
    vi.advanceTimersByTime(1)
    expect(inside.step).toBe(1)
    slow.play('step')
    arrived(inside)
    expect(slow.follow()).toBeUndefined()
  })

  it('is slower for people who want less motion', () => {
    const inside = new Inside(() => {})
    const slow = new SlowMotion({ session: { inside } }, () => true)
    slow.begin(null)
    arrived(inside)
    slow.play('step')
    slow.follow()
    vi.advanceTimersByTime(500)
    expect(inside.step).toBe(0)
  })
})
