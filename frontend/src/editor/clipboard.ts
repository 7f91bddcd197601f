/** Copying, pasting and duplicating parts of a graph. */

import type { Position } from '../contract'
import type { Fragment } from '../document/clipboard'
import { cut, fromText, paste, toText } from '../document/clipboard'
import { boundsOf, meet, snapped } from '../document/geometry'
import { t } from '../words/t'
import { asideOf } from './beside'
import type { Canvas } from './canvas.svelte'

interface How {
  /** Whether the copies are fed by what fed the originals. */
  outer?: boolean
  /** Where the middle of the copies lies; else they lie beside the originals. */
  at?: Position
}

/** The text copied last in this page, for browsers that refuse access to the clipboard. */
let copied: string | null = null

/** Return the selected nodes as text; null when none is selected. */
export function copy(canvas: Canvas): string | null {
  const { nodes } = canvas.session.selection
  if (nodes.size === 0) return null
  copied = toText(cut(canvas.graph, nodes))
  canvas.session.notices.announce(t('editor.copied', { count: nodes.size }))
  return copied
}

/** Paste a copied part of a graph; return whether the text is one. */
export function pasteText(canvas: Canvas, text: string | null, how: How = {}): boolean {
  const fragment = fromText(text ?? copied ?? '')
  if (!fragment || fragment.nodes.length === 0) return false
  insert(canvas, fragment, how)
  return true
}

export function duplicate(canvas: Canvas): void {
  insert(canvas, cut(canvas.graph, canvas.session.selection.nodes))
}

function insert(canvas: Canvas, fragment: Fragment, { outer = false, at }: How = {}): void {
  const positions = fragment.nodes.map(({ position }) => position)
  const move = at ? moveTo(fragment, at) : asideOf(canvas.graph, positions)
  const { operations, nodes } = paste(canvas.graph, fragment, move, outer)
  canvas.session.edit(operations)
  canvas.session.selection.set(nodes)
  show(canvas, nodes)
  canvas.session.notices.announce(t('editor.added', { count: nodes.length }))
}

/** Bring copies into view if none of them is, and give the focus to a single one. */
function show(canvas: Canvas, ids: readonly string[]): void {
  const [first] = ids
  const copies = new Set(ids)
  const bounds = boundsOf(canvas.graph.nodes.filter(({ id }) => copies.has(id)))
  if (first === undefined || !bounds) return
  if (!meet(bounds, canvas.view)) canvas.reveal(first)
  if (ids.length === 1) canvas.focus(first)
}

/** Return how far a part of a graph is moved so that its middle lies at a place. */
function moveTo({ nodes }: Fragment, at: Position): Position {
  const { x, y, width, height } = boundsOf(nodes) ?? { ...at, width: 0, height: 0 }
  return snapped({ x: at.x - x - width / 2, y: at.y - y - height / 2 })
}
