/** Reads a chosen, dropped or pasted file as a document, or returns problems. */
import { ApiError, api, problem } from '../../api'
import type { ImportOut } from '../../contract'
import { t } from '../../words/t'

const LARGEST = 20_000_000

/** What the file chooser offers: documents, code, notebooks, and what Keras saves. */
export const ACCEPTED = '.json,.py,.ipynb,.keras,.h5,.hdf5,.pb,.zip,application/json,text/x-python'

/**
 * Read a file as a document: one of Layerloom's, Keras code, a notebook, or a model that Keras saved.
 *
 * @throws ApiError with the problems of a file that holds no model.
 */
export function readFile(file: Blob, name: string): Promise<ImportOut> {
  if (file.size > LARGEST) {
    const message = t('home.tooLarge', { name })
    throw new ApiError(0, [problem('unreadable', message, t('home.tooLargeHint'))])
  }
  return api.importModel(file, name)
}
