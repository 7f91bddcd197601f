import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Document, Operation } from '../contract'
import { emptyDocument } from './model'
import { apply, applyAll, at, invert, isRefused } from './operations'

interface Case {
  name: string
  document?: Document
  operation: Operation
  result?: Document
  refused?: string
  inverse?: Operation | null
  judge?: 'server'
}

// Read as text: the file holds a lone surrogate, which no bundler takes.
const shared = readFileSync('../tests/operations.json', 'utf8')
const { document: common, cases } = JSON.parse(shared) as { document?: Document; cases: Case[] }

/** The order of members carries no meaning. */
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

  it.each(cases.filter((one) => one.judge !== 'server'))('$name', (one) => {
    const document = (one.document ?? common) as Document
    const before = structuredClone(document)
    const result = apply(document, one.operation)
    if (one.refused) expect(isRefused(result) && result.code).toBe(one.refused)
    else {
      expect(isRefused(result) ? result : result.document).toEqual(one.result)
      const inverse = invert(document, one.operation)
      if (one.inverse) expect(inverse).toEqual(one.inverse)
      expect(ordered(must(one.result as Document, inverse))).toEqual(ordered(document))
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
