// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import type { CodeOut } from '../../contract'
import { lineOf, linesOf, nodeAt, shownText } from './reading'
import { copyText } from './taking'

const code = (form: CodeOut['form'], source: string): CodeOut => ({
  form,
  filename: 'model.py',
  source,
  lines: {},
  problems: [],
  packages: [],
})

describe('what is shown', () => {
  it('is the source', () => {
    expect(shownText(code('script', 'import keras\n'))).toBe('import keras\n')
  })

  it('is the cells of a notebook', () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Digits\n', 'A model.'] },
      { cell_type: 'code', source: 'import keras' },
    ]
    expect(shownText(code('notebook', JSON.stringify({ cells })))).toBe(
      '# %% [markdown]\n# # Digits\n# A model.\n\n# %%\nimport keras\n',
    )
  })

  it('is the source of a notebook that cannot be read', () => {
    expect(shownText(code('notebook', 'oops'))).toBe('oops')
  })
})

describe('lines and nodes', () => {
  const lines: CodeOut['lines'] = { whole: [1, 9], conv: [3, 5], dense: [7, 7] }

  it('finds the lines of nodes', () => {
    expect(linesOf(lines, new Set(['conv', 'dense', 'gone']))).toEqual([
      [3, 5],
      [7, 7],
    ])
  })

  it.each([
    [4, 'conv'],
    [7, 'dense'],
    [8, 'whole'],
    [10, null],
  ])('finds the node of line %d', (line, node) => expect(nodeAt(lines, line)).toBe(node))
})

it.each([
  [{ line: 12, why: 'invalid syntax' }, 12],
  [{ line: null, why: 'too long' }, null],
  [{}, null],
])('finds the line of a problem with %j', (values, line) =>
  expect(lineOf({ arguments: values })).toBe(line),
)

describe('copying', () => {
  it('uses the clipboard', async () => {
    const writeText = vi.fn(async () => {})
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    expect(await copyText('x')).toBe(true)
    expect(writeText).toHaveBeenCalledWith('x')
    vi.unstubAllGlobals()
  })

  it('falls back to the old way, and leaves nothing behind', async () => {
    let copied = ''
    document.execCommand = () => {
      copied = (document.activeElement as HTMLTextAreaElement).value
      return true
    }
    vi.stubGlobal('navigator', {})
    expect(await copyText('y')).toBe(true)
    expect([copied, document.body.childElementCount]).toEqual(['y', 0])
    vi.unstubAllGlobals()
  })
})
