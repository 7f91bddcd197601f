import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, api, problem } from '../api'
import { Uploads } from './uploads.svelte'

const MEGA = 2 ** 20
const LOST = new ApiError(0, [problem('no_connection', 'Lost.')])

/** A server that has the parts in order; `failing` are the calls that get no answer. */
class Store {
  received = 0
  calls: string[] = []
  failing = new Set<number>()
  written: boolean[] = []
  complete = false

  constructor(readonly size: number) {
    vi.spyOn(api, 'beginUpload').mockImplementation(async () => this.#state())
    vi.spyOn(api, 'upload').mockImplementation(async () => {
      this.calls.push('state')
      if (this.complete) throw new ApiError(404, [problem('no_upload', 'Gone.')])
      return this.#state()
    })
    vi.spyOn(api, 'continueUpload').mockImplementation(async (_, __, offset, part) => {
      this.calls.push(`${offset / MEGA}`)
      if (offset !== this.received) throw new ApiError(409, [problem('upload_offset', 'No.')])
      const fails = this.failing.has(this.calls.length)
      if (!fails || this.written.shift()) this.received += part.size
      this.complete = this.received === this.size
      if (fails) throw LOST
      return this.#state()
    })
    vi.spyOn(api, 'cancelUpload').mockImplementation(async () => {
      this.calls.push('cancel')
    })
    vi.spyOn(api, 'dataFiles').mockImplementation(async () => [{ id: 'u' } as never])
  }

  #state() {
    return { id: 'u', bytes: this.size, received: this.received, part: 8 * MEGA }
  }
}

function fileOf(size: number): File {
  return new File([new Uint8Array(size)], 'trees.csv')
}

const uploads = () => new Uploads('p', () => Promise.resolve())

beforeEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** What the browser keeps when a page is reloaded. */
function kept(): Map<string, string> {
  const values = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
    removeItem: (key: string) => values.delete(key),
  })
  return values
}

describe('an upload that a page has left', () => {
  const file = fileOf(5 * MEGA)

  it('continues when the same file is chosen again', async () => {
    const [store, values] = [new Store(5 * MEGA), kept()]
    vi.mocked(api.continueUpload).mockImplementationOnce(async () => {
      store.received += 2 * MEGA
      return new Promise(() => {})
    })
    void uploads().start(file)
    await vi.waitFor(() => expect(store.received).toBe(2 * MEGA))
    expect(await uploads().start(file)).toBe('u')
    expect(store.calls).toEqual(['state', '2', '4'])
    expect(values.size).toBe(0)
  })

  it('begins anew when the server knows it no more, or the file has changed', async () => {
    const [store, values] = [new Store(5 * MEGA), kept()]
    vi.mocked(api.continueUpload).mockImplementationOnce(() => new Promise(() => {}))
    void uploads().start(file)
    await vi.waitFor(() => expect(values.size).toBe(1))
    const changed = new File([file], file.name, { lastModified: 1 })
    expect(await uploads().start(changed)).toBe('u')
    expect(store.calls).toEqual(['0', '2', '4'])
    store.received = 0
    store.calls = []
    expect(await uploads().start(file)).toBe('u')
    expect(store.calls).toEqual(['state', '0', '2', '4'])
  })

  it('is forgotten once it is cancelled', async () => {
    const values = kept()
    new Store(5 * MEGA)
    vi.mocked(api.continueUpload).mockImplementationOnce(() => new Promise(() => {}))
    const all = uploads()
    void all.start(file)
    await vi.waitFor(() => expect(values.size).toBe(1))
    await all.cancel(all.list[0] as never)
    expect(values.size).toBe(0)
  })
})

describe('an upload', () => {
  it('sends a file in parts', async () => {
    const store = new Store(5 * MEGA)
    const all = uploads()
    expect(await all.start(fileOf(5 * MEGA))).toBe('u')
    expect(store.calls).toEqual(['0', '2', '4'])
    expect(all.list).toEqual([])
  })

  it('sends an empty file, too', async () => {
    const store = new Store(0)
    expect(await uploads().start(fileOf(0))).toBe('u')
    expect(store.calls).toEqual(['0'])
  })

  it('continues after a loss where the server is', async () => {
    const store = new Store(5 * MEGA)
    store.failing = new Set([1, 3])
    store.written = [false, true]
    expect(await uploads().start(fileOf(5 * MEGA))).toBe('u')
    expect(store.calls).toEqual(['0', 'state', '0', 'state', '2', '4'])
  })

  it('is complete when only the last answer was lost', async () => {
    const store = new Store(2 * MEGA)
    store.failing = new Set([1])
    store.written = [true]
    expect(await uploads().start(fileOf(2 * MEGA))).toBe('u')
    expect(store.calls).toEqual(['0', 'state'])
  })

  it('says what went wrong, and can be sent again', async () => {
    const store = new Store(MEGA)
    const refused = new ApiError(413, [problem('upload_too_large', 'Too large.')])
    vi.mocked(api.beginUpload).mockRejectedValueOnce(refused)
    const all = uploads()
    expect(await all.start(fileOf(MEGA))).toBeNull()
    const [upload] = all.list
    expect(upload?.problems.map(({ code }) => code)).toEqual(['upload_too_large'])
    if (upload) expect(await all.again(upload)).toBe('u')
    expect(store.received).toBe(MEGA)
    expect(all.list).toEqual([])
  })

  it('is cancelled', async () => {
    const store = new Store(5 * MEGA)
    const all = uploads()
    vi.mocked(api.continueUpload).mockImplementationOnce(async (...[, , , , signal]) => {
      const [upload] = all.list
      if (upload) await all.cancel(upload)
      signal?.throwIfAborted()
      throw LOST
    })
    expect(await all.start(fileOf(5 * MEGA))).toBeNull()
    expect(all.list).toEqual([])
    expect(store.calls).toEqual(['cancel'])
  })
})
