import { describe, expect, it } from 'vitest'
import type { Edge, Graph, Position } from '../../contract'
import { FOLD } from '../folding'
import { HEIGHT, meet, rectOf, WIDTH } from '../geometry'
import { edge, graph, node } from '../sample'
import { arrange } from './arrange'
import { routesOf } from './routes'
import { pointsOf } from './wires'

interface Options {
  convolutions?: number
  /** The layers between the ends of each skip. */
  crops?: number
  merge?: string
}

function unet(depth: number, options: Options = {}): Graph {
  const { convolutions = 2, crops = 0, merge = 'Concatenate' } = options
  const nodes = [node('in', 'Input')]
  const edges: Edge[] = []
  const add = (id: string, layer: string, ...from: string[]) => {
    nodes.push(node(id, layer))
    edges.push(...from.map((source) => edge(`${source} ${id}`)))
    return id
  }
  const convolve = (id: string, from: string) =>
    Array.from({ length: convolutions }).reduce<string>(
      (last, _, i) => add(`${id}${i}`, 'Conv2D', last),
      from,
    )
  let last = 'in'
  const skips: string[] = []
  for (let level = 0; level < depth; level += 1) {
    last = convolve(`down${level}-`, last)
    skips.push(last)
    last = add(`pool${level}`, 'MaxPooling2D', last)
  }
  last = convolve('bottom', last)
  for (let level = depth - 1; level >= 0; level -= 1) {
    last = add(`up${level}`, 'Conv2DTranspose', last)
    let skip = skips[level] as string
    for (let i = 0; i < crops; i += 1) skip = add(`crop${level}-${i}`, 'Cropping2D', skip)
    last = add(`join${level}`, merge, skip, last)
    last = convolve(`out${level}-`, last)
  }
  add('mask', 'Conv2D', last)
  return graph(nodes, edges)
}

function laidOut(before: Graph): Graph {
  const placed = arrange(before)
  const nodes = before.nodes.map((node) => ({
    ...node,
    position: placed.get(node.id) as Position,
  }))
  return { ...before, nodes }
}

function positions({ nodes }: Graph): (id: string) => Position {
  return (id) => nodes.find((node) => node.id === id)?.position as Position
}

type Segment = readonly [Position, Position]

/** The lines of all wires, as they are routed. */
function segments(graph: Graph): { id: string; segment: Segment }[] {
  const routes = routesOf(graph)
  const at = positions(graph)
  return graph.edges.flatMap(({ id, source, target }) => {
    const [from, to] = [at(source), at(target)]
    const route = routes.get(id)
    const points = route
      ? pointsOf(route, from, to)
      : [
          { x: from.x + WIDTH / 2, y: from.y + HEIGHT },
          { x: to.x + WIDTH / 2, y: to.y },
        ]
    return points.slice(1).map((end, i) => ({ id, segment: [points[i] as Position, end] as const }))
  })
}

function crosses([a, b]: Segment, [c, d]: Segment): boolean {
  const side = (p: Position, q: Position, r: Position) =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x))
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

function isClear(graph: Graph): void {
  const rects = graph.nodes.map(({ position }) => rectOf(position))
  rects.forEach((rect, i) => {
    for (const other of rects.slice(i + 1)) expect(meet(rect, other)).toBe(false)
  })
  const all = segments(graph)
  all.forEach(({ id, segment: [a, b] }, i) => {
    for (const other of all.slice(i + 1))
      if (other.id !== id) expect(crosses([a, b], other.segment)).toBe(false)
    const inside = {
      x: Math.min(a.x, b.x) + 1,
      y: Math.min(a.y, b.y) + 1,
      width: Math.abs(a.x - b.x) - 2,
      height: Math.abs(a.y - b.y) - 2,
    }
    for (const rect of rects) expect(meet(rect, inside)).toBe(false)
  })
}

describe('a U-Net', () => {
  it.each([2, 3, 4, 5])('is a U of %i levels, with horizontal skips', (depth) => {
    const u = laidOut(unet(depth))
    const at = positions(u)
    const [left, right] = [at('in').x, at('mask').x]
    expect(right).toBeGreaterThan(left + 2 * WIDTH)
    for (let level = 0; level < depth; level += 1) {
      expect(at(`join${level}`).y).toBe(at(`down${level}-1`).y)
      for (const id of [`down${level}-0`, `down${level}-1`, `pool${level}`])
        expect(at(id).x).toBe(left)
      for (const id of [`up${level}`, `join${level}`, `out${level}-1`]) expect(at(id).x).toBe(right)
      expect(at(`pool${level}`).y).toBeGreaterThan(at(`down${level}-1`).y)
      expect(at(`out${level}-0`).y).toBeLessThan(at(`join${level}`).y)
    }
    const bottom = Math.max(...u.nodes.map(({ position }) => position.y))
    const floor = u.nodes.filter(({ position }) => position.y === bottom).map(({ id }) => id)
    expect(floor).toEqual([`pool${depth - 1}`, 'bottom0', 'bottom1', `up${depth - 1}`])
    isClear(u)
  })

  it.each<[string, Options]>([
    ['one convolution', { convolutions: 1 }],
    ['three convolutions', { convolutions: 3 }],
    ['many convolutions', { convolutions: 9 }],
    ['sums', { merge: 'Add' }],
    ['crops', { crops: 1 }],
    ['two crops', { crops: 2, convolutions: 1 }],
  ])('with %s is one, too', (_, options) => {
    const u = laidOut(unet(3, options))
    const at = positions(u)
    const last = (options.convolutions ?? 2) - 1
    for (const level of [0, 1, 2]) expect(at(`join${level}`).y).toBe(at(`down${level}-${last}`).y)
    expect(at('join0').x).toBeGreaterThan(at('in').x)
    isClear(u)
  })

  it('is a U when its levels are folded, however high it is', () => {
    const levels = [0, 1, 2, 3]
    const names = ['in', ...levels.map((i) => `down${i}`), 'bottom', ...levels.map((i) => `up${i}`)]
    const nodes = names.map((id) => node(id, id === 'in' ? 'Input' : FOLD))
    const skips = levels.map((i) => edge(`down${i} up${3 - i}`))
    const chain = names.slice(1).map((id, i) => edge(`${names[i]} ${id}`))
    const folded = graph(nodes, [...chain, ...skips])
    const placed = arrange({ ...folded, aspect: 2, height: 300 })
    const at = (id: string) => placed.get(id) as Position
    for (const i of levels) {
      expect(at(`down${i}`).y).toBe(at(`up${3 - i}`).y)
      expect(at(`down${i}`).x).toBe(at('down0').x)
      expect(at(`up${i}`).x).toBe(at('up0').x)
    }
    expect(at('bottom').y).toBeGreaterThan(at('down3').y)
    isClear(laidOut(folded))
  })

  it('runs from left to right where that is asked for', () => {
    const placed = arrange({ ...unet(3), sideways: true })
    expect(placed.get('out0-0')?.x).toBeGreaterThan(placed.get('join0')?.x as number)
    expect(new Set(['in', 'bottom0', 'mask'].map((id) => placed.get(id)?.y)).size).toBe(1)
  })
})

describe('other structures are laid out downwards', () => {
  const runsDown = (before: Graph) => {
    const at = positions(laidOut(before))
    for (const { source, target } of before.edges) expect(at(source).y).toBeLessThan(at(target).y)
  }

  it('a single skip', () => runsDown(unet(1)))

  it('a gate inside a residual block', () => runsDown(unet(2, { merge: 'Multiply' })))

  it('residual blocks one after another', () => {
    const words = ['in a', 'a b', 'b add1', 'in add1', 'add1 c', 'c d', 'd add2', 'add1 add2']
    const ids = [...new Set(words.flatMap((word) => word.split(' ')))]
    const nodes = ids.map((id) => node(id, id.startsWith('add') ? 'Add' : 'Dense'))
    runsDown(
      graph(
        nodes,
        words.map((word) => edge(word)),
      ),
    )
  })

  it('a U-Net with a second input or output', () => {
    const { nodes, edges } = unet(2)
    runsDown(graph([...nodes, node('more')], [...edges, edge('join1 more')]))
    runsDown(graph([...nodes, node('time', 'Input')], [...edges, edge('time join1')]))
  })
})
