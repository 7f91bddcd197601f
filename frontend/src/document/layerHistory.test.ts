import { describe, expect, it } from 'vitest'
import type { LayerState, LayersEvent } from '../contract'
import { historiesOf, lastKnown, ridgeOf, sparkOf } from './layerHistory'

function layer(node: string, more: Partial<LayerState> = {}): LayerState {
  const none = { norm: 1, gradient: null, update: null, units: null, dead: null, saturated: null }
  return { node: [node], low: -1, high: 1, counts: [1, 2, 1, 0], ...none, ...more }
}

function event(epoch: number, ...layers: LayerState[]): LayersEvent {
  return { type: 'layers', epoch, layers }
}

describe('the layers of a run', () => {
  it('are in the order of the model, and of the epochs', () => {
    const histories = historiesOf([
      event(1, layer('a'), layer('b')),
      event(3, layer('a', { gradient: 1 }), layer('b')),
      event(2, layer('a'), layer('b')),
      event(3, layer('a', { gradient: 2 }), layer('b')),
    ])
    expect(histories.map(({ node }) => node)).toEqual([['a'], ['b']])
    expect(histories[0]?.states.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(histories[0]?.states.map(({ gradient }) => gradient)).toEqual([null, null, 2])
  })

  it('tell the last value that is known', () => {
    const [history] = historiesOf([event(1, layer('a', { gradient: 3 })), event(2, layer('a'))])
    expect(history && lastKnown(history, 'gradient')).toBe(3)
    expect(history && lastKnown(history, 'dead')).toBeNull()
  })
})

describe('a ridge', () => {
  it('has one axis of weights for all epochs, and outlines inside its box', () => {
    const [history] = historiesOf([
      event(1, layer('a', { low: -1, high: 1 })),
      event(2, layer('a', { low: -3, high: 2 })),
    ])
    const ridge = history && ridgeOf(history, 100, 50)
    expect([ridge?.low, ridge?.high]).toEqual([-3, 2])
    expect(ridge?.slices.map(({ epoch }) => epoch)).toEqual([1, 2])
    const [first] = ridge?.slices ?? []
    // From -1, which is two fifths from -3 to 2, to 1; the highest bin of the narrow one is highest.
    expect(first?.path.startsWith('M40,27.5L')).toBe(true)
    expect(first?.path.endsWith('L80,27.5Z')).toBe(true)
    expect(first?.path).toContain('55,0')
  })

  it('shows some of many epochs, with the first and the last', () => {
    const events = Array.from({ length: 60 }, (_, at) => event(at + 1, layer('a')))
    const [history] = historiesOf(events)
    const epochs = (history && ridgeOf(history, 100, 50)?.slices.map(({ epoch }) => epoch)) ?? []
    expect(epochs).toHaveLength(16)
    expect([epochs[0], epochs.at(-1)]).toEqual([1, 60])
  })

  it('is missing for layers without weights', () => {
    const [history] = historiesOf([event(1, layer('a', { low: null, high: null, counts: [] }))])
    expect(history && ridgeOf(history, 100, 50)).toBeNull()
  })
})

it('a line of gradients is logarithmic', () => {
  const [history] = historiesOf(
    [1, 10, 100].map((gradient, at) => event(at + 1, layer('a', { gradient }))),
  )
  expect(history && sparkOf(history, 'gradient', 100, 40)).toBe('M0,40L50,20L100,0')
  expect(history && sparkOf(history, 'update', 100, 40)).toBe('')
})
