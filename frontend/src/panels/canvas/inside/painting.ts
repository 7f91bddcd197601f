/** Paints pictures of the inside view, in the colours of the page. */
import type { Attribution, Picture } from '../../../contract'
import { heatOf, partsOf, reachOf } from '../../../document/explaining'
import {
  barsOf,
  type Color,
  type Colors,
  colorsOf,
  decisionsOf,
  mapsOf,
  type Pixels,
  shaded,
} from '../../../document/pictures'
import type { Plane } from '../../../document/planes'
import { classColour } from '../../../widgets/kinds'

type Scale = Pick<Picture, 'low' | 'high'>

/** Width by height of the room for a picture on a card. */
export const ASPECT = 8

/** Height in pixels of the canvas on which bars are drawn. */
const BARS = 44

/** Paint a picture on a canvas, which gets the size that the picture needs. */
export function paint(canvas: HTMLCanvasElement, picture: Picture, aspect = ASPECT): void {
  if (picture.form === 'bars') paintBars(canvas, picture)
  else if (picture.form === 'colors') put(canvas, colorsOf(picture))
  else put(canvas, mapsOf(picture, colorsIn(canvas), aspect))
}

/** Okabe and Ito's colours, which all kinds of sight tell apart, for the first classes. */
const FIRST_COLORS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#f0e442',
  '#8b887f',
]
/** The most classes that a plane names. */
export const MOST_CLASSES = 32
const CLASS_COLORS = Array.from(
  { length: MOST_CLASSES },
  (_, number) => FIRST_COLORS[number] ?? hexOf(classColour(number)),
)

/** Return the colour of a class on planes, different for each of the first MOST_CLASSES. */
export function colorOfClass(number: number): string {
  return CLASS_COLORS[number % MOST_CLASSES] ?? 'currentColor'
}

function hexOf(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Paint which class an output decides for at each place of a plane. */
export function paintDecisions(canvas: HTMLCanvasElement, picture: Picture): void {
  put(canvas, decisionsOf(picture, CLASS_COLORS.map(hex)))
}

/** Paint a plane of values on a canvas; all planes of one scale can be compared. */
export function paintPlane(canvas: HTMLCanvasElement, plane: Plane, scale: Scale): void {
  put(canvas, shaded(plane.values, plane.columns, scale, colorsIn(canvas)))
}

/** Paint what speaks for an answer and against it, to lie over the picture of the input. */
export function paintHeat(canvas: HTMLCanvasElement, attribution: Attribution): void {
  const { columns, values } = heatOf(attribution)
  put(canvas, shaded(values, columns, reachOf(values), heatColors(canvas)))
}

/** Paint on a card, over its picture, what an input contributes; of its parts, bars instead. */
export function paintOnCard(
  canvas: HTMLCanvasElement,
  picture: Picture,
  attribution: Attribution,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  if (attribution.names.length > 0) {
    paintParts(canvas, context, attribution)
    return
  }
  const width = picture.form === 'maps' ? Math.min(canvas.width, picture.columns) : canvas.width
  const heat = document.createElement('canvas')
  const { columns, values } = heatOf(attribution)
  put(heat, shaded(values, columns, reachOf(values), heatColors(canvas)))
  context.globalAlpha = 0.7
  context.imageSmoothingEnabled = false
  context.drawImage(heat, 0, 0, width, canvas.height)
  context.globalAlpha = 1
}

function paintParts(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  attribution: Attribution,
): void {
  const parts = partsOf(attribution)
  const signed = parts.some(({ value }) => value < 0)
  const zero = signed ? BARS / 2 : BARS
  const { positive, negative } = heatColors(canvas)
  canvas.width = Math.max(1, parts.length * 4)
  canvas.height = BARS
  for (const [at, { value, share }] of parts.entries()) {
    const height = Math.max(share * zero, 1)
    context.fillStyle = `rgb(${(value < 0 ? negative : positive).join(' ')})`
    context.fillRect(at * 4, value < 0 ? zero : zero - height, 3, height)
  }
}

function heatColors(element: HTMLElement): Colors {
  const style = getComputedStyle(element)
  return {
    positive: hex(style.getPropertyValue('--heat')),
    negative: hex(style.getPropertyValue('--heat-against')),
  }
}

function put(canvas: HTMLCanvasElement, { width, height, data }: Pixels): void {
  canvas.width = width
  canvas.height = height
  if (data.length > 0)
    canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0)
}

function paintBars(canvas: HTMLCanvasElement, picture: Picture): void {
  const bars = barsOf(picture)
  const step = bars.length > 64 ? 1 : 4
  canvas.width = Math.max(1, bars.length * step)
  canvas.height = BARS
  const context = canvas.getContext('2d')
  if (!context) return
  const { positive, negative } = colorsIn(canvas)
  for (const [at, bar] of bars.entries()) {
    context.fillStyle = `rgb(${(bar.negative ? negative : positive).join(' ')})`
    const height = Math.max(bar.height * BARS, 1)
    context.fillRect(at * step, bar.top * BARS, Math.max(step - 1, 1), height)
  }
}

function colorsIn(element: HTMLElement): Colors {
  const style = getComputedStyle(element)
  return { positive: rgb(style.color), negative: hex(style.getPropertyValue('--below-zero')) }
}

function rgb(text: string): Color {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number)
  return [red, green, blue]
}

function hex(text: string): Color {
  const number = Number.parseInt(text.trim().slice(1) || '0', 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}
