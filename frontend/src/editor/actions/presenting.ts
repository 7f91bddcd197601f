/** Presenting: the canvas alone, with large type. */
import type { Editor } from '../editor.svelte'

/** How large cards are shown to an audience, where there is room, on a screen of this height. */
const LARGE = 1.6
const HIGH = 720

/** Whether a presentation begins or ends: the graph is about to be shown whole. */
let beginning = false

/** Begin a presentation, or leave it; the graph then fits the canvas again. */
export function present(editor: Editor, presenting: boolean): void {
  editor.presenting = presenting
  beginning = true
  // In the first frame the panels go.
  onceSized(() => {
    beginning = false
    fitAll(editor)
  })
}

/** The window changes its size: a graph that is whole in view stays so, such as on a projector. */
export function keepWhole(editor: Editor): void {
  const { canvas, presenting } = editor
  if (!canvas.showsAll && !beginning) return
  onceSized(() => {
    if (presenting || !canvas.showsAll) fitAll(editor)
  })
}

function fitAll({ canvas, presenting }: Editor): void {
  // A screen with more pixels is not a larger one: cards keep their share of it.
  const large = LARGE * Math.max(canvas.height / HIGH, 1)
  canvas.fit(undefined, presenting ? large : 1)
}

/** The canvas knows its size in the second frame. */
function onceSized(then: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(then))
}
