/** The editor of one project: its session, its canvas, and which dialogs are open. */
import { getContext, setContext } from 'svelte'
import type { Position } from '../contract'
import type { Placeable } from '../document/submodels'
import type { Session } from '../session'
import { Canvas } from './canvas.svelte'

/** What the search dialog searches. */
export type Search =
  | { for: 'everything' }
  | LayerSearch
  | { for: 'target'; node: string; port: string }
  | { for: 'source'; node: string; port: string }
  | { for: 'node' }

/** A layer to add: where, and what it is wired to. */
export interface LayerSearch {
  for: 'layer'
  /** The place on the canvas, or null for below the selected layer. */
  at: Position | null
  /** The output that feeds it. */
  from: { node: string; port: string } | null
  /** The input that it feeds. */
  into?: { node: string; port: string }
  /** The wire to insert it into. */
  edge?: string
  /** Whether layers that don't accept the tensor are left out. */
  strict?: true
  /** Where the pointer is in the window. */
  pointer?: Position
}

export type Target = 'nodes' | 'edges' | 'annotation' | 'canvas'

export interface Menu {
  x: number
  y: number
  /** What was pointed at. */
  on: Target
  /** The place on the canvas. */
  at: Position | null
}

export class Editor {
  readonly canvas: Canvas
  search = $state.raw<Search | null>(null)
  menu = $state.raw<Menu | null>(null)
  help = $state(false)
  /** Whether the canvas is shown to an audience: large, without panels. */
  presenting = $state(false)
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
