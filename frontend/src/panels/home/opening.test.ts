import { afterEach, expect, it, vi } from 'vitest'
import { readFile } from './opening'

afterEach(() => vi.unstubAllGlobals())

it('sends a file to the server as it is', async () => {
  const fetch = vi.fn(async () => new Response('{"document":{},"placed":true}'))
  vi.stubGlobal('fetch', fetch)
  const file = new File(['import keras'], 'my model.py')
  expect(await readFile(file, file.name)).toEqual({ document: {}, placed: true })
  const [path, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
  expect(path).toBe('/api/import?name=my%20model.py')
  expect(init.body).toBe(file)
  expect(init.headers).not.toHaveProperty('Content-Type')
})

it('refuses what is too large without asking the server', async () => {
  vi.stubGlobal('fetch', () => {
    throw new Error('the server was asked')
  })
  const large = new Blob([new Uint8Array(20_000_001)])
  await expect(readFile(large, 'model.h5')).rejects.toThrow('“model.h5” is larger than 20 MB.')
})
