/** What an action is. */
import type { Editor, Target } from '../editor.svelte'

export type Group = 'edit' | 'layers' | 'view' | 'model'

export interface Action {
  id: string
  label: string
  group: Group
  /** Keys, as "Mod+Shift+Z"; Mod is Ctrl, and Cmd on a Mac. */
  keys: readonly string[]
  /** What its context menu shows it for: cards, wires, frames and notes, the empty canvas. */
  menu?: readonly Target[]
  /** The browser handles its keys through an event of its own (copy, cut, paste). */
  native?: true
  /** It changes nothing in the project: also offered to who may only view it. */
  views?: true
  when: (editor: Editor) => boolean
  /** Perform the action; `keys` is the key combination that triggered it, if any. */
  perform: (editor: Editor, keys?: string) => void
}

export const always = () => true
export const NODES = ['nodes'] as const
export const EDGES = ['edges'] as const
export const ANNOTATION = ['annotation'] as const
export const CANVAS = ['canvas'] as const
