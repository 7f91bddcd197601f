import { afterEach, expect, it, vi } from 'vitest'
import { emptyDocument } from '../../document/model'
import type { Session } from '../../session'
import { Draft } from './draft.svelte'

afterEach(() => vi.unstubAllGlobals())

/** What of a session a draft uses; `edit` makes a revision, as the server would. */
function fakeSession() {
  const session = {
    project: 'p1',
    revision: 3,
    saved: 'saved',
    document: emptyDocument(),
    collaboration: { settled: vi.fn(async () => true) },
    edit: vi.fn(() => {
      session.revision += 1
    }),
  }
  return session
}

const draftOf = (session: ReturnType<typeof fakeSession>) =>
  new Draft(session as unknown as Session, 'base')

function answer(body: unknown, status = 200) {
  const fetch = vi.fn(async (_: string, __: RequestInit) => Response.json(body, { status }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const other = { ...emptyDocument(), name: 'Edited' }
const bad = { code: 'python_line', message: 'Line 2: no.', arguments: { line: 2 } }

it('changes the canvas in one step', async () => {
  const fetch = answer({ document: other, problems: [] })
  const session = fakeSession()
  const draft = draftOf(session)
  draft.edit('now')
  expect(await draft.apply()).toBe(true)
  expect(JSON.parse(String(fetch.mock.calls[0]?.[1].body))).toEqual({ source: 'now', base: 'base' })
  expect(session.edit).toHaveBeenCalledExactlyOnceWith([{ type: 'replace', document: other }])
  expect([draft.outcome, draft.isBehind, draft.busy]).toEqual([null, false, false])
})

it('makes no step of a text that says the same', async () => {
  answer({ document: emptyDocument(), problems: [] })
  const session = fakeSession()
  expect(await draftOf(session).apply()).toBe(true)
  expect(session.edit).not.toHaveBeenCalled()
})

it('keeps what was left out, and takes the text as the next base', async () => {
  const fetch = answer({ document: other, problems: [bad] })
  const draft = draftOf(fakeSession())
  draft.edit('now')
  expect(await draft.apply()).toBe(false)
  expect(draft.outcome?.kind).toBe('partial')
  draft.edit('later')
  expect(draft.outcome).toBeNull()
  await draft.apply()
  expect(JSON.parse(String(fetch.mock.calls[1]?.[1].body)).base).toBe('now')
})

it('changes nothing when the code could not be read', async () => {
  answer({ problems: [bad] }, 422)
  const session = fakeSession()
  const draft = draftOf(session)
  expect(await draft.apply()).toBe(false)
  expect(draft.outcome?.kind).toBe('refused')
  expect(draft.outcome?.problems[0]?.message).toBe('Line 2: no.')
  expect(session.edit).not.toHaveBeenCalled()
})

it('asks again when the canvas changed before the answer came', async () => {
  const session = fakeSession()
  const fetch = vi.fn(async () => {
    if (fetch.mock.calls.length === 1) session.revision += 1
    return Response.json({ document: other, problems: [] })
  })
  vi.stubGlobal('fetch', fetch)
  expect(await draftOf(session).apply()).toBe(true)
  expect(fetch).toHaveBeenCalledTimes(2)
  expect(session.edit).toHaveBeenCalledTimes(1)
})

it('says when the canvas has changed since the text was written', () => {
  const session = fakeSession()
  const draft = draftOf(session)
  expect(draft.isBehind).toBe(false)
  session.revision += 1
  expect(draft.isBehind).toBe(true)
})
