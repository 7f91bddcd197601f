import { describe, expect, it } from 'vitest'
import type { Edge } from '../contract'
import { compare } from './comparison'
import { meet, rectOf, WIDTH } from './geometry'
import { graph, node, edge as wire } from './sample'

function edge(id: string, ends: string): Edge {
  return { ...wire(ends), id }
}

describe('a graph compared with an earlier one', () => {
  it('marks nodes and wires that were added, removed and changed', () => {
    const before = graph(
      [node('a'), node('b'), node('c', 'Dense', { params: { units: 3 } })],
      [edge('ab', 'a b'), edge('bc', 'b c')],
    )
    const after = graph(
      [node('a'), node('c', 'Dense', { params: { units: 5 } }), node('d')],
      [edge('ac', 'a c')],
    )
    const { marks, ghosts, added, removed } = compare(before, after)
    expect(Object.fromEntries(marks)).toEqual({ b: 'removed', c: 'changed', d: 'added' })
    expect(ghosts.map(({ id }) => id)).toEqual(['b'])
    expect([...added]).toEqual(['ac'])
    expect(removed.map(({ id }) => id)).toEqual(['ab', 'bc'])
  })

  it('puts removed nodes where no card covers them', () => {
    const at = { position: { x: 96, y: 96 } }
    const after = graph([node('a', 'Dense', at)], [])
    const before = graph([node('b', 'Dense', at), node('c', 'Dense', at)], [])
    const places = [...after.nodes, ...compare(before, after).ghosts]
    for (const [i, { position }] of places.entries())
      for (const other of places.slice(i + 1))
        expect(meet(rectOf(position), rectOf(other.position))).toBe(false)
  })

  it('puts removed nodes beside the wire that was added in their place', () => {
    const at = (y: number) => ({ position: { x: 96, y } })
    const [a, b, c] = [
      node('a', 'Dense', at(0)),
      node('b', 'Dense', at(96)),
      node('c', 'Dense', at(192)),
    ]
    const before = graph([a, b, c], [edge('ab', 'a b'), edge('bc', 'b c')])
    const [ghost] = compare(before, graph([a, c], [edge('ac', 'a c')])).ghosts
    expect(ghost && Math.abs(ghost.position.x - 96)).toBeGreaterThanOrEqual(WIDTH)
    // Without that wire it stays where it was.
    expect(compare(before, graph([a, c], [])).ghosts[0]?.position).toEqual(b.position)
  })

  it('takes everything as added in a graph that was not there', () => {
    const { marks, removed } = compare(undefined, graph([node('a')], []))
    expect([[...marks], removed]).toEqual([[['a', 'added']], []])
  })
})
