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

it('sends a large HDF5 file in parts', async () => {
  const upload = { id: 'u1', bytes: 20_000_004, received: 0, part: 15_000_000 }
  const fetch = vi.fn(async (path: string) =>
    path.endsWith('/model')
      ? new Response('{"document":{},"placed":true}')
      : new Response(JSON.stringify(upload)),
  )
  vi.stubGlobal('fetch', fetch)
  const large = new Blob([new Uint8Array([0x89, 0x48, 0x44, 0x46]), new Uint8Array(20_000_000)])
  expect(await readFile(large, 'model.h5')).toEqual({ document: {}, placed: true })
  expect(fetch.mock.calls.map(([path]) => path)).toEqual([
    '/api/import/uploads',
    '/api/import/uploads/u1?offset=0&bytes=20000004',
    '/api/import/uploads/u1?offset=15000000&bytes=20000004',
    '/api/import/uploads/u1/model',
  ])
})

it('refuses what is too large without asking the server', async () => {
  vi.stubGlobal('fetch', () => {
    throw new Error('the server was asked')
  })
  const large = new Blob([new Uint8Array(20_000_001)])
  await expect(readFile(large, 'model.h5')).rejects.toThrow('“model.h5” is larger than 20 MB.')
})
