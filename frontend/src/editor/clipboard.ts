/** Copying, pasting and duplicating parts of a graph. */

import type { Position } from '../contract'
import type { Fragment } from '../document/clipboard'
import { cut, fromText, paste, toText } from '../document/clipboard'
import { boundsOf, GRID, snapped } from '../document/geometry'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

const STEP_ASIDE = 4 * GRID

interface How {
  /** Whether the copies are fed by what fed the originals. */
  outer?: boolean
  /** Where the middle of the copies lies; else they lie a step aside of the originals. */
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
  const move = at ? moveTo(fragment, at) : aside(canvas, fragment)
  const { operations, nodes } = paste(canvas.graph, fragment, move, outer)
  canvas.session.edit(operations)
  canvas.session.selection.set(nodes)
  canvas.session.notices.announce(t('editor.added', { count: nodes.length }))
}

/** Return how far a part of a graph is moved so that its middle lies at a place. */
function moveTo({ nodes }: Fragment, at: Position): Position {
  const { x, y, width, height } = boundsOf(nodes) ?? { ...at, width: 0, height: 0 }
  return snapped({ x: at.x - x - width / 2, y: at.y - y - height / 2 })
}

/** Return how far it is moved otherwise: a step aside, or more. */
function aside(canvas: Canvas, fragment: Fragment): Position {
  // Pasting twice must not hide the first copy under the second.
  const taken = new Set(canvas.graph.nodes.map(({ position: { x, y } }) => `${x} ${y}`))
  let move = 0
  do {
    move += STEP_ASIDE
  } while (fragment.nodes.some(({ position: { x, y } }) => taken.has(`${x + move} ${y + move}`)))
  return { x: move, y: move }
}
