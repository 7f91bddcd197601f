/** Where the drawer lies. */
import { DRAWER_PLACES, type DrawerPlace } from '../session/view.svelte'
import type { Editor } from './editor.svelte'

/** Place the drawer, and fit the graph into what is left of the canvas. */
export function placeDrawer({ canvas, session }: Editor, place: DrawerPlace): void {
  session.view.drawerPlace = place
  // In the first frame the drawer moves, in the second the canvas knows its size.
  requestAnimationFrame(() => requestAnimationFrame(() => canvas.fit()))
}

/** Place the drawer at the next of its places. */
export function moveDrawer(editor: Editor): void {
  const next = DRAWER_PLACES.indexOf(editor.session.view.drawerPlace) + 1
  placeDrawer(editor, DRAWER_PLACES[next] ?? DRAWER_PLACES[0])
}
