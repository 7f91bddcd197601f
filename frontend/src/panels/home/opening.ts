/** Reads a chosen, dropped or pasted file as a document, or returns problems. */
import { ApiError, problem } from '../../api'
import type { ImportOut } from '../../contract'
import { isDataFile } from '../../editor/datafiles'
import { importLarge, importModel } from '../../editor/importing'
import { readProse } from '../../widgets/prose'
import { t } from '../../words/t'
import { holdsModel, withoutWeights } from './archive'

/**
 * Bytes that the server accepts at once. Of a larger archive, what it holds besides weights is sent;
 * a larger HDF5 file is sent in parts.
 */
const LARGEST = 20_000_000

/** Return whether a file is data for training; an archive may hold a model instead. */
export async function isData(file: File): Promise<boolean> {
  return isDataFile(file.name) && !(/\.zip$/i.test(file.name) && (await holdsModel(file)))
}

/** Characters of one answer; the server reads 10,000 of all answers together. */
const LONGEST_ANSWER = 200

/** What a person decided about a source: the model to read, and answers by question. */
export interface Choices {
  model?: number
  answers?: Readonly<Record<string, string>>
}

/** A file that was read, with what people call it. */
export interface Opened {
  file: Blob
  /** The name of the file; it tells source from JSON. */
  name: string
  /** What the page calls it, at the beginning of a sentence. */
  label: string
  read: ImportOut
}

/**
 * Read a file as a document: one of Layerloom's, Keras code, a notebook, or a model that Keras saved.
 *
 * @throws ApiError with the problems of a file that holds no model.
 */
export async function readFile(
  file: Blob,
  name: string,
  choices: Choices = {},
): Promise<ImportOut> {
  if (file.size > LARGEST && (await isHdf5(file))) return importLarge(file)
  const sent = file.size > LARGEST ? await withoutWeights(file) : file
  if (sent === null || sent.size > LARGEST) {
    const message = t('home.tooLarge', { name })
    throw new ApiError(0, [problem('unreadable', message, t('home.tooLargeHint'))])
  }
  return importModel(sent, name, choices.model, choices.answers)
}

const HDF5 = '\x89HDF'

async function isHdf5(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, HDF5.length).arrayBuffer())
  return String.fromCharCode(...start) === HDF5
}

/** Whether a file was read whole and leaves no choice, so that it can be opened at once. */
export function isWhole({ document, problems, models }: ImportOut): boolean {
  return document !== null && problems.length === 0 && models.length < 2
}

/** Return what is wrong with an answer that must not be sent; empty if nothing is. */
export function wrongAnswer(text: string): string {
  const read = readProse(text, LONGEST_ANSWER)
  return 'wrong' in read ? read.wrong : ''
}

/** Where something is in a source, or in a cell of a notebook. */
export function lineText(line: number, cell: number | null): string {
  if (cell === null) return t('home.modelLine', { line: String(line) })
  return t('home.modelCell', { line: String(line), cell: String(cell) })
}
