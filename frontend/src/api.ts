/**
 * The builder's HTTP API, typed by the contract. Every failure is an `ApiError` with problems.
 */
import type {
  Catalogue,
  CODE_STYLES,
  CodeOut,
  DataSet,
  Environment,
  ImportOut,
  Preview,
  Problem,
  ProjectIn,
  ProjectOut,
  ProjectSummary,
  RunOut,
  StopIn,
  TemplateOut,
} from './contract'
import { t } from './words/t'

export type CodeForm = CodeOut['form']
/** Which Keras the code imports: its own package, or TensorFlow's. */
export type CodeStyle = (typeof CODE_STYLES)[number]

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
    detail: null,
    variant: null,
    arguments: {},
  }
}

/** Return the problems behind anything that was thrown, so that a view can show them. */
export function problemsOf(error: unknown): Problem[] {
  if (error instanceof ApiError) return error.problems
  const text = error instanceof Error ? error.message : String(error)
  return [problem('page_error', t('server.pageError'), text)]
}

function isProblem(value: unknown): value is Partial<Problem> & { message: string } {
  return typeof (value as { message?: unknown } | null)?.message === 'string'
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
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
  return (await send('GET', path, undefined, signal)).json() as Promise<T>
}

async function write<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body)
  return (response.status === 204 ? undefined : await response.json()) as T
}

const id = encodeURIComponent
const project = (one: string) => `/api/projects/${id(one)}`
const run = (one: string) => `/api/runs/${id(one)}`

export const api = {
  catalogue: () => read<Catalogue>('/api/catalogue'),
  environment: () => read<Environment>('/api/environment'),
  templates: () => read<TemplateOut[]>('/api/templates'),
  dataSets: () => read<DataSet[]>('/api/data'),
  preview: (data: string, signal?: AbortSignal) =>
    read<Preview>(`/api/data/${id(data)}/preview`, signal),

  /** Read a file of somebody else's as a document; nothing is kept. */
  importModel: (file: Blob, name: string) =>
    write<ImportOut>('POST', `/api/import?name=${id(name)}`, file),

  projects: () => read<ProjectSummary[]>('/api/projects'),
  createProject: (given: Partial<ProjectIn>) => write<ProjectOut>('POST', '/api/projects', given),
  copyProject: (one: string) => write<ProjectOut>('POST', `${project(one)}/copy`),
  deleteProject: (one: string) => write<void>('DELETE', project(one)),
  code: (one: string, form: CodeForm, style: CodeStyle, signal?: AbortSignal) =>
    read<CodeOut>(`${project(one)}/code?form=${form}&style=${style}`, signal),
  /** The document as edited code would have it; nothing is changed. */
  editedCode: (one: string, source: string, base: string) =>
    write<ImportOut>('POST', `${project(one)}/edited-code`, { source, base }),

  startRun: (one: string) => write<RunOut>('POST', `${project(one)}/runs`),
  stopRun: (one: string, when: StopIn['when']) =>
    write<RunOut>('POST', `${run(one)}/stop`, { when }),
  deleteRun: (one: string) => write<void>('DELETE', run(one)),
  /** Where the browser downloads a file that a run left. */
  artefactUrl: (one: string, name: string) => `${run(one)}/artefacts/${id(name)}`,
}
