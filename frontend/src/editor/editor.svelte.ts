/** The editor of one project: its session, its canvas, and which dialogs are open. */
import { getContext, setContext } from 'svelte'
import type { Position } from '../contract'
import type { Placeable } from '../document/submodels'
import type { Session } from '../session'
import { Canvas } from './canvas.svelte'

/** What the search dialog searches. */
export type Search =
  | { for: 'everything' }
  | { for: 'layer'; at: Position | null; from: { node: string; port: string } | null }
  | { for: 'target'; node: string; port: string }

export interface Menu {
  x: number
  y: number
}

export class Editor {
  readonly canvas: Canvas
  search = $state.raw<Search | null>(null)
  menu = $state.raw<Menu | null>(null)
  help = $state(false)
  /** Whether the name that others see is being changed. */
  naming = $state(false)
  /** Incremented to move the focus into the palette's search. */
  paletteFocus = $state(0)
  /** The layer that is being dragged out of the palette. */
  dragging = $state.raw<{ entry: Placeable; x: number; y: number } | null>(null)

  constructor(readonly session: Session) {
    this.canvas = new Canvas(session)
  }

  searchLayers(): void {
    this.session.view.left.open = true
    this.session.view.leftTab = 'layers'
    this.paletteFocus += 1
  }
}

const KEY = Symbol('editor')

export function provideEditor(editor: Editor): Editor {
  return setContext(KEY, editor)
}

export function useEditor(): Editor {
  return getContext<Editor>(KEY)
}
