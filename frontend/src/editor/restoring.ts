/** Going back to an earlier state of the document, as an edit that can be undone. */
import type { Document } from '../contract'
import { t } from '../words/t'
import type { Editor } from './editor.svelte'

/** Replace the document by an earlier one of this project. */
export function restore({ session, canvas }: Editor, document: Document, revision: number): void {
  canvas.comparing.stop()
  session.edit([{ type: 'replace', document }])
  session.notices.show(t('history.restored', { number: revision }))
}
