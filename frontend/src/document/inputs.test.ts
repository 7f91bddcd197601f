import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract'
import { addNodes } from './edits'
import { inputsOf, moveInput } from './inputs'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { graph, node } from './sample'

function ids(of: Graph): string[] {
  return inputsOf(of).map(({ id }) => id)
}

function changed(before: Graph, operations: Parameters<typeof applyAll>[1]): Graph {
  const { document, refused } = applyAll({ ...emptyDocument(), graphs: [before] }, operations)
  expect(refused).toEqual([])
  return document.graphs[0] as Graph
}

const three: Graph = {
  ...graph(['c', 'a', 'b'].map((id) => node(id, 'Input')).concat(node('d'))),
  inputs: ['b', 'gone', 'd', 'b'],
}

describe('the inputs of a graph', () => {
  it('are those listed, then the others by id', () => expect(ids(three)).toEqual(['b', 'a', 'c']))

  it('keep their order when one is dragged', () => {
    const path = ['graphs', 'main', 'nodes', 'c', 'position']
    const moved = changed(three, [{ type: 'set', path, value: { x: 0, y: -900 } }])
    expect(ids(moved)).toEqual(['b', 'a', 'c'])
  })

  it('end with those that are added', () => {
    const added = addNodes(three, [node('0', 'Input'), node('e'), node('A', 'Input')])
    expect(changed(three, added).inputs).toEqual(['b', 'a', 'c', '0', 'A'])
    expect(addNodes(three, [node('e')])).toHaveLength(1)
  })

  it('are moved by one step', () => {
    expect(ids(changed(three, moveInput(three, 'c', -1)))).toEqual(['b', 'c', 'a'])
    expect(ids(changed(three, moveInput(three, 'b', 1)))).toEqual(['a', 'b', 'c'])
    expect([moveInput(three, 'b', -1), moveInput(three, 'c', 1)]).toEqual([[], []])
    expect(moveInput(three, 'd', 1)).toEqual([])
  })
})
