/** Presenting: the canvas alone, with large type. */
import type { Editor } from '../editor.svelte'

/** How large cards are shown to an audience, where there is room. */
const LARGE = 1.6

/** Begin a presentation, or leave it; the graph then fits the canvas again. */
export function present(editor: Editor, presenting: boolean): void {
  editor.presenting = presenting
  // In the first frame the panels go, in the second the canvas knows its size.
  const most = presenting ? LARGE : 1
  requestAnimationFrame(() => requestAnimationFrame(() => editor.canvas.fit(undefined, most)))
}
