/** Zoom, panels, dialogs. */
import { t } from '../../words/t'
import type { Editor } from '../editor.svelte'
import { someNodes } from '../selected'
import { type Action, always } from './action'

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
    keys: ['1'],
    menu: true,
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
    id: 'outline',
    label: t('actions.outline'),
    group: 'view',
    keys: ['O'],
    when: always,
    perform: ({ session }) => {
      session.view.left.open = true
      session.view.leftTab = 'outline'
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('.outline [tabindex="0"]')?.focus(),
      )
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
