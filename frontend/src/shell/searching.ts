/** What the search over everything offers: actions, nodes, layers, and ports to connect to. */
import { targetsFor } from '../document/connect'
import { kindOf, labelOf } from '../document/layers'
import { find, groups } from '../document/search'
import { type Placeable, placeableModels } from '../document/submodels'
import { ACTIONS } from '../editor/actions'
import type { Editor, Search } from '../editor/editor.svelte'
import { hint } from '../editor/keys'
import { join, place } from '../editor/verbs'

type Asked<For extends Search['for']> = Extract<Search, { for: For }>

export interface Item {
  id: string
  label: string
  detail: string
  entry?: Placeable
  perform: () => void
}

const MOST = 60

/** Return what fits the text that was typed, for what is asked. */
export function offered(editor: Editor, search: Search, text: string): Item[] {
  return all(editor, search, text).slice(0, MOST)
}

function all(editor: Editor, search: Search, text: string): Item[] {
  switch (search.for) {
    case 'target':
      return targets(editor, search, text)
    case 'layer':
      return layers(editor, search, text)
    case 'everything':
      return [...actions(editor, text), ...nodes(editor, text), ...layers(editor, null, text)]
  }
}

function fits(text: string, label: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => label.toLowerCase().includes(word))
}

function actions(editor: Editor, text: string): Item[] {
  return ACTIONS.filter((one) => one.id !== 'search' && one.id !== 'move')
    .filter((one) => fits(text, one.label) && one.when(editor))
    .map((one) => ({
      id: one.id,
      label: one.label,
      detail: hint(one),
      perform: () => one.perform(editor),
    }))
}

function nodes({ canvas, session }: Editor, text: string): Item[] {
  if (text.trim() === '') return []
  return canvas.graph.nodes
    .filter((node) => fits(text, `${labelOf(node, canvas.layers)} ${node.layer}`))
    .slice(0, 12)
    .map((node) => ({
      id: `node ${node.id}`,
      label: labelOf(node, canvas.layers),
      detail: `go to this ${kindOf(node)}`,
      entry: canvas.layers.get(node.layer),
      perform: () => session.location.reveal(node.id),
    }))
}

function layers({ canvas, session }: Editor, asked: Asked<'layer'> | null, text: string): Item[] {
  const models = placeableModels(session.document, session.location.graph)
  const all = groups(session.catalogue, models).flatMap((group) => group.entries)
  const entries = text.trim() ? find(session.catalogue, text, models) : asked ? all : []
  return entries
    .filter((entry) => !entry.refused && (!asked?.from || entry.inputs.length > 0))
    .map((entry) => ({
      id: `layer ${entry.graph ?? entry.name}`,
      label: entry.name,
      detail: asked
        ? entry.category
        : entry.graph
          ? 'use this sub-model again'
          : 'place this layer',
      entry,
      perform: () =>
        place(canvas, entry, {
          ...(asked?.at ? { at: asked.at } : {}),
          ...(asked?.from ? { from: asked.from } : {}),
        }),
    }))
}

function targets({ canvas }: Editor, { node, port }: Asked<'target'>, text: string): Item[] {
  return targetsFor(canvas.graph, canvas.layers, node)
    .filter((target) =>
      fits(text, `${labelOf(target.node, canvas.layers)} ${target.node.layer} ${target.port.name}`),
    )
    .map((target) => ({
      id: `port ${target.node.id} ${target.port.name}`,
      label: labelOf(target.node, canvas.layers),
      detail: `${target.node.layer} · ${target.port.name}`,
      entry: canvas.layers.get(target.node.layer),
      perform: () => {
        const wire = { source: node, source_port: port }
        join(canvas, { ...wire, target: target.node.id, target_port: target.port.name })
      },
    }))
}
