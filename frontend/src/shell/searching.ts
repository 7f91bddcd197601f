/** The results of the search: actions, nodes, layers, and ports to connect to. */
import { targetsFor } from '../document/connect'
import { kindOf, labelOf } from '../document/layers'
import { find, groups } from '../document/search'
import { type Placeable, placeableModels } from '../document/submodels'
import { ACTIONS } from '../editor/actions'
import type { Editor, Search } from '../editor/editor.svelte'
import { hint } from '../editor/keys'
import { place } from '../editor/placing'
import { join } from '../editor/wiring'
import { t } from '../words/t'

type Asked<For extends Search['for']> = Extract<Search, { for: For }>

export interface Item {
  id: string
  label: string
  detail: string
  entry?: Placeable
  perform: () => void
}

const MOST = 60

/** Return the results that match the typed text. */
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
  return ACTIONS.filter(({ id }) => id !== 'search' && id !== 'move')
    .filter((action) => fits(text, action.label) && action.when(editor))
    .map((action) => ({
      id: action.id,
      label: action.label,
      detail: hint(action),
      perform: () => action.perform(editor),
    }))
}

function nodes({ canvas, session }: Editor, text: string): Item[] {
  if (text.trim() === '') return []
  return canvas.graph.nodes
    .filter((node) => fits(text, `${labelOf(node, canvas.layers, canvas.graph)} ${node.layer}`))
    .slice(0, 12)
    .map((node) => ({
      id: `node:${node.id}`,
      label: labelOf(node, canvas.layers, canvas.graph),
      detail: t('shell.goTo', { kind: kindOf(node) }),
      entry: canvas.layers.get(node.layer),
      perform: () => session.location.reveal(node.id),
    }))
}

function layers({ canvas, session }: Editor, search: Asked<'layer'> | null, text: string): Item[] {
  const models = placeableModels(session.document, session.location.graph)
  const all = groups(session.catalogue, models).flatMap((group) => group.entries)
  const entries = text.trim() ? find(session.catalogue, text, models) : search ? all : []
  return entries
    .filter((entry) => !entry.refused && (!search?.from || entry.inputs.length > 0))
    .map((entry) => ({
      id: `layer:${entry.graph ?? entry.name}`,
      label: entry.name,
      detail: search ? entry.category : entry.graph ? t('shell.useAgain') : t('shell.placeLayer'),
      entry,
      perform: () =>
        place(canvas, entry, {
          ...(search?.at ? { at: search.at } : {}),
          ...(search?.from ? { from: search.from } : {}),
        }),
    }))
}

function targets({ canvas }: Editor, { node, port }: Asked<'target'>, text: string): Item[] {
  return targetsFor(canvas.graph, canvas.layers, node)
    .filter((target) =>
      fits(
        text,
        `${labelOf(target.node, canvas.layers, canvas.graph)} ${target.node.layer} ${target.port.name}`,
      ),
    )
    .map((target) => ({
      id: `port:${target.node.id}:${target.port.name}`,
      label: labelOf(target.node, canvas.layers, canvas.graph),
      detail: `${target.node.layer} · ${target.port.name}`,
      entry: canvas.layers.get(target.node.layer),
      perform: () => {
        const wire = { source: node, source_port: port }
        join(canvas, { ...wire, target: target.node.id, target_port: target.port.name })
      },
    }))
}
