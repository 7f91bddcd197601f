import { describe, expect, it, vi } from 'vitest'
import type { DataFileOut, DataSet } from '../contract'
import { DataFiles } from './datafiles.svelte'

function dataSet(hash: string): DataSet {
  return {
    id: `set-${hash}`,
    title: hash,
    summary: '',
    task: 'regression',
    rows: 3,
    columns: [],
    source: '',
    download: false,
    hash,
    division: { by: 'random' as const, column: '' },
  }
}

function file(id: string, state: DataFileOut['state'], hash = '', current = true): DataFileOut {
  const options = {
    delimiter: null,
    decimal: null,
    encoding: null,
    header: null,
    skip: null,
    sheet: null,
  }
  const description = {
    data: dataSet(hash),
    family: 'table' as const,
    options: { ...options, size: null, colour: null, windows: null, columns: {} },
    columns: [],
    notes: [],
    archive: null,
    table: null,
    skip: null,
    series: null,
    member: null,
  }
  return {
    id,
    name: `${id}.csv`,
    bytes: 9,
    state,
    current,
    created: '2026-01-01T00:00:00Z',
    description: state === 'ready' ? description : null,
    problems: [],
  }
}

describe('files of data', () => {
  it('lists the data sets that can be chosen, and finds earlier readings', () => {
    const files = new DataFiles()
    files.welcome([file('a', 'ready', 'h1', false), file('b', 'ready', 'h2'), file('c', 'failed')])
    expect(files.sets.map(({ hash }) => hash)).toEqual(['h2'])
    expect(files.find('h1')?.hash).toBe('h1')
    expect(files.fileOf(files.find('h1'))?.id).toBe('a')
    expect(files.find('h3')).toBeNull()
  })

  it('tells it also of a file that another one with the same rows has already replaced', () => {
    const files = new DataFiles()
    const use = vi.fn()
    files.welcome([file('a', 'ready', 'h1')])
    files.changed(file('b', 'reading'))
    files.removed({ data: 'b', same: 'a' })
    files.whenRead('b', use)
    expect(use).toHaveBeenCalledExactlyOnceWith(dataSet('h1'))
  })

  it('tells when a file has been read, once', () => {
    const files = new DataFiles()
    const use = vi.fn()
    files.whenRead('a', use)
    files.changed(file('a', 'reading'))
    expect(use).not.toHaveBeenCalled()
    files.changed(file('a', 'ready', 'h1'))
    files.changed(file('a', 'ready', 'h1'))
    expect(use).toHaveBeenCalledExactlyOnceWith(dataSet('h1'))
  })

  it('tells at once when a file was read before it asked', () => {
    const files = new DataFiles()
    files.changed(file('a', 'ready', 'h1'))
    const use = vi.fn()
    files.whenRead('a', use)
    expect(use).toHaveBeenCalledOnce()
  })

  it('tells nothing of a file that could not be read', () => {
    const files = new DataFiles()
    const use = vi.fn()
    files.whenRead('a', use)
    files.changed(file('a', 'failed'))
    files.changed(file('a', 'ready', 'h1'))
    expect(use).not.toHaveBeenCalled()
  })

  it('takes another file with the same rows for one that was removed for it', () => {
    const files = new DataFiles()
    const use = vi.fn()
    files.whenRead('b', use)
    files.welcome([file('a', 'ready', 'h1'), file('b', 'reading')])
    files.removed({ data: 'b', same: 'a' })
    expect(use).toHaveBeenCalledExactlyOnceWith(dataSet('h1'))
    expect(files.list.map(({ id }) => id)).toEqual(['a'])
  })

  it('knows that a file is being read again from the request until the result is there', async () => {
    const files = new DataFiles()
    const before = file('a', 'ready', 'h1')
    files.welcome([before])
    const use = vi.fn()
    const asked = files.readAgain('a.csv', Promise.resolve(file('b', 'reading')), use)
    expect(files.isRead(before)).toBe(true)
    await asked
    expect(files.isRead(before)).toBe(true)
    files.changed({ ...file('b', 'ready', 'h2'), name: 'a.csv' })
    expect(files.isRead(before)).toBe(false)
    expect(use).toHaveBeenCalledExactlyOnceWith(dataSet('h2'))
  })

  it.each([
    [
      'it was read before the answer',
      (files: DataFiles) => files.changed(file('b', 'ready', 'h2')),
    ],
    ['it failed', (files: DataFiles) => files.changed(file('b', 'failed'))],
    ['it has the same rows', (files: DataFiles) => files.removed({ data: 'b', same: 'a' })],
    ['somebody deleted it', (files: DataFiles) => files.removed({ data: 'b', same: null })],
  ])('no longer waits for a reading when %s', async (_, happens) => {
    for (const early of [true, false]) {
      const files = new DataFiles()
      files.welcome([file('a', 'ready', 'h1'), file('b', 'reading')])
      if (early) happens(files)
      await files.readAgain('a.csv', Promise.resolve(file('b', 'reading')), vi.fn())
      if (!early) happens(files)
      expect(files.isRead(file('a', 'ready', 'h1'))).toBe(false)
    }
  })

  it('no longer waits when the request was refused', async () => {
    const files = new DataFiles()
    files.welcome([file('a', 'ready', 'h1')])
    const refused = files.readAgain('a.csv', Promise.reject(new Error('away')), vi.fn())
    await expect(refused).rejects.toThrow('away')
    expect(files.isRead(file('a', 'ready', 'h1'))).toBe(false)
  })
})
