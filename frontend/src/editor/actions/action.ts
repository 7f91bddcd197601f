/** What an action is. */
import type { Editor } from '../editor.svelte'

export type Group = 'edit' | 'layers' | 'view' | 'model'

export interface Action {
  id: string
  label: string
  group: Group
  /** Keys, as "Mod+Shift+Z"; Mod is Ctrl, and Cmd on a Mac. */
  keys: readonly string[]
  /** Shown in the context menu of the canvas. */
  menu?: true
  /** The browser handles its keys through an event of its own (copy, cut, paste). */
  native?: true
  when: (editor: Editor) => boolean
  /** Perform the action; `keys` is the key combination that triggered it, if any. */
  perform: (editor: Editor, keys?: string) => void
}

export const always = () => true
