/** Files to take away. What makes them is loaded when it is first used. */
import { t } from '../../words/t'
import type { Editor } from '../editor.svelte'
import { type Action, always } from './action'

type Exporting = typeof import('../exporting')

/** Save a file, and say so. */
function save(write: (exporting: Exporting, canvas: Editor['canvas']) => void | Promise<void>) {
  return ({ canvas, session }: Editor): void => {
    import('../exporting')
      .then((exporting) => write(exporting, canvas))
      .then(() => session.notices.announce(t('editor.exported')))
      .catch(() => session.notices.error(t('editor.notExported'), t('editor.notExportedHint')))
  }
}

export const EXPORT_ACTIONS: readonly Action[] = [
  {
    id: 'export-svg',
    views: true,
    label: t('actions.exportSvg'),
    group: 'model',
    keys: [],
    when: always,
    perform: save(({ saveSvg }, canvas) => saveSvg(canvas)),
  },
  {
    id: 'export-png',
    views: true,
    label: t('actions.exportPng'),
    group: 'model',
    keys: [],
    when: always,
    perform: save(({ savePng }, canvas) => savePng(canvas)),
  },
  {
    id: 'export-table',
    views: true,
    label: t('actions.exportTable'),
    group: 'model',
    keys: [],
    when: always,
    perform: save(({ saveTable }, canvas) => saveTable(canvas)),
  },
]
