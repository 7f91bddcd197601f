import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract'
import { meet, rectOf } from './geometry'
import { placesOf } from './places'

const graph = {
  nodes: Array.from({ length: 60 }, (_, i) => ({
    id: `n${i}`,
    position: { x: (i % 7) * 240 - 700, y: Math.floor(i / 7) * 96 - 300 },
  })),
} as unknown as Graph

describe('places', () => {
  it('finds what a scan of all cards finds', () => {
    for (let step = 0; step < 40; step += 1) {
      const view = { x: -900 + step * 41, y: -500 + step * 23, width: 90 * step, height: 300 }
      const scanned = graph.nodes.filter(({ position }) => meet(rectOf(position), view))
      const ids = [...placesOf(graph).within(view)].map(({ id }) => id).sort()
      expect(ids).toEqual(scanned.map(({ id }) => id).sort())
    }
  })

  it('finds the card at a place, or none', () => {
    for (const node of graph.nodes) {
      const { x, y } = node.position
      expect(placesOf(graph).at({ x: x + 200, y: y + 50 })).toBe(node)
      expect(placesOf(graph).at({ x: x + 220, y: y + 50 })).toBeUndefined()
    }
  })
})
