/** The marks of the classes: each has a shape besides its colour. */
import type { Point } from './points'

const SIZE = 0.022

/** Draws one mark around a point of the drawing, as SVG path data. */
type Marker = (x: number, y: number, size: number) => string

const MARKERS: readonly Marker[] = [
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  (x, y, r) => `M${x} ${y - 1.2 * r}l${1.2 * r} ${2.1 * r}h${-2.4 * r}z`,
  (x, y, r) =>
    `M${x} ${y - 1.4 * r}l${1.2 * r} ${1.4 * r}l${-1.2 * r} ${1.4 * r}l${-1.2 * r} ${-1.4 * r}z`,
  (x, y, r) => `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}`,
  (x, y, r) => `M${x} ${y - 1.3 * r}v${2.6 * r}M${x - 1.3 * r} ${y}h${2.6 * r}`,
]

/** Return the colour of a class. */
export function colourOf(label: number): string {
  return `var(--s-${(label % MARKERS.length) + 1})`
}

/** Return the marks of the points of one class; y points up on the plane and down in SVG. */
export function marksOf(points: readonly Point[], label: number): string {
  const marker = markerOf(label)
  return points
    .filter((point) => point.label === label)
    .map(({ x, y }) => marker(x, -y, SIZE))
    .join('')
}

/** Return the mark of a class in a square from -1 to 1. */
export function signOf(label: number): string {
  return markerOf(label)(0, 0, 0.7)
}

function markerOf(label: number): Marker {
  return MARKERS[label % MARKERS.length] as Marker
}
