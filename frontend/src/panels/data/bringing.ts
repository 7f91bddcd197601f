/** Files that people bring as data: how they are told apart, sent, read again and deleted. */
import { api, problemsOf } from '../../api'
import type { DataFileOut, DataSet, Description, Options, Problem } from '../../contract'
import { chooseData, nameOf, set } from '../../document/training'
import { sentFile } from '../../editor/paths'
import type { Session } from '../../session'
import type { Upload } from '../../session/uploads.svelte'
import { t } from '../../words/t'
import { pastedFile } from './pasting'

/** Return the names of the files that are there or on their way. */
export function namesOf({ dataFiles, uploads }: Session): string[] {
  return [...dataFiles.list.map(({ name }) => name), ...uploads.list.map(({ file }) => file.name)]
}

/** Bring the table on the clipboard; say so if there is none, or if it can't be read. */
export async function bringPasted(session: Session): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => null)
  const file = text === null ? null : pastedFile({ text }, namesOf(session))
  if (file) await bring(session, file)
  else
    session.notices.show(t(text === null ? 'data.noClipboard' : 'data.noTable'), {
      hint: t('data.noTableHint'),
    })
}

/** Train on the file that the start page has sent, once it has been read. */
export function useSent(session: Session): void {
  const id = sentFile(location.hash)
  if (!id) return
  history.replaceState(null, '', location.pathname)
  session.view.drawer.tab = 'data'
  session.view.drawer.open = true
  use(session, id)
}

/** Upload a file and, once it has been read, train on it; `options` say how it is read. */
export async function bring(
  session: Session,
  file: File,
  options: Partial<Options> = {},
): Promise<void> {
  session.view.drawer.tab = 'data'
  session.view.drawer.open = true
  use(session, await session.uploads.start(file, options))
}

/** Use a data set of another project, which this project then has too. */
export async function bringLinked(session: Session, project: string, hash: string): Promise<void> {
  use(session, (await api.linkData(session.project, project, hash)).id)
}

/** Upload a file again whose upload failed. */
export async function bringAgain(session: Session, upload: Upload): Promise<void> {
  use(session, await session.uploads.again(upload))
}

function use(session: Session, id: string | null): void {
  if (!id) return
  session.dataFiles.whenRead(id, (data) => {
    session.edit(chooseData(session.document.training, nameOf(data), data))
    session.notices.announce(t('data.wasRead', { name: data.title }))
  })
}

/** Read a file again; the model trains on the new rows if it trained on the old ones. */
export async function readAgain(
  session: Session,
  file: DataFileOut,
  options: Partial<Options>,
): Promise<void> {
  const before = file.description?.data ?? null
  try {
    const request = api.readAgain(session.project, file.id, options)
    await session.dataFiles.readAgain(file.name, request, (data) => follow(session, before, data))
  } catch (error) {
    for (const problem of problemsOf(error)) session.notices.problem(problem)
  }
}

function follow(session: Session, before: DataSet | null, data: DataSet): void {
  const { training } = session.document
  const followed = before === null || training.data === nameOf(before)
  if (!followed || training.data === nameOf(data)) return
  const same = before !== null && namesIn(before) === namesIn(data)
  session.edit(same ? [set('data', nameOf(data))] : chooseData(training, nameOf(data), data))
}

function namesIn({ columns }: DataSet): string {
  return JSON.stringify(columns.map(({ name }) => name))
}

/** Return options that read all columns as they were read before, but one. */
export function withColumn(
  options: Options,
  name: string,
  change: Partial<Options['columns'][string]>,
): Options {
  const before = options.columns[name] ?? { type: null, role: null, separator: null, format: null }
  return { ...options, columns: { ...options.columns, [name]: { ...before, ...change } } }
}

const IGNORABLE = ['column_is_constant', 'column_is_id', 'column_tells_target']

/** Return the column that a note advises to ignore, if the model still learns from it. */
export function ignorable({ code, arguments: named }: Problem, { columns }: Description) {
  const used = columns.find(({ name, role }) => name === named.column && role !== 'other')
  return used && IGNORABLE.includes(code) ? used.name : null
}
