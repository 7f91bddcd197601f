// @vitest-environment jsdom
import { expect, it } from 'vitest'
import { smooth } from '../wirepath'
import type { Pen } from './pen'
import { type Card, draw, type Scene } from './picture'

const pen: Pen = {
  token: (name) => (name === '--font' ? 'Inter, "Segoe UI"' : name.replace('--', '#')),
  measure: (words, font) => words.length * Number(/(\d+)px/.exec(font)?.[1]) * 0.5,
}
const card = (more: Partial<Card> = {}): Card => ({
  position: { x: 0, y: 0 },
  ...{ label: 'dense', kind: 'Dense', line: '32 · relu', count: '1,056' },
  ...{ band: ['--c-core'], state: 'plain', stacked: false, wrong: false, ports: [] },
  ...more,
})
const scene = (more: Partial<Scene> = {}): Scene => ({
  ...{ title: 'Net', cards: [card()], wires: [], frames: [], notes: [] },
  ...more,
})

function parsed(some: Scene): Document {
  const result = new DOMParser().parseFromString(draw(some, pen).svg, 'image/svg+xml')
  expect(result.querySelector('parsererror')).toBeNull()
  return result
}

const words = (svg: Document) => [...svg.querySelectorAll('text')].map((text) => text.textContent)

it('writes what is on a card', () => {
  expect(words(parsed(scene()))).toEqual(['dense', 'Dense', '32 · relu', '1,056'])
})

it('writes a type that has no room beside the name before the parameters', () => {
  const long = card({ label: 'conv2_block1_1_bn', kind: 'BatchNormalization', line: '0.99' })
  const shown = ['conv2_block1_1_bn', 'BatchNormalization · 0.99', '1,056']
  expect(words(parsed(scene({ cards: [long] })))).toEqual(shown)
})

it('escapes text, and leaves out what XML can’t hold', () => {
  const label = '<b a="1">&amp;\u0000\ud800'
  const svg = parsed(
    scene({ title: label, cards: [card({ label, kind: '', line: '', count: '' })] }),
  )
  expect(words(svg)).toEqual(['<b a="1">&amp;'])
  expect(svg.querySelector('title')?.textContent).toBe('<b a="1">&amp;')
})

it('cuts a long name where the card ends', () => {
  const [label] = words(parsed(scene({ cards: [card({ label: 'x'.repeat(80) })] })))
  expect(label).toMatch(/^x+…$/)
  expect(pen.measure(label as string, '13px')).toBeLessThan(208)
})

it('is as large as everything in it', () => {
  const line = smooth([
    { x: 104, y: 56 },
    { x: 304, y: 400 },
  ])
  const wires = [{ ...line, label: '32', wrong: false, around: [{ x: 304, y: 400 }] }]
  const note = {
    id: 'n',
    text: '# Hi\n- one',
    color: 'yellow' as const,
    position: { x: -300, y: 0 },
  }
  const picture = scene({ wires, notes: [{ ...note, width: 200, height: 100 }] })
  const { width, height } = draw(picture, pen)
  expect([width, height]).toEqual([304 + 300 + 48, 448])
  expect(words(parsed(picture))).toContain('• one')
})

it('draws nothing of an empty graph', () => {
  expect(words(parsed(scene({ cards: [] })))).toEqual([])
})
