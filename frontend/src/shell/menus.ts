/** What a context menu offers: the actions that fit, in sections, and layers that fit the shape. */
import { lookup } from '../document/lookup'
import type { Action } from '../editor/actions'
import { ACTIONS } from '../editor/actions'
import type { Editor, LayerSearch } from '../editor/editor.svelte'
import { oneWithOutput } from '../editor/selected'
import { type Item, offered } from './searching'

/** The order of the actions in menus, with a line between the sections. */
export const SECTIONS: readonly (readonly string[])[] = [
  ['quick-add', 'add-after', 'insert-into-wire', 'connect', 'paste-here', 'paste-outer'],
  ['write-annotation', 'select-inside'],
  ['inside-large', 'layer-alone', 'edit-card', 'rename', 'bypass', 'freeze', 'unfreeze'],
  ['duplicate', 'call-again', 'copy', 'cut'],
  ['open-model', 'leave-model', 'group', 'ungroup', 'frame', 'note'],
  ['bend-wire', 'straighten', 'cut-wire'],
  ['layout', 'layout-right', 'layout-columns', 'select-all', 'fold', 'refold', 'fit'],
  ['minimap', 'tint-parameters', 'inside-view', 'present', 'tour'],
  ['delete', 'delete-heal'],
]
/** How many layers a menu offers by name. */
const MOST = 3

/** Return the actions of the open menu, in sections. */
export function menuSections(editor: Editor): Action[][] {
  const { menu } = editor
  if (!menu) return []
  const fitting = ACTIONS.filter((action) => action.menu?.includes(menu.on) && action.when(editor))
  const places = new Map(SECTIONS.flat().map((id, place) => [id, place]))
  const placeOf = ({ id }: Action) => places.get(id) ?? Number.POSITIVE_INFINITY
  const sections = SECTIONS.map((ids) => fitting.filter(({ id }) => ids.includes(id)))
  const others = fitting.filter(({ id }) => !places.has(id))
  return [...sections, others]
    .filter((section) => section.length > 0)
    .map((section) => section.toSorted((a, b) => placeOf(a) - placeOf(b)))
}

/** Return layers that may follow the selected one, or go into the selected wire. */
export function menuLayers(editor: Editor): Item[] {
  const search = searchFor(editor)
  return search ? offered(editor, search, '').slice(0, MOST) : []
}

function searchFor(editor: Editor): LayerSearch | null {
  const { menu, session, canvas } = editor
  if (session.viewOnly) return null
  if (menu?.on === 'nodes') {
    const from = oneWithOutput(editor)
    return from && { for: 'layer', at: null, from, strict: true }
  }
  const [id] = session.selection.edges
  const edge = menu?.on === 'edges' ? lookup(canvas.graph).edges.get(id ?? '') : undefined
  if (!edge) return null
  const from = { node: edge.source, port: edge.source_port }
  return { for: 'layer', at: null, from, edge: edge.id, strict: true }
}
