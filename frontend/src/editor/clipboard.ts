/** Copying, pasting and duplicating parts of a graph. */

import type { Fragment } from '../document/clipboard'
import { cut, fromText, paste, toText } from '../document/clipboard'
import { GRID } from '../document/geometry'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

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
export function pasteText(canvas: Canvas, text: string | null): boolean {
  const fragment = fromText(text ?? copied ?? '')
  if (!fragment || fragment.nodes.length === 0) return false
  insert(canvas, fragment, 4 * GRID)
  return true
}

export function duplicate(canvas: Canvas): void {
  insert(canvas, cut(canvas.graph, canvas.session.selection.nodes), 4 * GRID)
}

function insert(canvas: Canvas, fragment: Fragment, step: number): void {
  // Pasting twice must not hide the first copy under the second.
  const taken = new Set(canvas.graph.nodes.map(({ position: { x, y } }) => `${x} ${y}`))
  let move = 0
  do {
    move += step
  } while (fragment.nodes.some(({ position: { x, y } }) => taken.has(`${x + move} ${y + move}`)))
  const { operations, nodes } = paste(canvas.graph, fragment, { x: move, y: move })
  canvas.session.edit(operations)
  canvas.session.selection.set(nodes)
  canvas.session.notices.announce(t('editor.added', { count: nodes.length }))
}
