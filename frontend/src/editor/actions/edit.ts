/** Undo, the clipboard and the selection. */
import { t } from '../../words/t'
import { copy, duplicate, pasteText } from '../clipboard'
import type { Editor } from '../editor.svelte'
import { anything, someNodes } from '../selected'
import { removeSelection, selectAll } from '../selection'
import { type Action, always } from './action'
import { isInside, leave } from './inside'

async function writeClipboard(editor: Editor): Promise<void> {
  const text = copy(editor.canvas)
  // Without permission, pasting falls back to the text that the page keeps.
  if (text) await navigator.clipboard?.writeText(text).catch(() => undefined)
}

async function readClipboard(editor: Editor): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => null)
  if (!pasteText(editor.canvas, text ?? null) && !pasteText(editor.canvas, null))
    editor.session.notices.show(t('editor.nothingCopied'))
}

export const EDIT_ACTIONS: readonly Action[] = [
  {
    id: 'undo',
    label: t('actions.undo'),
    group: 'edit',
    keys: ['Mod+Z'],
    when: ({ session }) => session.trail.canUndo,
    perform: ({ session }) => session.undo(),
  },
  {
    id: 'redo',
    label: t('actions.redo'),
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: ({ session }) => session.trail.canRedo,
    perform: ({ session }) => session.redo(),
  },
  {
    id: 'cut',
    label: t('actions.cut'),
    group: 'edit',
    keys: ['Mod+X'],
    native: true,
    menu: true,
    when: someNodes,
    perform: (editor) => {
      void writeClipboard(editor)
      removeSelection(editor.canvas)
    },
  },
  {
    id: 'copy',
    label: t('actions.copy'),
    group: 'edit',
    keys: ['Mod+C'],
    native: true,
    menu: true,
    when: someNodes,
    perform: (editor) => void writeClipboard(editor),
  },
  {
    id: 'paste',
    label: t('actions.paste'),
    group: 'edit',
    keys: ['Mod+V'],
    native: true,
    menu: true,
    when: always,
    perform: (editor) => void readClipboard(editor),
  },
  {
    id: 'duplicate',
    label: t('actions.duplicate'),
    group: 'edit',
    keys: ['Mod+D'],
    menu: true,
    when: someNodes,
    perform: ({ canvas }) => duplicate(canvas),
  },
  {
    id: 'delete',
    label: t('actions.delete'),
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    menu: true,
    when: anything,
    perform: ({ canvas }) => removeSelection(canvas),
  },
  {
    id: 'select-all',
    label: t('actions.selectAll'),
    group: 'edit',
    keys: ['Mod+A'],
    menu: true,
    when: ({ canvas }) => canvas.graph.nodes.length > 0,
    perform: ({ canvas }) => selectAll(canvas),
  },
  {
    id: 'deselect',
    label: t('actions.deselect'),
    group: 'edit',
    keys: ['Escape'],
    when: (editor) => anything(editor) || isInside(editor),
    perform: (editor) => (anything(editor) ? editor.session.selection.set() : leave(editor)),
  },
]
