import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Document, Graph, Node } from '../contract'
import { labelOf } from './layers'
import { graphsOf } from './lookup'
import { DOCUMENT, fill } from './model'
import { LayerIndex } from './models'
import { CATALOGUE } from './sampleCatalogue'
import { titleOf } from './submodels'

interface Case {
  name: string
  graphs: object[]
  titles: Record<string, string>
}

const { cases } = JSON.parse(readFileSync('../tests/titles.json', 'utf8')) as { cases: Case[] }

/** What each node of the main graph is called. */
function called(document: Document, name: (main: Graph, node: Node) => string) {
  const main = graphsOf(document).get('main') as Graph
  return Object.fromEntries(main.nodes.map((node) => [node.id, name(main, node)]))
}

describe('titles', () => {
  it.each(cases)('$name, as in the messages of the engine', ({ graphs, titles }) => {
    const document = fill(DOCUMENT, { graphs }) as unknown as Document
    const layers = new LayerIndex().of(CATALOGUE, document)
    expect(called(document, (main, node) => labelOf(node, layers, main))).toEqual(titles)
    expect(called(document, (main, node) => titleOf(document, main, node))).toEqual(titles)
  })

  it('follow the name of a sub-model', () => {
    const graphs = [{ id: 'main', nodes: [{ id: 'a', layer: 'Model', graph: 'g' }] }]
    const [first, then] = ['Block', 'Head'].map((name) => {
      const document = fill(DOCUMENT, { graphs: [...graphs, { id: 'g', name }] })
      return called(document as unknown as Document, (main, node) =>
        titleOf(document as unknown as Document, main, node),
      )
    })
    expect([first, then]).toEqual([{ a: 'Block' }, { a: 'Head' }])
  })
})
