/** Frames and notes in a picture. */
import type { Frame, Note } from '../../contract'
import { type Block, type Inline, markdown } from '../markdown'
import { type Pen, type Style, text, wrapped } from './pen'
import { element } from './svg'

/** How wide the title of a frame may be, which is beside it. */
export const TITLE = 224
const PADDING = 12
const BULLET = 16

export function drawFrame(
  { title, color, position: { x, y }, width, height }: Frame,
  pen: Pen,
): string {
  const tone = pen.token(`--a-${color}`)
  return (
    element('rect', {
      ...{ x, y, width, height, rx: 8, fill: tone, 'fill-opacity': 0.09 },
      ...{ stroke: tone, 'stroke-opacity': 0.45, 'stroke-width': 1.5 },
    }) +
    text(pen, title, x - 10, y + 20, {
      ...{ size: 13, weight: 600, token: '--ink', anchor: 'end', most: TITLE - 20 },
    })
  )
}

export function drawNote(note: Note, pen: Pen): string {
  const { color, position, width, height } = note
  const plate = { ...position, width, height, rx: 8 }
  let y = position.y + 10
  const lines: string[] = []
  for (const { words, style, indent } of linesOf(markdown(note.text), pen, width - 2 * PADDING)) {
    y += style.size * 1.45
    if (y > position.y + height - 4) break
    lines.push(text(pen, words, position.x + PADDING + indent, y, style))
  }
  return [
    element('rect', { ...plate, fill: pen.token('--panel'), stroke: pen.token('--line2') }),
    element('rect', { ...plate, fill: pen.token(`--a-${color}`), 'fill-opacity': 0.2 }),
    ...lines,
  ].join('')
}

interface NoteLine {
  words: string
  style: Style
  indent: number
}

const PLAIN: Style = { size: 12, token: '--ink' }
const CODE: Style = { size: 11, token: '--ink', family: '--mono' }

function linesOf(blocks: readonly Block[], pen: Pen, width: number): NoteLine[] {
  return blocks.flatMap((block) => linesOfBlock(block, pen, width))
}

function linesOfBlock(block: Block, pen: Pen, width: number): NoteLine[] {
  switch (block.type) {
    case 'pre':
      return block.text
        .split('\n')
        .map((words) => ({ words, style: { ...CODE, most: width }, indent: 0 }))
    case 'list':
      return block.items.flatMap((item, at) =>
        itemOf(item, block.ordered ? `${at + 1}.` : '•', pen, width),
      )
    case 'heading': {
      const size = block.level === 1 ? 15 : 12
      return linesIn(block.parts, { ...PLAIN, weight: 600, size }, pen, width)
    }
    case 'paragraph':
      return linesIn(block.parts, PLAIN, pen, width)
  }
}

function linesIn(parts: readonly Inline[], style: Style, pen: Pen, width: number): NoteLine[] {
  const words = parts.map((part) => part.text).join('')
  return wrapped(pen, words, style, width).map((line) => ({
    words: line,
    style: { ...style, most: width },
    indent: 0,
  }))
}

function itemOf(parts: readonly Inline[], sign: string, pen: Pen, width: number): NoteLine[] {
  return linesIn(parts, PLAIN, pen, width - BULLET).map((line, at) =>
    at === 0
      ? { ...line, words: `${sign} ${line.words}`, style: PLAIN }
      : { ...line, indent: BULLET },
  )
}
