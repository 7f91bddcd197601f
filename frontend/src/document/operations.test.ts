import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Document, Operation } from '../contract'
import { Draft } from './draft'
import { emptyDocument } from './model'
import { apply, applyAll, at, invert, isRefused } from './operations'

interface Case {
  name: string
  document?: Document
  operation: Operation
  result?: Document
  refused?: string
  inverse?: Operation | null
  only?: 'server'
}

// Read as text: the file holds a lone surrogate, which no bundler takes.
const shared = readFileSync('../tests/operations.json', 'utf8')
const { document: common, cases } = JSON.parse(shared) as { document?: Document; cases: Case[] }

/** The order of members is irrelevant. */
function ordered(document: Document): Document {
  const byId = <T extends { id: string }>(members: T[]) =>
    members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const graphs = document.graphs.map((graph) => ({
    ...graph,
    nodes: byId(graph.nodes),
    edges: byId(graph.edges),
  }))
  return { ...document, graphs: byId(graphs) }
}

function must(document: Document, operation: Operation): Document {
  const result = apply(document, operation)
  if (isRefused(result)) throw new Error(result.message)
  return result.document
}

describe('the shared cases', () => {
  it('are there', () => expect(cases.length).toBeGreaterThan(30))

  it.each(cases.filter((example) => example.only !== 'server'))('$name', (example) => {
    const document = (example.document ?? common) as Document
    const before = structuredClone(document)
    const result = apply(document, example.operation)
    if (example.refused) expect(isRefused(result) && result.code).toBe(example.refused)
    else {
      expect(isRefused(result) ? result : result.document).toEqual(example.result)
      const inverse = invert(new Draft(document), example.operation)
      if (example.inverse) expect(inverse).toEqual(example.inverse)
      expect(ordered(must(example.result as Document, inverse))).toEqual(ordered(document))
    }
    expect(document).toEqual(before)
  })
})

describe('hostile names', () => {
  const node = { id: 'n', layer: 'Dense' }
  const nodes = ['graphs', 'main', 'nodes']
  const document = must(emptyDocument(), { type: 'add', path: nodes, item: node })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is no property',
    (name) => {
      for (const place of [[], ['graphs'], nodes, [...nodes, 'n'], ['training'], ['target']]) {
        for (const operation of [
          { type: 'set', path: [...place, name], value: { polluted: true } },
          { type: 'set', path: [...place, name, 'polluted'], value: true },
          { type: 'unset', path: [...place, name] },
          { type: 'remove', path: [...place, name] },
          { type: 'add', path: [...place, name], item: node },
        ] as Operation[])
          expect(isRefused(apply(document, operation))).toBe(true)
      }
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    },
  )

  it('a parameter called constructor is only a parameter', () => {
    const path = [...nodes, 'n', 'params', 'constructor']
    const changed = must(document, { type: 'set', path, value: 1 })
    expect(at(changed, path)).toBe(1)
    expect(at(document, path)).toBe(undefined)
  })

  it('__proto__ is no parameter', () => {
    const path = [...nodes, 'n', 'params', '__proto__']
    expect(isRefused(apply(document, { type: 'set', path, value: { x: 1 } }))).toBe(true)
  })
})

it('what did not change is shared, not copied', () => {
  const document = common as Document
  const path = ['graphs', 'main', 'nodes', 'c', 'name']
  const changed = must(document, { type: 'set', path, value: 'digit' })
  expect(changed.training).toBe(document.training)
  expect(changed.graphs[0]?.nodes[0]).toBe(document.graphs[0]?.nodes[0])
  expect(changed.graphs[0]?.edges).toBe(document.graphs[0]?.edges)
})

it('one refusal does not stop the rest', () => {
  const remove: Operation = { type: 'remove', path: ['graphs', 'main', 'nodes', 'b'] }
  const rename: Operation = { type: 'set', path: ['name'], value: 'Two' }
  const { document, applied, refused } = applyAll(common as Document, [remove, remove, rename])
  expect(document.name).toBe('Two')
  expect(applied).toEqual([remove, rename])
  expect(refused.map(([index, { code }]) => [index, code])).toEqual([[1, 'nothing_there']])
})

describe('a batch', () => {
  const nodes = ['graphs', 'main', 'nodes']
  const edges = ['graphs', 'main', 'edges']
  const batch: Operation[] = [
    { type: 'add', path: nodes, item: { id: 'x', layer: 'Input' } },
    { type: 'set', path: ['graphs', 'main', 'inputs'], value: ['a', 'x'] },
    { type: 'add', path: nodes, item: { id: 'x', layer: 'Dense' } },
    { type: 'remove', path: [...nodes, 'b'] },
    { type: 'remove', path: [...edges, 'ab'] },
    { type: 'set', path: [...nodes, 'b', 'name'], value: 'gone' },
    { type: 'add', path: nodes, item: { id: 'b', layer: 'Flatten' } },
    { type: 'set', path: [...nodes, 'c', 'params', 'units'], value: 7 },
    { type: 'unset', path: [...nodes, 'c', 'params', 'activation'] },
    { type: 'set', path: [...nodes, 'x', 'position', 'x'], value: 3 },
    { type: 'add', path: ['graphs'], item: { id: 'part' } },
    { type: 'add', path: ['graphs', 'part', 'nodes'], item: { id: 'p', layer: 'Add' } },
    { type: 'set', path: ['graphs', 'part', 'name'], value: 'Part' },
    { type: 'set', path: ['training', 'epochs'], value: 3 },
    { type: 'remove', path: ['graphs', 'gone'] },
  ]

  it('is what its operations are one by one', () => {
    let document = common as Document
    for (const operation of batch) {
      const result = apply(document, operation)
      if (!isRefused(result)) document = result.document
    }
    const together = applyAll(common as Document, batch)
    expect(together.document).toEqual(document)
    expect(together.refused.map(([index]) => index)).toEqual([2, 5, 14])
  })

  it('that is refused leaves the very same document', () => {
    const unknown: Operation = { type: 'set', path: [...nodes, 'unknown', 'name'], value: 'x' }
    const refused = batch.slice(14).concat(unknown)
    expect(applyAll(common as Document, refused).document).toBe(common)
  })
})
