/**
 * The builder's HTTP API, typed by the contract. Every failure is an `ApiError` with problems.
 */
import type {
  Catalogue,
  CODE_STYLES,
  CodeOut,
  DataFileOut,
  DataSet,
  DataUsesOut,
  Document,
  EditedCodeOut,
  Environment,
  HistoryOut,
  ImportOut,
  Options,
  Preview,
  Problem,
  ProjectIn,
  ProjectOut,
  ProjectSummary,
  Proposal,
  Repeats,
  Results,
  RunOut,
  Samples,
  SharedDataOut,
  StartIn,
  StopIn,
  TemplateOut,
  Trial,
  Tried,
  UploadOut,
  VersionOut,
  WaitingOut,
} from './contract'
import { language } from './words/language'
import { t } from './words/t'

/** Which rows of a part to look at. */
export interface SamplesWanted {
  on: 'training' | 'validation' | 'test'
  node: string
  order: 'worst' | 'best' | 'stored'
  actual?: number
  predicted?: number
  offset?: number
}

export type CodeForm = CodeOut['form']
/** Which Keras the code imports: its own package, or TensorFlow's. */
export type CodeStyle = (typeof CODE_STYLES)[number]

/** Which code of a document is wanted; `options` gives a script options of the command line. */
export interface CodeWanted {
  form: CodeForm
  style: CodeStyle
  options: boolean
}

function codeQuery({ form, style, options }: CodeWanted): string {
  return `form=${form}&style=${style}${options ? '&options=true' : ''}`
}

/** A call that did not work; `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
  ) {
    super(problems.map((problem) => problem.message).join(' '))
    this.name = 'ApiError'
  }
}

/** Return a problem in the page's own words, with every field that the contract asks for. */
export function problem(code: string, message: string, hint: string | null = null): Problem {
  return {
    code,
    message,
    hint,
    severity: 'error',
    graph: 'main',
    node: null,
    edge: null,
    port: null,
    param: null,
    fix: null,
    alternative: null,
    detail: null,
    variant: null,
    arguments: {},
  }
}

/** Return the problems of any exception, for display. */
export function problemsOf(error: unknown): Problem[] {
  if (error instanceof ApiError) return error.problems
  const text = error instanceof Error ? error.message : String(error)
  return [problem('page_error', t('server.pageError'), text)]
}

function isProblem(value: unknown): value is Partial<Problem> & { message: string } {
  return typeof (value as { message?: unknown } | null)?.message === 'string'
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = language.localize(await response.json().catch(() => null))
  const listed = (body as { problems?: unknown } | null)?.problems
  const problems = Array.isArray(listed) ? listed.filter(isProblem) : []
  if (problems.length === 0) return new ApiError(response.status, [unexplained(response.status)])
  const complete = problems.map((part) => ({
    ...problem(part.code ?? 'error', part.message),
    ...part,
  }))
  return new ApiError(response.status, complete)
}

function unexplained(status: number): Problem {
  if (status === 404) return problem('not_found', t('server.notFound'))
  const hint = status >= 500 ? t('server.serverErrorHint') : null
  return problem('http_error', t('server.serverError', { status: String(status) }), hint)
}

function disconnected(): ApiError {
  return new ApiError(0, [
    problem('no_connection', t('server.unreachable'), t('server.unreachableHint')),
  ])
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal) {
  const init: RequestInit = { method, headers: { Accept: 'application/json' } }
  if (signal) init.signal = signal
  if (body instanceof Blob) init.body = body
  else if (body !== undefined) {
    init.headers = { ...init.headers, 'Content-Type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    if (signal?.aborted) throw error
    throw disconnected()
  }
  if (!response.ok) throw await failure(response)
  return response
}

async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send('GET', path, undefined, signal)
  return language.localize((await response.json()) as T)
}

async function write<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, path, body, signal)
  return language.localize((response.status === 204 ? undefined : await response.json()) as T)
}

const id = encodeURIComponent
const projectPath = (project: string) => `/api/projects/${id(project)}`
const uploadPath = (project: string, upload: string) =>
  `${projectPath(project)}/uploads/${id(upload)}`
const dataPath = (project: string, file: string) => `${projectPath(project)}/data/${id(file)}`
const modelPath = (upload: UploadOut) => `/api/import/uploads/${id(upload.id)}`
const runPath = (run: string) => `/api/runs/${id(run)}`

export const api = {
  catalogue: () => read<Catalogue>('/api/catalogue'),
  environment: () => read<Environment>('/api/environment'),
  templates: () => read<TemplateOut[]>('/api/templates'),
  dataSets: () => read<DataSet[]>('/api/data'),
  preview: (data: string, signal?: AbortSignal) =>
    read<Preview>(`/api/data/${id(data)}/preview`, signal),

  /** Read a foreign file as a document; of source, a model and answers to its questions. */
  importModel: (file: Blob, name: string, model?: number, answers: Record<string, string> = {}) => {
    const choice = model === undefined ? '' : `&model=${model}`
    const path = `/api/import?name=${id(name)}${choice}`
    if (Object.keys(answers).length === 0) return write<ImportOut>('POST', path, file)
    // Answers follow the file: they may be longer than an address.
    const body = new Blob([file, JSON.stringify(answers)])
    return write<ImportOut>('POST', `${path}&file=${file.size}`, body)
  },

  beginModelUpload: (bytes: number) => write<UploadOut>('POST', '/api/import/uploads', { bytes }),
  continueModelUpload: (upload: UploadOut, offset: number, part: Blob) =>
    write<UploadOut>('PUT', `${modelPath(upload)}?offset=${offset}&bytes=${upload.bytes}`, part),
  /** Read an uploaded HDF5 file as a document. */
  importUploaded: (upload: UploadOut) => write<ImportOut>('POST', `${modelPath(upload)}/model`),
  cancelModelUpload: (upload: UploadOut) => write<void>('DELETE', modelPath(upload)),

  projects: () => read<ProjectSummary[]>('/api/projects'),
  createProject: (fields: Partial<ProjectIn>) => write<ProjectOut>('POST', '/api/projects', fields),
  /** Copy a project, as it is or as it was at a revision; `word` says in its name what it is. */
  copyProject: (project: string, word: string, revision?: number) => {
    const query = new URLSearchParams({ word })
    if (revision !== undefined) query.set('revision', String(revision))
    return write<ProjectOut>('POST', `${projectPath(project)}/copy?${query}`)
  },
  deleteProject: (project: string) => write<void>('DELETE', projectPath(project)),
  history: (project: string) => read<HistoryOut>(`${projectPath(project)}/history`),
  documentAt: (project: string, revision: number) =>
    read<Document>(`${projectPath(project)}/revisions/${revision}`),
  nameVersion: (project: string, revision: number, name: string) =>
    write<VersionOut>('PUT', `${projectPath(project)}/versions/${revision}`, { name }),
  forgetVersion: (project: string, revision: number) =>
    write<void>('DELETE', `${projectPath(project)}/versions/${revision}`),
  code: (project: string, wanted: CodeWanted, signal?: AbortSignal) =>
    read<CodeOut>(`${projectPath(project)}/code?${codeQuery(wanted)}`, signal),
  /** The repeated parts of the document. */
  repeats: (project: string) => read<Repeats>(`${projectPath(project)}/repeats`),
  /** The document as edited code would have it; nothing is changed. */
  editedCode: (project: string, source: string, base: string) =>
    write<EditedCodeOut>('POST', `${projectPath(project)}/edited-code`, { source, base }),

  beginUpload: (project: string, name: string, bytes: number, options: Partial<Options> = {}) =>
    write<UploadOut>('POST', `${projectPath(project)}/uploads`, { name, bytes, options }),
  upload: (project: string, upload: string) => read<UploadOut>(uploadPath(project, upload)),
  /** Send the part of a file that begins at a byte. */
  continueUpload: (
    project: string,
    upload: string,
    offset: number,
    part: Blob,
    signal?: AbortSignal,
  ) => write<UploadOut>('PUT', `${uploadPath(project, upload)}?offset=${offset}`, part, signal),
  cancelUpload: (project: string, upload: string) =>
    write<void>('DELETE', uploadPath(project, upload)),
  dataFiles: (project: string) => read<DataFileOut[]>(`${projectPath(project)}/data`),
  /** Data sets of other projects that this one could use. */
  shareableData: (project: string) => read<SharedDataOut[]>(`${projectPath(project)}/shareable`),
  /** Give a project a data set of another one. */
  linkData: (project: string, source: string, hash: string) =>
    write<DataFileOut>('POST', `${projectPath(project)}/shareable`, { project: source, hash }),
  /** Which other projects have the same data set. */
  dataUses: (project: string, file: string) => read<DataUsesOut>(`${dataPath(project, file)}/uses`),
  previewDataFile: (project: string, file: string, signal?: AbortSignal) =>
    read<Preview>(`${dataPath(project, file)}/preview`, signal),
  /** Where the browser downloads a file as it was uploaded. */
  originalUrl: (project: string, file: string) => `${dataPath(project, file)}/original`,
  /** The text of a file as it was uploaded. */
  originalText: async (project: string, file: string) =>
    (await send('GET', `${dataPath(project, file)}/original`)).text(),
  /** Where the browser downloads the rows of a file as .npz, as generated code loads them. */
  rowsUrl: (project: string, file: string) => `${dataPath(project, file)}/rows`,
  /** A ZIP with the training script, the file of data that it reads, and requirements.txt. */
  bundleUrl: (project: string, { style, options }: CodeWanted) =>
    `${projectPath(project)}/bundle?style=${style}&options=${options}`,
  /** A first model for a data set that a document calls `data`. */
  propose: (project: string, data: string) =>
    read<Proposal>(`${projectPath(project)}/proposal?data=${id(data)}`),
  readAgain: (project: string, file: string, options: Partial<Options>) =>
    write<DataFileOut>('PUT', `${dataPath(project, file)}/options`, options),
  /** Delete a file of data; with `force`, also one that the model trains on. */
  deleteDataFile: (project: string, file: string, force: boolean) =>
    write<void>('DELETE', `${dataPath(project, file)}${force ? '?force=true' : ''}`),

  /** What one layer makes of an input. */
  tryLayer: (project: string, trial: Trial) =>
    write<Tried>('POST', `${projectPath(project)}/layer`, trial),
  startRun: (project: string) => write<RunOut>('POST', `${projectPath(project)}/runs`),
  /** Start a run from the checkpoint of another one. */
  startFromRun: (project: string, run: string, start: StartIn) =>
    write<RunOut>('POST', `${projectPath(project)}/runs/${id(run)}/start`, start),
  pauseRun: (project: string, run: string, kind: 'pause' | 'resume') =>
    write<RunOut>('POST', `${projectPath(project)}/runs/${id(run)}/${kind}`),
  /** Give a waiting run another place, from 1, among one's own; return the project's queue. */
  moveRun: (project: string, run: string, place: number) =>
    write<readonly WaitingOut[]>('PUT', `${projectPath(project)}/runs/${id(run)}/place`, { place }),
  /** Train on several backends at once; rejects, and starts none, if one can't. */
  startRace: (project: string, backends: readonly string[]) =>
    write<readonly RunOut[]>('POST', `${projectPath(project)}/races`, { backends }),
  stopRun: (project: string, run: string, when: StopIn['when']) =>
    write<RunOut>('POST', `${projectPath(project)}/runs/${id(run)}/stop`, { when }),
  deleteRun: (project: string, run: string) =>
    write<void>('DELETE', `${projectPath(project)}/runs/${id(run)}`),
  /** What a trained model predicts. Rejects for a run that left no such file. */
  results: (run: string, signal?: AbortSignal) =>
    read<Results>(`${runPath(run)}/artefacts/results.json`, signal),
  /** The script of the document that a run trained. */
  runCode: (run: string) => read<CodeOut>(`${runPath(run)}/code`),
  /** Rows that a trained model was evaluated on. */
  samples: (run: string, wanted: SamplesWanted, signal?: AbortSignal) => {
    const fields = Object.entries(wanted).map(([name, value]) => [name, String(value)])
    return read<Samples>(`${runPath(run)}/samples?${new URLSearchParams(fields)}`, signal)
  },
  /** Where the browser downloads a file that a run left. */
  artefactUrl: (run: string, name: string) => `${runPath(run)}/artefacts/${id(name)}`,
}
