import { describe, expect, it } from 'vitest'
import { canFreeze, freeze, isFrozen, takesTraining } from './freezing'
import { entry, graph, node } from './sample'

const frozen = node('d', 'Dense', { frozen: true })
const shared = node('s', 'Dense', { shares: 'd' })
const drawn = graph([node('i', 'Input'), frozen, shared, node('r', 'ops.relu'), node('e')])

describe('frozen layers', () => {
  it.each([
    ['Dense', true],
    ['Model', true],
    ['Input', false],
    ['ops.relu', false],
  ])('%s can be frozen: %s', (layer, expected) => {
    expect(canFreeze(node('n', layer))).toBe(expected)
  })

  it('a node that shares a layer follows its owner', () => {
    expect(isFrozen(drawn, shared)).toBe(true)
    expect(isFrozen(drawn, node('e'))).toBe(false)
    expect(isFrozen(drawn, node('o', 'ops.relu', { frozen: true }))).toBe(false)
  })

  it('freezing sets each layer once, where it changes something', () => {
    const path = (id: string) => ['graphs', 'main', 'nodes', id, 'frozen']
    expect(freeze(drawn, drawn.nodes, true)).toEqual([
      { type: 'set', path: path('e'), value: true },
    ])
    expect(freeze(drawn, [shared], false)).toEqual([{ type: 'set', path: path('d'), value: false }])
  })
})

it('training is taken by the layers of which the catalogue says so, and by sub-models', () => {
  const layers = new Map([['Dropout', entry('Dropout', { takes_training: true })]])
  const taking = (layer: string) => takesTraining(drawn, node('n', layer), layers)
  expect(['Dropout', 'Model', 'Dense', 'Input'].map(taking)).toEqual([true, true, false, false])
})
