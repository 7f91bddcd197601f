/** A graph as an SVG picture, drawn from the document in the colours of the page. */
import type { Frame, Note, Position } from '../../contract'
import type { PlacedPort } from '../cardports'
import { HEIGHT, type Rect, WIDTH } from '../geometry'
import type { Line } from '../wirepath'
import { drawFrame, drawNote, TITLE } from './annotations'
import { type Pen, text, widthOf } from './pen'
import { element, escaped } from './svg'

/** What is written on a card. */
export interface Card {
  position: Position
  label: string
  /** Its type, where that differs from the label. */
  kind: string
  /** The telling parameters, or how many layers are folded in it. */
  line: string
  /** The number of parameters, in words. */
  count: string
  /** The tokens of its band, from top to bottom. */
  band: readonly string[]
  /** The colour of the whole card, where cards are tinted; else the panel's. */
  tint?: string
  state: 'plain' | 'frozen' | 'bypassed'
  stacked: boolean
  wrong: boolean
  /** The names of its ports, and where on its edges they are. */
  ports: readonly { x: number; y: number; name: string; edge: PlacedPort['edge'] }[]
}

export interface Wire extends Line {
  label: string
  wrong: boolean
  /** The outermost places of the line. */
  around: readonly Position[]
}

export interface Scene {
  title: string
  cards: readonly Card[]
  wires: readonly Wire[]
  frames: readonly Frame[]
  notes: readonly Note[]
}

export interface Picture {
  svg: string
  width: number
  height: number
}

const MARGIN = 24
const RADIUS = 8
const MONO = { family: '--mono', size: 11 } as const
const CHIP = { ...MONO, weight: 500, token: '--ink2' } as const

/** Return the picture of a scene, as large as what is in it. */
export function draw(scene: Scene, pen: Pen): Picture {
  const { x, y, width, height } = boundsOf(scene, pen)
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `${x} ${y} ${width} ${height}`,
    role: 'img',
  }
  const content = [
    element('title', {}, escaped(scene.title)),
    element('rect', { x, y, width, height, fill: pen.token('--bg') }),
    ...scene.frames.map((frame) => drawFrame(frame, pen)),
    ...scene.notes.map((note) => drawNote(note, pen)),
    ...scene.wires.map((wire) => drawLine(wire, pen)),
    ...scene.cards.map((card) => drawCard(card, pen)),
    ...scene.wires.map((wire) => drawChip(wire, pen)),
  ]
  return { svg: `${element('svg', attributes, `\n${content.join('\n')}\n`)}\n`, width, height }
}

function boundsOf({ cards, wires, frames, notes }: Scene, pen: Pen): Rect {
  const places: Position[] = [
    ...cards.flatMap(({ position: { x, y } }) => [
      { x, y },
      { x: x + WIDTH, y: y + HEIGHT },
    ]),
    ...wires.flatMap(({ around, middle, label }) => {
      const half = widthOf(pen, label, CHIP) / 2 + 6
      return [...around, { x: middle.x - half, y: middle.y }, { x: middle.x + half, y: middle.y }]
    }),
    ...[...frames, ...notes].flatMap(({ position: { x, y }, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
    ...frames.map(({ position: { x, y } }) => ({ x: x - TITLE, y })),
  ]
  const range = (values: number[]): [number, number] => [
    Math.floor(values.reduce((low, value) => Math.min(low, value), Infinity)) - MARGIN,
    Math.ceil(values.reduce((high, value) => Math.max(high, value), -Infinity)) + MARGIN,
  ]
  if (places.length === 0) return { x: 0, y: 0, width: 2 * MARGIN, height: 2 * MARGIN }
  const [left, right] = range(places.map(({ x }) => x))
  const [top, bottom] = range(places.map(({ y }) => y))
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function drawLine({ path, wrong }: Wire, pen: Pen): string {
  return element('path', {
    d: path,
    fill: 'none',
    stroke: pen.token(wrong ? '--bad' : '--edge'),
    'stroke-width': 1.4,
    'stroke-dasharray': wrong ? '4 3' : undefined,
  })
}

/** The shape at the middle of a wire. */
function drawChip({ middle: { x, y }, label, wrong }: Wire, pen: Pen): string {
  if (label === '') return ''
  const width = widthOf(pen, label, CHIP) + 12
  const fill = pen.token(wrong ? '--bad-soft' : '--bg')
  const token = wrong ? '--bad' : CHIP.token
  return (
    element('rect', { x: x - width / 2, y: y - 8.5, width, height: 17, rx: 5, fill }) +
    text(pen, label, x, y + 4, { ...CHIP, token, anchor: 'middle' })
  )
}

function drawCard(card: Card, pen: Pen): string {
  const { x, y } = card.position
  const inside = [
    ...(card.stacked ? drawStack(pen) : []),
    drawPlate(card, pen),
    ...drawBand(card, pen),
  ]
  const signs = [card.count && text(pen, card.count, WIDTH - 10, 21, COUNT)]
  return element(
    'g',
    { transform: `translate(${x} ${y})` },
    [...inside, ...drawWords(card, pen), ...signs, ...drawPorts(card, pen)].join(''),
  )
}

const COUNT = { size: 11, token: '--ink3', anchor: 'end' } as const

function drawPlate({ state, wrong, tint }: Card, pen: Pen): string {
  const skipped = state === 'bypassed'
  const ground = state === 'frozen' ? '--frost' : '--panel'
  return element('rect', {
    width: WIDTH,
    height: HEIGHT,
    rx: RADIUS,
    fill: skipped ? 'none' : (tint ?? pen.token(ground)),
    stroke: pen.token(wrong ? '--bad' : '--line2'),
    'stroke-width': wrong || skipped ? 1.5 : 1,
    'stroke-dasharray': skipped ? '4 3' : undefined,
  })
}

/** The cards behind the card of a sub-model or of folded layers. */
function drawStack(pen: Pen): string[] {
  return [8, 4].map((by) =>
    element('rect', {
      x: by,
      y: by,
      width: WIDTH,
      height: HEIGHT,
      rx: RADIUS,
      fill: pen.token('--panel'),
      stroke: pen.token('--line2'),
    }),
  )
}

function drawBand({ band, state }: Card, pen: Pen): string[] {
  const height = (HEIGHT - 2) / band.length
  const opacity = state === 'plain' ? undefined : 0.35
  return band.map((token, at) =>
    element('rect', {
      x: 1,
      y: 1 + at * height,
      width: 4,
      height,
      rx: band.length === 1 ? 2 : undefined,
      fill: pen.token(token),
      opacity,
    }),
  )
}

function drawWords({ label, kind, line, count, state }: Card, pen: Pen): string[] {
  const left = 14
  const room = WIDTH - left - 10 - (count ? widthOf(pen, count, COUNT) + 8 : 0)
  const struck = state === 'bypassed'
  const style = { size: 13, weight: 550, token: struck ? '--ink2' : '--ink', struck }
  const used = widthOf(pen, `${label} `, style)
  const quiet = { size: 13, token: '--ink2' }
  const fits = used + widthOf(pen, kind, quiet) <= room
  const second = fits || !kind ? line : [kind, line].filter(Boolean).join(' · ')
  const baseline = second ? 22 : 33
  return [
    text(pen, label, left, baseline, { ...style, most: room }),
    fits && kind ? text(pen, kind, left + used, baseline, quiet) : '',
    text(pen, second, left, 40, { ...MONO, token: '--ink2', most: WIDTH - left - 10 }),
  ]
}

function drawPorts({ ports }: Card, pen: Pen): string[] {
  return ports.map(({ x, y, name, edge }) => {
    const style = { ...MONO, size: 10, token: '--ink3' }
    if (edge === 'left') return text(pen, name, x - 8, y - 4, { ...style, anchor: 'end' })
    return text(pen, name, x + 8, y + (edge === 'top' ? -6 : edge === 'bottom' ? 13 : -4), style)
  })
}
