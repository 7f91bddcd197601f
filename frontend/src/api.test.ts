import { afterEach, expect, it, vi } from 'vitest'
import { ApiError, api, problem, problemsOf } from './api'

function answer(status: number, body: string): void {
  vi.stubGlobal('fetch', async () => new Response(status === 204 ? null : body, { status }))
}

async function failing(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(error instanceof ApiError)) throw new Error(`expected an ApiError, got ${String(error)}`)
  return error
}

afterEach(() => vi.unstubAllGlobals())

it('gives what the server answers', async () => {
  answer(200, '[{"id":"digits"}]')
  expect(await api.dataSets()).toEqual([{ id: 'digits' }])
})

it('escapes ids in paths', async () => {
  const fetch = vi.fn(async () => new Response('{}'))
  vi.stubGlobal('fetch', fetch)
  await api.code('../a?b', { form: 'script', style: 'keras', options: false })
  await api.code('a', { form: 'script', style: 'keras', options: true })
  await api.stopRun('a', 'r1', 'epoch')
  expect(fetch.mock.calls.map((call) => (call as unknown[])[0])).toEqual([
    '/api/projects/..%2Fa%3Fb/code?form=script&style=keras',
    '/api/projects/a/code?form=script&style=keras&options=true',
    '/api/projects/a/runs/r1/stop',
  ])
})

it('sends answers to questions behind the file', async () => {
  const fetch = vi.fn(async () => new Response('{}'))
  vi.stubGlobal('fetch', fetch)
  await api.importModel(new Blob(['ü = 1']), 'a.py', 0, { units: '3'.repeat(20_000) })
  const [path, options] = fetch.mock.calls[0] as unknown as [string, RequestInit]
  expect(path).toBe('/api/import?name=a.py&model=0&file=6')
  expect(await (options.body as Blob).text()).toBe(`ü = 1{"units":"${'3'.repeat(20_000)}"}`)
})

it('takes an answer without a body', async () => {
  answer(204, '')
  expect(await api.deleteRun('a', 'r1')).toBeUndefined()
})

it('hands over the problems of a refusal, whole', async () => {
  answer(422, '{"problems":[{"code":"bad_value","message":"Units must be positive."}]}')
  const error = await failing(api.createProject({}))
  expect(error.status).toBe(422)
  expect(error.problems).toEqual([problem('bad_value', 'Units must be positive.')])
})

it.each([
  [404, '<h1>Not found</h1>', 'This does not exist, or no longer exists.'],
  [500, '', 'The server answered with an error (500).'],
  [400, '{"problems":[7]}', 'The server answered with an error (400).'],
])('has words for an unexplained %d', async (status, body, message) => {
  answer(status, body)
  expect((await failing(api.projects())).message).toBe(message)
})

it('says that there is no connection', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const error = await failing(api.projects())
  expect([error.status, error.problems[0]?.code]).toEqual([0, 'no_connection'])
})

it('turns any exception into problems', () => {
  expect(problemsOf(new Error('why'))[0]).toMatchObject({ code: 'page_error', hint: 'why' })
})
