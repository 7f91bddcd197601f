/** The project as a file: saved, and opened as a project of its own. */
import { api, problemsOf } from '../api'
import type { Session } from '../session'
import { t } from '../words/t'
import { downloadText } from './download'
import { importModel } from './importing'
import { projectPath } from './paths'

/** Save the document with everything in it as a file that this page opens. */
export function saveDocument({ document }: Pick<Session, 'document'>): void {
  downloadText(`${JSON.stringify(document, null, 1)}\n`, fileName(document.name))
}

/** Return a name for a file: that of the project, without what file systems refuse. */
export function fileName(name: string, ending = 'json'): string {
  const plain = name
    .replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return `${plain || t('common.untitled')}.${ending}`
}

/** Open a file as a new project; say why, if it can't be opened whole. */
export async function openDocument({ notices }: Session, file: File): Promise<void> {
  try {
    const { document, problems, models } = await importModel(file, file.name)
    if (document && problems.length === 0 && models.length < 2)
      location.assign(projectPath((await api.createProject({ document })).id))
    else notices.error(t('editor.notWhole', { name: file.name }), t('editor.notWholeHint'))
  } catch (error) {
    for (const problem of problemsOf(error)) notices.problem(problem)
  }
}
