import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Document, Graph, Node, Operation } from '../contract'
import { Facts } from './facts'
import { lookup } from './lookup'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { placesOf } from './places'
import { edge, graph, node } from './sample'
import { titlesOf } from './titles'

const IDS = ['a', 'b', 'c']
const start: Document = {
  ...emptyDocument(),
  graphs: [
    graph(
      IDS.map((id) => node(id)),
      [edge('a b'), edge('b c')],
    ),
  ],
}

function main(document: Document): Graph {
  return document.graphs[0] as Graph
}

function set(id: string, rest: string[], value: unknown): Operation {
  return { type: 'set', path: ['graphs', 'main', 'nodes', id, ...rest], value }
}

const id = fc.constantFrom(...IDS)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(id, fc.nat(9)).map(([id, units]) => set(id, ['params', 'units'], units)),
  fc.tuple(id, fc.constantFrom('', 'Dense', 'x')).map(([id, name]) => set(id, ['name'], name)),
  fc.tuple(id, fc.option(id)).map(([id, owner]) => set(id, ['shares'], owner)),
  fc.tuple(id, fc.nat(5000)).map(([id, x]) => set(id, ['position'], { x, y: 0 })),
  id.map((id): Operation => ({ type: 'remove', path: ['graphs', 'main', 'nodes', id] })),
  id.map(
    (id): Operation => ({ type: 'add', path: ['graphs', 'main', 'nodes'], item: { ...node(id) } }),
  ),
)

/** Everything that is passed on from list to list. */
function known(of: Graph): unknown {
  const { nodes, owners } = lookup(of)
  const area = { x: 0, y: 0, width: 2500, height: 100 }
  return {
    nodes: nodes.inOrder(IDS),
    owners: [...owners],
    titles: [...titlesOf(of)],
    bounds: placesOf(of).bounds,
    within: [...placesOf(of).within(area)].map(({ id }) => id).toSorted(),
  }
}

it('passes on what is found anew in a copy', () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation, { minLength: 1, maxLength: 3 })), (batches) => {
      let document = start
      for (const batch of batches) {
        known(main(document))
        document = applyAll(document, batch).document
        expect(known(main(document))).toEqual(known(structuredClone(main(document))))
      }
    }),
  )
})

it('finds nothing anew after a key in a parameter', () => {
  let found = 0
  const layers = new Facts<Node, string[]>(
    (nodes) => {
      found += 1
      return nodes.map(({ layer }) => layer)
    },
    (before, after) => before.layer === after.layer,
  )
  let document = start
  for (let units = 1; units < 20; units += 1) {
    expect(layers.of(main(document).nodes)).toEqual(['Dense', 'Dense', 'Dense'])
    document = applyAll(document, [set('b', ['params', 'units'], units)]).document
  }
  expect(found).toBe(1)
  expect(titlesOf(main(document))).toBe(
    titlesOf(main(applyAll(document, [set('a', ['params', 'units'], 1)]).document)),
  )
})
