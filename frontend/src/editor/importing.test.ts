import { beforeEach, expect, it, vi } from 'vitest'
import { edge, graph, node } from '../document/sample'
import { importModel } from './importing'

const POSITION = { x: 96, y: 288 }
const { layOut, read } = vi.hoisted(() => ({ layOut: vi.fn(), read: vi.fn() }))
vi.mock('./arranging', () => ({ layOut }))
vi.mock('../api', () => ({ api: { importModel: read } }))

const document = { graphs: [graph([node('a'), node('b')], [edge('a b')]), graph([node('c')], [])] }

beforeEach(() => {
  layOut.mockReset()
  layOut.mockImplementation(
    async ({ nodes }: (typeof document.graphs)[0]) =>
      new Map(nodes.map(({ id }) => [id, POSITION])),
  )
})

it('lays out every graph of a document that was read from another format', async () => {
  read.mockResolvedValue({ document, placed: false })
  const answer = await importModel(new Blob(), 'a.py')
  const nodes = answer.document?.graphs.flatMap(({ nodes }) => nodes) ?? []
  expect(nodes.map(({ id, position }) => [id, position])).toEqual(
    ['a', 'b', 'c'].map((id) => [id, POSITION]),
  )
  expect(layOut).toHaveBeenCalledTimes(2)
})

it('keeps the positions of a document, and asks for no layout where nothing was read', async () => {
  read.mockResolvedValue({ document, placed: true })
  expect((await importModel(new Blob(), 'a.json')).document).toBe(document)
  read.mockResolvedValue({ document: null, placed: false })
  expect((await importModel(new Blob(), 'a.py')).document).toBeNull()
  expect(layOut).not.toHaveBeenCalled()
})
