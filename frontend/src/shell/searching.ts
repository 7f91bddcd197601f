/** The results of the search: actions, nodes, layers, and ports to connect to. */
import type { Node, Tensor } from '../contract'
import { accepts, likely } from '../document/accepts'
import { kindOf, labelOf } from '../document/layers'
import { find, fittingFirst, groups } from '../document/search'
import { graphName, MAIN, type Placeable, placeableModels } from '../document/submodels'
import { valueWord } from '../document/telling'
import { ACTIONS } from '../editor/actions'
import type { Editor, LayerSearch, Search } from '../editor/editor.svelte'
import { hint } from '../editor/keys'
import { type Place, place } from '../editor/placing'
import { shape } from '../words/format'
import { t } from '../words/t'
import { fits, type Item } from './matching'
import { sources, targets } from './searchingPorts'

export type { Item } from './matching'

const MOST = 60
/** How many layers are offered before all the others. */
const MOST_LIKELY = 6

/** Return the results that match the typed text. */
export function offered(editor: Editor, search: Search, text: string): Item[] {
  return all(editor, search, text).slice(0, MOST)
}

function all(editor: Editor, search: Search, text: string): Item[] {
  switch (search.for) {
    case 'target':
      return targets(editor, search, text)
    case 'source':
      return sources(editor, search, text)
    case 'layer':
      return layers(editor, search, text)
    case 'node':
      return everywhere(editor, text)
    case 'everything':
      return [...actions(editor, text), ...nodes(editor, text), ...placeable(editor, text)]
  }
}

function placeable(editor: Editor, text: string): Item[] {
  return editor.session.viewOnly ? [] : layers(editor, null, text)
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

function layers({ canvas, session }: Editor, search: LayerSearch | null, text: string): Item[] {
  const models = placeableModels(session.document, session.location.graph)
  const all = groups(session.catalogue, models).flatMap((group) => group.entries)
  const tensor = search?.from ? canvas.tensorOf(portOf(search.from)) : undefined
  const matching = find(session.catalogue, text, models, tensor)
  const entries = text.trim() ? matching : search ? all : []
  return arranged(
    entries.filter((entry) => !entry.refused && isWireable(entry, search)),
    search,
    tensor,
    text,
  ).map((entry) => ({
    id: `layer:${entry.graph ?? entry.name}`,
    label: entry.name,
    detail: detailOf(entry, search, tensor),
    entry,
    perform: () => place(canvas, entry, whereOf(search)),
  }))
}

function portOf({ node, port }: { node: string; port: string }) {
  return { source: node, source_port: port }
}

/** Whether a layer has the ends that the wire needs. */
function isWireable(entry: Placeable, search: LayerSearch | null): boolean {
  if (search?.into && entry.outputs.length === 0) return false
  return !search?.strict || !search.from || entry.inputs.length > 0
}

/** Put the layers that accept the tensor first, or leave out the others. */
function arranged(
  entries: Placeable[],
  search: LayerSearch | null,
  tensor: Tensor | undefined,
  text: string,
): Placeable[] {
  if (!search?.from) return entries
  const offered = search.strict ? entries.filter((entry) => accepts(entry, tensor)) : entries
  if (text.trim()) return offered
  const fitting = tensor ? fittingFirst(offered, tensor) : offered
  const first = likely(fitting, tensor, MOST_LIKELY)
  return [...first, ...fitting.filter((entry) => !first.includes(entry))]
}

function detailOf(
  entry: Placeable,
  search: LayerSearch | null,
  tensor: Tensor | undefined,
): string {
  if (!search) return entry.graph ? t('shell.useAgain') : t('shell.placeLayer')
  if (tensor && entry.inputs.length > 0 && !accepts(entry, tensor))
    return t('shell.otherShape', { shape: shape(tensor.shape.slice(1)) })
  return entry.category
}

function whereOf(search: LayerSearch | null): Place {
  if (!search) return {}
  const { at, from, into, edge } = search
  return {
    ...(at ? { at } : {}),
    ...(from ? { from } : {}),
    ...(into ? { into } : {}),
    ...(edge ? { edge } : {}),
  }
}

/** Every layer of every graph whose name, kind or parameters match. */
function everywhere({ canvas, session }: Editor, text: string): Item[] {
  return session.document.graphs.flatMap((graph) =>
    graph.nodes
      .map((node) => ({ node, label: labelOf(node, canvas.layers, graph) }))
      .filter(({ node, label }) => fits(text, `${label} ${kindOf(node)} ${params(node)}`))
      .map(({ node, label }) => ({
        id: `node:${graph.id}:${node.id}`,
        label,
        detail: [kindOf(node), graph.id === MAIN ? '' : graphName(session.document, graph.id)]
          .filter((part) => part && part !== label)
          .join(' · '),
        entry: canvas.layers.get(node.layer),
        perform: () => {
          session.location.reveal(node.id, graph.id)
          canvas.focus(node.id)
        },
      })),
  )
}

function params(node: Node): string {
  return Object.entries(node.params)
    .map(([name, value]) => `${name} ${valueWord(value)}`)
    .join(' ')
}
