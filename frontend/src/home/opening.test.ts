import { afterEach, expect, it, vi } from 'vitest'
import { openDocument } from './opening'

afterEach(() => vi.unstubAllGlobals())

const file = (text: string, name = 'model.json') => new File([text], name)

it('sends a document to the server', async () => {
  const fetch = vi.fn(async () => new Response('{"id":"p1"}', { status: 201 }))
  vi.stubGlobal('fetch', fetch)
  expect(await openDocument(file('{"version":1,"graphs":[]}'))).toEqual({ id: 'p1' })
  const [path, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
  expect(path).toBe('/api/projects')
  expect(JSON.parse(String(init.body))).toEqual({ document: { version: 1, graphs: [] } })
})

it.each([
  ['nonsense', '“model.json” is not JSON.'],
  ['[1]', '“model.json” holds no Layerloom document.'],
  ['null', '“model.json” holds no Layerloom document.'],
])('refuses %s without asking the server', async (text, message) => {
  vi.stubGlobal('fetch', () => {
    throw new Error('the server was asked')
  })
  await expect(openDocument(file(text))).rejects.toThrow(message)
})
