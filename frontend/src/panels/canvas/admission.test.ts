import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Admission } from './admission.svelte'

const NONE: ReadonlySet<string> = new Set()

describe('cards that come into view', () => {
  let frames: (() => void)[] = []
  const frame = () => {
    for (const next of frames.splice(0)) next()
  }

  beforeEach(() => {
    frames = []
    vi.stubGlobal('requestAnimationFrame', (next: () => void) => frames.push(next))
    vi.stubGlobal('cancelAnimationFrame', (number: number) => {
      frames[number - 1] = () => undefined
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('are all drawn at once when they are few', () => {
    const admission = new Admission(2)
    admission.want(new Set(['a', 'b']), NONE)
    expect([...admission.ids]).toEqual(['a', 'b'])
    expect(frames).toEqual([])
  })

  it('are drawn in several frames when they are many, the selected ones first', () => {
    const admission = new Admission(2)
    const wanted = new Set(['a', 'b', 'c', 'd', 'e'])
    admission.want(wanted, new Set(['e']))
    expect([...admission.ids]).toEqual(['e'])
    frame()
    expect([...admission.ids]).toEqual(['e', 'a', 'b'])
    frame()
    expect(admission.ids).toBe(wanted)
    expect(frames).toEqual([])
  })

  it('come before those that are out of view go, a few in a frame, too', () => {
    const admission = new Admission(2)
    admission.want(new Set(['a', 'b']), NONE)
    admission.want(new Set(['c']), NONE)
    expect([...admission.ids]).toEqual(['a', 'b'])
    frame()
    expect([...admission.ids]).toEqual(['b', 'c'])
    frame()
    expect([...admission.ids]).toEqual(['c'])
    expect(frames).toEqual([])
  })

  it('leave those drawn that stay in view, when the view moves on meanwhile', () => {
    const admission = new Admission(2)
    const stop = admission.want(new Set(['a', 'b', 'c', 'd', 'e']), NONE)
    frame()
    stop()
    admission.want(new Set(['b', 'f', 'g', 'h']), NONE)
    frame()
    expect([...admission.ids]).toEqual(['a', 'b', 'f', 'g'])
    frame()
    expect([...admission.ids]).toEqual(['b', 'f', 'g', 'h'])
  })
})
