import { describe, expect, it } from 'vitest'
import type { Edge, Graph, Position } from '../../contract'
import { MODEL } from '../calls'
import { WIDTH } from '../geometry'
import { edge, graph, node } from '../sample'
import { arrange } from './arrange'
import { routesOf } from './routes'
import { lineOf } from './wires'

/** Wires as "source > target" or "source > target.port". */
function graphOf(layers: Record<string, string>, wires: readonly string[]): Graph {
  const edges = wires.map((wire): Edge => {
    const [source = '', end = ''] = wire.split(' > ')
    const [target = '', target_port = 'inputs'] = end.split('.')
    return { ...edge(`${source} ${target}`), id: wire, target_port }
  })
  return graph(
    Object.entries(layers).map(([id, layer]) => node(id, layer)),
    edges,
  )
}

/** Encoder blocks e0…, decoder blocks d0… with a residual connection around each attention. */
function transformer(blocks: number): Graph {
  const layers: Record<string, string> = { words: 'Input', said: 'Input' }
  const wires: string[] = []
  const block = (name: string, from: string, other: string) => {
    Object.assign(layers, { [name]: 'MultiHeadAttention', [`${name}+`]: 'Add' })
    wires.push(`${from} > ${name}.query`, `${other} > ${name}.value`)
    wires.push(`${from} > ${name}+`, `${name} > ${name}+`)
    return `${name}+`
  }
  let [x, end] = ['words', 'words']
  for (let at = 0; at < blocks; at += 1) end = block(`e${at}`, end, end)
  x = 'said'
  for (let at = 0; at < blocks; at += 1) {
    x = block(`self${at}`, x, x)
    x = block(`d${at}`, x, end)
  }
  layers.next = 'Dense'
  return graphOf(layers, [...wires, `${x} > next`])
}

function laidOut(before: Graph): Graph {
  const placed = arrange(before)
  const nodes = before.nodes.map((node) => ({
    ...node,
    position: placed.get(node.id) as Position,
  }))
  return { ...before, nodes }
}

function xs({ nodes }: Graph, isOne: (id: string) => boolean): Set<number> {
  return new Set(nodes.filter(({ id }) => isOne(id)).map(({ position }) => position.x))
}

/** The x coordinates of the cards up to one of them, and of the others. */
function sides(before: Graph, encoder: readonly string[]): [number[], number[]] {
  const placed = laidOut(before)
  return [
    [...xs(placed, (id) => encoder.includes(id))],
    [...xs(placed, (id) => !encoder.includes(id))],
  ]
}

describe('an encoder and its decoder', () => {
  it.each([1, 2, 4])('of %i blocks are two straight lines from one row on', (blocks) => {
    const placed = laidOut(transformer(blocks))
    const isEncoder = (id: string) => id === 'words' || id.startsWith('e')
    const [left, ...others] = xs(placed, isEncoder)
    const [right, ...more] = xs(placed, (id) => !isEncoder(id))
    expect([others, more]).toEqual([[], []])
    expect(left).toBeLessThan(right as number)
    const y = (id: string) => placed.nodes.find((node) => node.id === id)?.position.y
    expect(y('words')).toBe(y('said'))
  })

  it('are joined by wires between them, and those that lead up have an arrowhead', () => {
    const placed = laidOut(transformer(3))
    const routes = routesOf(placed)
    const at = (id: string) => placed.nodes.find((node) => node.id === id)?.position as Position
    const joining = placed.edges.filter(({ source, target }) => at(source).x !== at(target).x)
    expect(joining).toHaveLength(3)
    const heads = joining.filter(({ id, source, target }) => {
      const route = routes.get(id)
      // One that leads to the next row needs no lane.
      if (route?.kind !== 'lane') return false
      expect(route.lane).toBeGreaterThanOrEqual(at(source).x + WIDTH / 2)
      expect(route.lane).toBeLessThan(at(target).x)
      return lineOf(route, at(source), at(target)).path.split('M').length > 2
    })
    expect(heads.map(({ target }) => target)).toEqual(['d0'])
  })

  it('may be recurrent, and calls of sub-models', () => {
    const layers = { a: 'Input', b: 'Embedding', c: 'LSTM', d: 'Input', e: 'Embedding' }
    const recurrent = graphOf(
      { ...layers, f: 'LSTM', g: 'AdditiveAttention', h: 'Concatenate', i: 'Dense' },
      [
        ...['a > b', 'b > c', 'd > e', 'e > f', 'c > f.initial_state', 'f > g', 'c > g'],
        ...['f > h', 'g > h', 'h > i'],
      ],
    )
    expect(sides(recurrent, ['a', 'b', 'c']).map(({ length }) => length)).toEqual([1, 1])
    const calls = graphOf({ ...layers, c: MODEL, f: MODEL, g: MODEL, h: 'Dense' }, [
      ...['a > b', 'b > c', 'd > e', 'e > f', 'c > f', 'f > g', 'c > g', 'g > h'],
    ])
    expect(sides(calls, ['a', 'b', 'c']).map(({ length }) => length)).toEqual([1, 1])
  })
})

describe('what is no encoder beside a decoder', () => {
  it.each([
    ['branches of a merge', { c: 'Dense', f: 'Dense', g: 'Concatenate' }, ['c > g', 'f > g']],
    // The query is computed from what it attends to.
    ['one input', { c: 'Dense', f: 'Dense', g: 'Attention' }, ['c > f', 'f > g', 'c > g']],
  ])('stays in rows: %s', (_, layers, wires) => {
    const both = { a: 'Input', b: 'Dense', ...layers, h: 'Dense' }
    const start = wires.includes('c > f') ? [] : ['d > e', 'e > f']
    const others: Record<string, string> = start.length > 0 ? { d: 'Input', e: 'Dense' } : {}
    const all = graphOf({ ...both, ...others }, ['a > b', 'b > c', ...start, ...wires, 'g > h'])
    const placed = laidOut(all)
    for (const { source, target } of placed.edges) {
      const y = (id: string) => placed.nodes.find((node) => node.id === id)?.position.y as number
      expect(y(source)).toBeLessThan(y(target))
    }
  })
})
