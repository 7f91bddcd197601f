/** Zoom, panels, dialogs. */
import { flushSync } from 'svelte'
import { TINTS, type Tint } from '../../document/tint'
import { t } from '../../words/t'
import { moveDrawer } from '../drawer'
import type { Editor } from '../editor.svelte'
import { someNodes } from '../selected'
import { benchOf } from '../trying'
import { type Action, always, CANVAS } from './action'
import { present } from './presenting'

const TINT_LABELS: Readonly<Record<Tint, string>> = {
  parameters: t('actions.tintParameters'),
  memory: t('actions.tintMemory'),
  cost: t('actions.tintCost'),
  shape: t('actions.tintShape'),
}

/** The first has a key and is in the menu: the legend then offers the others. */
const TINT_ACTIONS = TINTS.map(
  (by, at): Action => ({
    id: `tint-${by}`,
    label: TINT_LABELS[by],
    group: 'view',
    keys: at === 0 ? ['T'] : [],
    ...(at === 0 ? { menu: CANVAS } : {}),
    when: always,
    perform: ({ canvas }) => canvas.tinting.toggle(by),
  }),
)

function togglePanel(panel: 'left' | 'right' | 'drawer') {
  return ({ session }: Editor) => {
    session.view[panel].open = !session.view[panel].open
  }
}

export const VIEW_ACTIONS: readonly Action[] = [
  {
    id: 'zoom-in',
    label: t('actions.zoomIn'),
    group: 'view',
    keys: ['+', '='],
    when: always,
    perform: ({ canvas }) => canvas.zoomBy(1.25),
  },
  {
    id: 'zoom-out',
    label: t('actions.zoomOut'),
    group: 'view',
    keys: ['-'],
    when: always,
    perform: ({ canvas }) => canvas.zoomBy(1 / 1.25),
  },
  {
    id: 'zoom-100',
    label: t('actions.zoomFull'),
    group: 'view',
    keys: ['0'],
    when: always,
    perform: ({ canvas }) => canvas.zoomTo(1),
  },
  {
    id: 'fit',
    label: t('actions.fit'),
    group: 'view',
    keys: ['1', '.'],
    menu: CANVAS,
    when: always,
    perform: ({ canvas }) => canvas.fit(),
  },
  {
    id: 'fit-selection',
    label: t('actions.fitSelection'),
    group: 'view',
    keys: ['2'],
    when: someNodes,
    perform: ({ canvas, session }) => canvas.fit(session.selection.nodes),
  },
  {
    id: 'fold',
    label: t('actions.fold'),
    group: 'view',
    keys: ['B'],
    menu: CANVAS,
    when: always,
    perform: ({ canvas }) => void canvas.folding.toggle(),
  },
  {
    id: 'refold',
    label: t('actions.refold'),
    group: 'view',
    keys: ['Shift+B'],
    menu: ['nodes'],
    when: ({ canvas, session }) => canvas.folding.foldsAround(session.selection.nodes).length > 0,
    perform: ({ canvas, session }) => void canvas.folding.refold(session.selection.nodes),
  },
  ...TINT_ACTIONS,
  {
    id: 'panel-left',
    label: t('actions.panelLeft'),
    group: 'view',
    keys: ['['],
    when: always,
    perform: togglePanel('left'),
  },
  {
    id: 'panel-right',
    label: t('actions.panelRight'),
    group: 'view',
    keys: [']'],
    when: always,
    perform: togglePanel('right'),
  },
  {
    id: 'panel-drawer',
    label: t('actions.panelDrawer'),
    group: 'view',
    keys: ['`'],
    when: always,
    perform: togglePanel('drawer'),
  },
  {
    id: 'drawer-place',
    label: t('actions.drawerPlace'),
    group: 'view',
    keys: ['\\'],
    when: always,
    perform: moveDrawer,
  },
  {
    id: 'minimap',
    label: t('actions.minimap'),
    group: 'view',
    keys: ['Alt+M'],
    menu: CANVAS,
    when: always,
    perform: ({ session }) => {
      session.view.minimap = !session.view.minimap
    },
  },
  {
    id: 'inside-view',
    label: t('inside.label'),
    group: 'view',
    keys: ['V'],
    menu: CANVAS,
    when: always,
    perform: ({ canvas }) => canvas.insideView.toggle(),
  },
  {
    id: 'inside-large',
    label: t('inside.large'),
    group: 'view',
    keys: ['Shift+V'],
    menu: ['nodes'],
    when: ({ session }) => session.selection.nodes.size === 1,
    perform: ({ canvas, session }) => canvas.insideView.open([...session.selection.nodes][0] ?? ''),
  },
  {
    id: 'layer-alone',
    label: t('inside.alone'),
    group: 'view',
    keys: [],
    menu: ['nodes'],
    when: ({ canvas, session }) => {
      const [id = '', ...more] = session.selection.nodes
      const node = canvas.node(id)
      return more.length === 0 && node !== undefined && benchOf(canvas, node) !== null
    },
    perform: ({ canvas, session }) => {
      const node = canvas.node([...session.selection.nodes][0] ?? '')
      canvas.insideView.alone = node ? benchOf(canvas, node) : null
    },
  },
  {
    id: 'present',
    label: t('actions.present'),
    group: 'view',
    keys: ['P'],
    menu: CANVAS,
    when: always,
    perform: (editor) => present(editor, !editor.presenting),
  },
  {
    id: 'outline',
    label: t('actions.outline'),
    group: 'view',
    keys: ['O'],
    when: always,
    perform: ({ session }) => {
      session.view.left.open = true
      session.view.leftTab = 'outline'
      flushSync() // at once: the next key is the outline's
      document.querySelector<HTMLElement>('.outline [tabindex="0"]')?.focus()
    },
  },
  {
    id: 'name',
    label: t('actions.name'),
    group: 'view',
    keys: [],
    when: always,
    perform: (editor) => {
      editor.naming = true
    },
  },
  {
    id: 'search',
    label: t('actions.search'),
    group: 'view',
    keys: ['Mod+K'],
    when: always,
    perform: (editor) => {
      editor.search = { for: 'everything' }
    },
  },
  {
    id: 'tour',
    label: t('actions.tour'),
    group: 'view',
    keys: [],
    menu: CANVAS,
    // It leads through what changes a project.
    when: ({ session }) => !session.viewOnly,
    perform: ({ session }) => {
      session.view.tour = 0
    },
  },
  {
    id: 'help',
    label: t('actions.help'),
    group: 'view',
    keys: ['?'],
    when: always,
    perform: (editor) => {
      editor.help = true
    },
  },
]
