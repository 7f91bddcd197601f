/** Undo, the clipboard and the selection. */
import { t } from '../../words/t'
import { removeAnnotation } from '../annotating'
import { copy, duplicate, pasteText } from '../clipboard'
import type { Editor } from '../editor.svelte'
import { anything, someNodes } from '../selected'
import { removeAndHeal, removeSelection, selectAll } from '../selection'
import { extend } from '../walking'
import { type Action, ANNOTATION, always, CANVAS, NODES } from './action'
import { isInside, leave } from './inside'
import { present } from './presenting'

function compares({ canvas }: Editor): boolean {
  return canvas.comparing.earlier !== null
}

async function writeClipboard(editor: Editor): Promise<void> {
  const text = copy(editor.canvas)
  // Without permission, pasting falls back to the text that the page keeps.
  if (text) await navigator.clipboard?.writeText(text).catch(() => undefined)
}

async function readClipboard(editor: Editor, { outer = false, here = false } = {}): Promise<void> {
  const { pointer, mover } = editor.canvas
  const at = here && pointer ? mover?.screenToFlowPosition(pointer) : undefined
  const text = await navigator.clipboard?.readText().catch(() => null)
  const how = { outer, ...(at ? { at } : {}) }
  if (!pasteText(editor.canvas, text ?? null, how) && !pasteText(editor.canvas, null, how))
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
    menu: NODES,
    when: someNodes,
    perform: (editor) => {
      void writeClipboard(editor)
      removeSelection(editor.canvas)
    },
  },
  {
    id: 'copy',
    views: true,
    label: t('actions.copy'),
    group: 'edit',
    keys: ['Mod+C'],
    native: true,
    menu: NODES,
    when: someNodes,
    perform: (editor) => void writeClipboard(editor),
  },
  {
    id: 'paste',
    label: t('actions.paste'),
    group: 'edit',
    keys: ['Mod+V'],
    native: true,
    when: always,
    perform: (editor) => void readClipboard(editor),
  },
  {
    id: 'paste-here',
    label: t('actions.pasteHere'),
    group: 'edit',
    keys: [],
    menu: CANVAS,
    when: ({ canvas }) => canvas.pointer !== null,
    perform: (editor) => void readClipboard(editor, { here: true }),
  },
  {
    id: 'paste-outer',
    label: t('actions.pasteOuter'),
    group: 'edit',
    keys: ['Mod+Shift+V'],
    menu: CANVAS,
    when: always,
    perform: (editor) => void readClipboard(editor, { outer: true }),
  },
  {
    id: 'duplicate',
    label: t('actions.duplicate'),
    group: 'edit',
    keys: ['Mod+D'],
    menu: NODES,
    when: someNodes,
    perform: ({ canvas }) => duplicate(canvas),
  },
  {
    id: 'delete',
    label: t('actions.delete'),
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    menu: [...NODES, ...ANNOTATION],
    when: (editor) => anything(editor) || editor.canvas.annotation !== null,
    perform: (editor) =>
      anything(editor) ? removeSelection(editor.canvas) : removeAnnotation(editor.canvas),
  },
  {
    id: 'delete-heal',
    label: t('actions.deleteHeal'),
    group: 'edit',
    keys: ['Mod+Delete', 'Mod+Backspace'],
    menu: NODES,
    when: someNodes,
    perform: ({ canvas }) => removeAndHeal(canvas),
  },
  {
    id: 'select-all',
    views: true,
    label: t('actions.selectAll'),
    group: 'edit',
    keys: ['Mod+A'],
    menu: CANVAS,
    when: ({ canvas }) => canvas.graph.nodes.length > 0,
    perform: ({ canvas }) => selectAll(canvas),
  },
  {
    id: 'select-upstream',
    views: true,
    label: t('actions.selectUpstream'),
    group: 'edit',
    keys: ['Alt+ArrowUp'],
    when: someNodes,
    perform: ({ canvas }) => extend(canvas, 'into'),
  },
  {
    id: 'select-downstream',
    views: true,
    label: t('actions.selectDownstream'),
    group: 'edit',
    keys: ['Alt+ArrowDown'],
    when: someNodes,
    perform: ({ canvas }) => extend(canvas, 'from'),
  },
  {
    id: 'stop-comparing',
    views: true,
    label: t('actions.stopComparing'),
    group: 'view',
    keys: ['Escape'],
    when: compares,
    perform: ({ canvas }) => canvas.comparing.stop(),
  },
  {
    id: 'deselect',
    views: true,
    label: t('actions.deselect'),
    group: 'edit',
    keys: ['Escape'],
    when: (editor) =>
      !compares(editor) && (anything(editor) || (isInside(editor) && !editor.presenting)),
    perform: (editor) => (anything(editor) ? editor.session.selection.set() : leave(editor)),
  },
  {
    id: 'stop-presenting',
    views: true,
    label: t('canvas.presenting'),
    group: 'view',
    keys: ['Escape'],
    when: (editor) => editor.presenting && !compares(editor) && !anything(editor),
    perform: (editor) => present(editor, false),
  },
]
