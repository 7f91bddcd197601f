import { describe, expect, it } from 'vitest'
import { freePlace, meet, rectOf, WIDTH } from '../geometry'
import { arrange } from './arrange'

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

  it('draws the longest path as a straight line, with shortcuts at one side', () => {
    const words = ['in a', 'a b', 'b c', 'in c', 'c d', 'd e', 'e f', 'c f', 'f out']
    const placed = arrange(sketch(words))
    expect(new Set([...placed.values()].map(({ x }) => x)).size).toBe(1)
  })

  it('draws equal branches around the line of their merge', () => {
    for (const count of [2, 3, 4]) {
      const branches = Array.from({ length: count }, (_, i) => [`in b${i}`, `b${i} join`]).flat()
      const placed = arrange(sketch([...branches, 'join out']))
      const x = (id: string) => placed.get(id)?.x ?? NaN
      const outer = (x('b0') + x(`b${count - 1}`)) / 2
      expect([x('in'), x('join'), x('out')]).toEqual([outer, outer, outer])
    }
  })

  it('wraps a long chain into columns, and never apart from a branch', () => {
    const chain = Array.from({ length: 40 }, (_, i) => `n${i} n${i + 1}`)
    const placed = arrange({ ...sketch([...chain, 'n10 n16']), aspect: 2 })
    const columns = new Set([...placed.values()].map(({ x }) => x))
    expect(columns.size).toBeGreaterThan(2)
    expect(placed.get('n0')?.x).toBe(Math.min(...columns))
    const inside = [10, 11, 12, 13, 14, 15, 16].map((i) => placed.get(`n${i}`)?.x)
    expect(new Set(inside).size).toBe(1)
    const heights = [...placed.values()].map(({ y }) => y)
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(20 * 96)
  })

  it.each([
    ['modules one after the other', (i: number) => `m${i}`],
    ['cells that read the two before', (i: number) => `m${Math.max(0, i - 1)}`],
  ])('wraps %s between them', (_, other) => {
    const modules = Array.from({ length: 12 }, (_, i) => [
      ...[0, 1, 2].flatMap((b) => [
        `m${i} x${i}${b}`,
        `x${i}${b} y${i}${b}`,
        `y${i}${b} m${i + 1}`,
      ]),
      `${other(i)} x${i}0`,
    ])
    const placed = arrange({ ...sketch(modules.flat()), aspect: 2 })
    const heights = [...placed.values()].map(({ y }) => y)
    expect(Math.max(...heights)).toBeLessThan(20 * 96)
    const rects = [...placed.values()].map(rectOf)
    expect(rects.filter((a, i) => rects.some((b, j) => j < i && meet(a, b)))).toEqual([])
    // No module is divided.
    for (let i = 0; i < 12; i += 1)
      expect(placed.get(`y${i}1`)?.y).toBe((placed.get(`x${i}1`)?.y as number) + 96)
  })

  it('wraps nothing that is no higher than it may be', () => {
    const chain = sketch(['a b', 'b c', 'c d'])
    const columns = (height: number) =>
      new Set([...arrange({ ...chain, aspect: 3, height }).values()].map(({ x }) => x)).size
    expect(columns(4 * 96)).toBe(1)
    expect(columns(3 * 96)).toBe(2)
  })

  it('runs from left to right, with the longest path as a straight line', () => {
    const words = ['in a', 'a b', 'b join', 'in c', 'c join', 'a join', 'join out']
    const { nodes, edges } = sketch(words)
    const placed = arrange({ nodes, edges, sideways: true })
    for (const { source, target } of edges) {
      const [from, to] = [placed.get(source), placed.get(target)]
      // The shape of a wire has room between two cards.
      expect((to?.x ?? 0) - (from?.x ?? 0)).toBeGreaterThanOrEqual(WIDTH + 96)
    }
    const line = ['in', 'a', 'b', 'join', 'out'].map((id) => placed.get(id)?.y)
    expect(new Set(line).size).toBe(1)
    expect(placed.get('c')?.y).not.toBe(line[0])
    const rects = [...placed.values()].map(rectOf)
    rects.forEach((rect, i) => {
      for (const other of rects.slice(i + 1)) expect(meet(rect, other)).toBe(false)
    })
  })

  it('keeps above what was above, from left to right', () => {
    const words = ['in a', 'in b', 'a join', 'b join']
    for (const [above, below] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const { nodes, edges } = sketch(words)
      const before = nodes.map(({ id }) => ({
        id,
        position: { x: 0, y: id === above ? -200 : id === below ? 200 : 0 },
      }))
      const placed = arrange({ nodes: before, edges, sideways: true })
      expect(placed.get(above)?.y).toBeLessThan(placed.get(below)?.y as number)
    }
  })

  it('takes a chain of 5,000, and one in which many feed the last as well', () => {
    const chain = Array.from({ length: 4999 }, (_, i) => `n${i} n${i + 1}`)
    expect(arrange(sketch(chain)).size).toBe(5000)
    const fan = Array.from({ length: 500 }, (_, i) => `n${i} n4999`)
    expect(arrange(sketch([...chain, ...fan])).size).toBe(5000)
  }, 60_000)

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
