/** Adding a layer by name, at the pointer or after the selected one. */
import type { Editor } from './editor.svelte'
import { oneWithOutput } from './selected'

/** Offer layers to add at the pointer, wired to the selected one. */
export function quickAdd(editor: Editor): void {
  if (editor.session.viewOnly) return
  const { pointer, mover } = editor.canvas
  editor.search = {
    for: 'layer',
    at: pointer && (mover?.screenToFlowPosition(pointer) ?? null),
    from: oneWithOutput(editor),
    ...(pointer ? { pointer } : {}),
  }
}
