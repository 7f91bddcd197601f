/** From a file that somebody chose or dropped to a project; what is wrong comes as problems. */
import { ApiError, api, problem } from '../api'
import type { Document, ProjectOut } from '../contract'

const LARGEST = 20_000_000

function refuse(message: string, hint: string): ApiError {
  return new ApiError(0, [problem('unreadable', message, hint)])
}

/**
 * Make a project of a document file.
 *
 * Only what a browser can know is judged here; the server validates the document itself.
 *
 * @throws ApiError with the problems of the file or of the document in it.
 */
export async function openDocument(file: File): Promise<ProjectOut> {
  if (file.size > LARGEST) {
    throw refuse(`“${file.name}” is larger than 20 MB.`, 'A document is far smaller than that.')
  }
  const value = parse(await file.text(), file.name)
  if (value === null || typeof value !== 'object' || !('graphs' in value)) {
    throw refuse(
      `“${file.name}” holds no Layerloom document.`,
      'A document is the .json file that “Download document” gives in the editor.',
    )
  }
  return api.createProject({ document: value as Document })
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refuse(`“${name}” is not JSON.`, error instanceof Error ? error.message : '')
  }
}
