/** Dragging a layer out of the palette onto the canvas, with a mouse, a pen or a finger. */

import type { Position } from '../../contract'
import type { Placeable } from '../../document/submodels'
import type { Editor } from '../../editor/editor.svelte'
import { place } from '../../editor/placing'
import { edgesAt } from '../../editor/pointing'

const FAR_ENOUGH = 5

interface Options {
  editor: Editor
  entry: Placeable
}

export function dragOut(element: HTMLElement, options: Options) {
  let { editor, entry } = options
  let from: Position | null = null

  function start(event: PointerEvent): void {
    if (event.button !== 0 || entry.refused) return
    from = { x: event.clientX, y: event.clientY }
    addEventListener('pointermove', move)
    addEventListener('pointerup', end)
    addEventListener('pointercancel', stop)
    addEventListener('keydown', cancel, true)
  }

  function move(event: PointerEvent): void {
    if (!from) return
    const { clientX: x, clientY: y } = event
    if (!editor.dragging && Math.hypot(x - from.x, y - from.y) < FAR_ENOUGH) return
    editor.dragging = { entry, x, y }
    editor.canvas.dropEdge = edgesAt({ x, y })[0] ?? null
  }

  function end(event: PointerEvent): void {
    const wasDragging = editor.dragging !== null
    if (wasDragging) element.addEventListener('click', ignore, { capture: true, once: true })
    const edge = editor.canvas.dropEdge
    stop()
    const { clientX: x, clientY: y } = event
    if (!wasDragging || !isCanvas(x, y)) return
    const at = editor.canvas.mover?.screenToFlowPosition({ x, y })
    if (at) place(editor.canvas, entry, edge ? { at, edge } : { at })
    if (innerWidth < 800) editor.session.view.left.open = false
  }

  function stop(): void {
    from = null
    editor.dragging = null
    editor.canvas.dropEdge = null
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', end)
    removeEventListener('pointercancel', stop)
    removeEventListener('keydown', cancel, true)
  }

  /** A drag that ends where it began is no click. */
  function ignore(event: MouseEvent): void {
    event.preventDefault()
  }

  function cancel(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !editor.dragging) return
    event.stopPropagation()
    stop()
  }

  element.addEventListener('pointerdown', start)
  return {
    update(now: Options) {
      ;({ editor, entry } = now)
    },
    destroy() {
      stop()
      element.removeEventListener('pointerdown', start)
    },
  }
}

function isCanvas(x: number, y: number): boolean {
  return document.elementFromPoint(x, y)?.closest('.canvas') != null
}
