/** Presenting: the canvas alone, with large type. */
import type { Editor } from '../editor.svelte'

/** How large cards are shown to an audience, where there is room. */
const LARGE = 1.6

/** Begin a presentation, or leave it; the graph then fits the canvas again. */
export function present(editor: Editor, presenting: boolean): void {
  editor.presenting = presenting
  // In the first frame the panels go.
  onceSized(() => fitAll(editor))
}

/** The window changes its size: a graph that is whole in view stays so, such as on a projector. */
export function keepWhole(editor: Editor): void {
  const { canvas, presenting } = editor
  if (!canvas.showsAll) return
  onceSized(() => {
    if (presenting || !canvas.showsAll) fitAll(editor)
  })
}

function fitAll({ canvas, presenting }: Editor): void {
  canvas.fit(undefined, presenting ? LARGE : 1)
}

/** The canvas knows its size in the second frame. */
function onceSized(then: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(then))
}
