/** What a picture is drawn with: the colours of the theme, fonts, and the width of words in them. */
import { element, escaped } from './svg'

export interface Pen {
  /** The value of a token, such as "--ink". */
  token: (name: string) => string
  /** The width of words in pixels, in a font as CSS writes it. */
  measure: (words: string, font: string) => number
}

export interface Style {
  size: number
  token: string
  weight?: number
  family?: '--font' | '--mono'
  anchor?: 'start' | 'middle' | 'end'
  italic?: boolean
  struck?: boolean
  /** The words are cut to this width. */
  most?: number
}

/** Return words at a place: the left end of their baseline, or its middle or right end. */
export function text(pen: Pen, words: string, x: number, y: number, style: Style): string {
  const { size, token, weight = 400, family = '--font', anchor, italic, struck, most } = style
  const shown = most === undefined ? words : cut(pen, words, style, most)
  if (shown === '') return ''
  const attributes = {
    x,
    y,
    fill: pen.token(token),
    'font-family': pen.token(family),
    'font-size': size,
    'font-weight': weight,
    'font-style': italic ? 'italic' : undefined,
    'text-decoration': struck ? 'line-through' : undefined,
    'text-anchor': anchor,
  }
  return element('text', attributes, escaped(shown))
}

/** Return the width of words in a style. */
export function widthOf(pen: Pen, words: string, style: Style): number {
  const { size, weight = 400, family = '--font' } = style
  return pen.measure(words, `${weight} ${size}px ${pen.token(family)}`)
}

/** Return as much of the words as fits, with an ellipsis where they are cut. */
function cut(pen: Pen, words: string, style: Style, most: number): string {
  if (widthOf(pen, words, style) <= most) return words
  const letters = [...words]
  let [fits, fails] = [0, letters.length]
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2)
    if (widthOf(pen, `${letters.slice(0, middle).join('')}…`, style) <= most) fits = middle
    else fails = middle
  }
  return fits === 0 ? '' : `${letters.slice(0, fits).join('').trimEnd()}…`
}

/** Break words into lines of at most a width. */
export function wrapped(pen: Pen, words: string, style: Style, most: number): string[] {
  const lines: string[] = []
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && widthOf(pen, longer, style) <= most) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
