import { describe, expect, it } from 'vitest'
import { freePlace, meet, rectOf } from '../document/geometry'
import { arrange } from './layout'

function sketch(words: string[], xs: Record<string, number> = {}) {
  const ids = [...new Set(words.flatMap((word) => word.split(' ')))]
  return {
    nodes: ids.map((id) => ({ id, position: { x: xs[id] ?? 0, y: 0 } })),
    edges: words.map((word) => {
      const [source = '', target = ''] = word.split(' ')
      return { source, target }
    }),
  }
}

describe('laying out', () => {
  it('runs from top to bottom, and no card covers another', () => {
    const { nodes, edges } = sketch([
      'in a',
      'in b',
      'a join',
      'b join',
      'b c',
      'join out',
      'c out',
    ])
    const placed = arrange({ nodes, edges })
    for (const { source, target } of edges)
      expect(placed.get(source)?.y).toBeLessThan(placed.get(target)?.y as number)
    const rects = [...placed.values()].map(rectOf)
    rects.forEach((rect, i) => {
      for (const other of rects.slice(i + 1)) expect(meet(rect, other)).toBe(false)
    })
  })

  it('keeps left what was on the left', () => {
    const words = ['in a', 'in b', 'a join', 'b join']
    for (const [left, right] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const placed = arrange(sketch(words, { [left]: -200, [right]: 200 }))
      expect(placed.get(left)?.x).toBeLessThan(placed.get(right)?.x as number)
    }
  })

  it('bears circles, loose wires and nothing at all', () => {
    expect(arrange(sketch(['a b', 'b a'])).size).toBe(2)
    expect(arrange({ ...sketch(['a b']), edges: [{ source: 'a', target: 'gone' }] }).size).toBe(2)
    expect(arrange({ nodes: [], edges: [] }).size).toBe(0)
  })
})

it('a free place is near and covers nothing', () => {
  const taken = [0, 96, 192].map((y) => ({ position: { x: 0, y } }))
  const place = freePlace(taken, { x: 0, y: 96 })
  for (const { position } of taken) expect(meet(rectOf(place), rectOf(position))).toBe(false)
  expect(Math.hypot(place.x, place.y - 96)).toBeLessThan(400)
  expect(freePlace([], { x: 5, y: 6 })).toEqual({ x: 5, y: 6 })
})
