import { describe, expect, it } from 'vitest'
import { cut, freeName, fromText, paste, toText } from './clipboard'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { edge, graph, node } from './sample'

const before = graph(
  [
    node('a', 'Dense', { name: 'dense', params: { units: 3 } }),
    node('b', 'Dense', { shares: 'a' }),
    node('c'),
  ],
  [edge('a b'), edge('b c')],
)
const fragment = cut(before, new Set(['a', 'b']))

describe('copying', () => {
  it('takes the wires between what is chosen', () => {
    expect(fragment.edges.map(({ id }) => id)).toEqual(['a-b'])
  })

  it('survives being text', () => expect(fromText(toText(fragment))).toEqual(fragment))

  it('pastes with new ids and names, and sharing kept inside', () => {
    const { operations, nodes } = paste(before, fragment, { x: 10, y: 20 })
    const { document, refused } = applyAll({ ...emptyDocument(), graphs: [before] }, operations)
    expect(refused).toEqual([])
    const after = document.graphs[0]
    const [first, second] = nodes.map((id) => after?.nodes.find((node) => node.id === id))
    expect(after?.nodes).toHaveLength(5)
    expect(after?.edges).toHaveLength(3)
    expect(first).toMatchObject({
      name: 'dense_1',
      params: { units: 3 },
      position: { x: 10, y: 20 },
    })
    expect(second?.shares).toBe(first?.id)
  })

  it('lists Inputs that it pastes after those that are there', () => {
    const inputs = { ...graph([node('z', 'Input'), node('y', 'Input')]), inputs: ['z', 'y'] }
    const { operations, nodes } = paste(inputs, cut(inputs, new Set(['z'])), { x: 0, y: 0 })
    const { document } = applyAll({ ...emptyDocument(), graphs: [inputs] }, operations)
    expect(document.graphs[0]?.inputs).toEqual(['z', 'y', ...nodes])
  })

  it('keeps sharing with what is there, and drops it where that is not', () => {
    const alone = cut(before, new Set(['b']))
    const move = { x: 0, y: 0 }
    const [here] = paste(before, alone, move).operations
    const [elsewhere] = paste(graph([]), alone, move).operations
    expect(here).toMatchObject({ item: { shares: 'a' } })
    expect(elsewhere).toMatchObject({ item: { shares: null } })
  })
})

describe('foreign text', () => {
  it.each([
    'hello',
    '{"layerloom": 2, "nodes": [], "edges": []}',
    '{"layerloom": 1}',
    '{"layerloom": 1, "nodes": [{"id": "../x", "layer": "Dense"}], "edges": []}',
    '{"layerloom": 1, "nodes": [{"id": "a", "layer": 5}], "edges": []}',
    '{"layerloom": 1, "nodes": [{"id": "a", "layer": "D", "evil": 1}], "edges": []}',
    '{"layerloom": 1, "nodes": [{"id": "a", "layer": "D", "params": {"__proto__": 1}}], "edges": []}',
    '{"layerloom": 1, "nodes": [{"id": "a", "layer": "D", "position": {"x": 1e999}}], "edges": []}',
    '{"layerloom": 1, "nodes": [',
  ])('is not taken: %s', (text) => expect(fromText(text)).toBe(null))
})

it('a free name counts on', () => {
  const taken = new Set(['conv', 'conv_1', 'x'])
  expect(freeName('conv', taken)).toBe('conv_2')
  expect(freeName('conv_1', taken)).toBe('conv_2')
  expect(freeName('y', taken)).toBe('y')
})
