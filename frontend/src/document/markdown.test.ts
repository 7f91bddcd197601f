import { expect, it } from 'vitest'
import { inline, markdown } from './markdown'

it('parses headings, lists, code and paragraphs', () => {
  const blocks = markdown('# Title\ntext\nmore\n\n- a\n- **b**\n```\n<b>\n```')
  expect(blocks.map(({ type }) => type)).toEqual(['heading', 'paragraph', 'list', 'pre'])
  expect(blocks[3]).toEqual({ type: 'pre', text: '<b>' })
})

it.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', ' https://a'])(
  'takes a link to %s for text',
  (href) => {
    const parts = inline(`[x](${href})`)
    expect(parts.every(({ type }) => type === 'text')).toBe(true)
  },
)

it('keeps HTML as text', () => {
  expect(inline('<img src=x onerror=alert(1)>')).toEqual([
    { type: 'text', text: '<img src=x onerror=alert(1)>' },
  ])
})

it('keeps links to web pages', () => {
  expect(inline('see [Keras](https://keras.io).')[1]).toEqual({
    type: 'link',
    text: 'Keras',
    href: 'https://keras.io',
  })
})
