import { describe, expect, it } from 'vitest'
import type { Graph } from '../../contract'
import { routesOf } from './routes'
import { lineOf, pointsOf, type Route } from './wires'

function graph(places: Record<string, [number, number]>, ...wires: string[]): Graph {
  return {
    nodes: Object.entries(places).map(([id, [x, y]]) => ({ id, position: { x, y } })),
    edges: wires.map((wire) => {
      const [source, target] = wire.split(' ')
      return { id: wire, source, target }
    }),
  } as unknown as Graph
}

function laneOf(route: Route | undefined): number {
  if (route?.kind !== 'lane') throw new Error('no lane')
  return route.lane
}

describe('routes', () => {
  const residual = graph({ a: [0, 0], b: [0, 96], c: [0, 192], d: [0, 288] }, 'a b', 'b c', 'a d')

  it('leads a shortcut past the cards between its ends', () => {
    const routes = routesOf(residual)
    expect([...routes.keys()]).toEqual(['a d'])
    expect(laneOf(routes.get('a d'))).toBeGreaterThan(208)
  })

  it('gives shortcuts that overlap lanes of their own', () => {
    const places = { a: [0, 0], b: [0, 96], c: [0, 192], d: [0, 288], e: [0, 384] } as const
    const routes = routesOf(graph(places as never, 'a d', 'b e'))
    const [first = 0, second = 0] = [...routes.values()].map(laneOf)
    expect(Math.abs(first - second)).toBeGreaterThanOrEqual(15)
  })

  it('leaves a card elsewhere than another wire enters it', () => {
    const places = { a: [0, 0], b: [0, 96], c: [0, 192], d: [0, 288], e: [0, 384] } as const
    const drawn = graph(places as never, 'a c', 'c e')
    const routes = routesOf(drawn)
    const line = (id: string) => {
      const [from, to] = id.split(' ').map((end) => places[end as keyof typeof places])
      const at = ([x = 0, y = 0]: readonly number[] = []) => ({ x, y })
      return pointsOf(routes.get(id) as Route, at(from), at(to))
    }
    expect(line('a c').at(-1)).not.toEqual(line('c e').at(0))
  })

  it('keeps the routes of an edit that moves nothing', () => {
    const before = routesOf({ ...residual })
    const edited = { ...residual, nodes: residual.nodes.map((node) => ({ ...node, name: 'x' })) }
    expect(routesOf(edited)).toBe(before)
  })

  it('ends at the port of a card that has several, not at its side', () => {
    const edges = [...residual.edges]
    const routes = routesOf({ ...residual, edges }, (_, end) => end === 'target')
    const route = routes.get('a d')
    expect(route).toMatchObject({ kind: 'lane', entry: 'port' })
    const port = { x: 52, y: 288 }
    const to = { x: 0, y: 288 }
    const { path } = lineOf(route as Route, { x: 0, y: 0 }, to, { target: port })
    expect(path).toMatch(/ 52,288$/)
    const [last] = pointsOf(route as Route, { x: 0, y: 0 }, to, { target: port }).slice(-1)
    expect(last).toEqual(port)
  })

  it('goes straight down from a source whose column is free', () => {
    const routes = routesOf(graph({ a: [256, 0], b: [0, 96], d: [0, 288] }, 'a d'))
    const route = routes.get('a d')
    expect(laneOf(route)).toBe(360)
    expect(route && lineOf(route, { x: 256, y: 0 }, { x: 0, y: 288 }).path).toMatch(/^M360,56 /)
  })
})

describe('lanes beside other wires', () => {
  it('run in the middle of a gap on the way, so that the shape of a wire has room', () => {
    const columns = { a: [0, 0], b: [0, 96], c: [304, 0], d: [304, 96] } as const
    const route = routesOf(graph(columns as never, 'a b', 'b c', 'c d')).get('b c')
    expect(laneOf(route)).toBe((208 + 304) / 2)
  })

  const far = { a: [0, 0], b: [-256, 288], c: [256, 96], d: [0, 384], e: [0, 192] } as const

  it('enter at the port where a wire from further out would be crossed at the side', () => {
    const inner = { ...far, c: [-128, 96] } as const
    const wires = ['a c', 'a e', 'e d', 'b d', 'c d']
    const route = routesOf(graph(inner as never, ...wires)).get('c d')
    expect(route).toMatchObject({ kind: 'lane', lane: -128 + 104, entry: 'port' })
    const { path } = lineOf(route as Route, { x: -128, y: 96 }, { x: 0, y: 384 })
    expect(path).toMatch(/^M-24,152 .* C-24,364 104,364 104,384$/)
  })

  it('enter at the side where nothing is in the way', () => {
    const route = routesOf(graph(far as never, 'a c', 'a e', 'e d', 'c d')).get('c d')
    expect(route).toMatchObject({ kind: 'lane', lane: 360, entry: 'side' })
  })

  it('leave at the port where a card is beside theirs', () => {
    const row = { a: [0, 0], b: [224, 0], c: [0, 96], d: [224, 96], e: [512, 288] } as const
    const route = routesOf(graph(row as never, 'a c', 'a e')).get('a e')
    expect(route).toMatchObject({ kind: 'lane', exit: 'port', entry: 'port' })
  })

  it('leave and enter at the side where they lead up', () => {
    const up = { a: [0, 192], b: [0, 96], c: [0, 0] } as const
    const route = routesOf(graph(up as never, 'a c')).get('a c')
    expect(route).toMatchObject({ kind: 'lane', exit: 'side', entry: 'side' })
  })
})

describe('routes to the right', () => {
  const row = { a: [0, 0], b: [304, 0], c: [608, 0], d: [912, 0] } as const
  const chain = ['a b', 'b c', 'c d']

  it('are from port to port, which are at the sides of cards', () => {
    const routes = routesOf(graph({ ...row, e: [304, 96] } as never, ...chain, 'a e'))
    expect(routes.size).toBe(0)
  })

  it('join the sides of cards that lie below each other', () => {
    const routes = routesOf(graph({ ...row, e: [0, 96] } as never, ...chain, 'a e'))
    expect([...routes]).toEqual([['a e', { kind: 'down' }]])
    const { path, middle } = lineOf({ kind: 'down' }, { x: 0, y: 0 }, { x: 0, y: 96 })
    expect(path).toBe('M104,56 C104,76 104,76 104,96')
    expect(middle).toEqual({ x: 104, y: 76 })
  })

  it('run below the cards between their ends', () => {
    const route = routesOf(graph(row as never, ...chain, 'a d')).get('a d')
    expect(laneOf(route)).toBe(56 + 16)
    const { around, path } = lineOf(route as Route, { x: 0, y: 0 }, { x: 912, y: 0 })
    expect(path).toMatch(/^M104,56 .* L1016,56$/)
    expect(around.map(({ y }) => y)).toEqual([72, 72])
  })

  it('are direct between cards beside each other, also where a graph runs down', () => {
    const down = { a: [0, 0], b: [0, 96], c: [0, 192], d: [304, 192] } as const
    const routes = routesOf(graph(down as never, ...chain))
    expect([...routes]).toEqual([['c d', { kind: 'right' }]])
    const { path } = lineOf({ kind: 'right' }, { x: 0, y: 192 }, { x: 304, y: 288 })
    expect(path).toBe('M208,220 C256,220 256,316 304,316')
  })

  it('stay from port to port where a graph runs down', () => {
    const branches = { a: [0, 0], b: [256, 96], c: [0, 96], d: [0, 192] } as const
    expect(routesOf(graph(branches as never, 'a b', 'a c', 'c d')).size).toBe(0)
  })
})

describe('routes up', () => {
  it('lead straight to the card above, with an arrowhead, beside the ports', () => {
    const route = routesOf(graph({ a: [0, 96], b: [0, 0] }, 'a b')).get('a b')
    expect(route).toEqual({ kind: 'up' })
    const { path } = lineOf(route as Route, { x: 0, y: 96 }, { x: 0, y: 0 })
    expect(path).toBe('M156,96 L156,56 M152,63 L156,56 L160,63')
  })

  it('run along a lane where another card is between', () => {
    const routes = routesOf(graph({ a: [0, 192], b: [0, 96], c: [0, 0] }, 'a c'))
    expect(laneOf(routes.get('a c'))).toBeGreaterThan(208)
  })
})
