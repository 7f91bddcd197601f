/** The direction of a drawing: layout and routes are computed downwards, and turned where it runs to the right. */
import type { Position } from '../../contract'
import { HEIGHT, type Rect, STEP, WIDTH } from '../geometry'

/** The distances between the middles of two cards in one row, of a card and a wire, of two wires. */
export interface Distances {
  cards: number
  beside: number
  wires: number
}

/** The size of cards, across the direction and along it, and how far apart they are placed. */
export interface Frame {
  across: number
  along: number
  /** From one row to the next. */
  step: number
  distances: Distances
  /** Between parts that no edge connects. */
  apart: number
  /** Between the middles of two graphs that face each other. */
  facing: number
}

export const DOWN: Frame = {
  across: WIDTH,
  along: HEIGHT,
  step: STEP,
  distances: { cards: WIDTH + 48, beside: WIDTH / 2 + 48, wires: 32 },
  apart: 2 * WIDTH,
  facing: 2 * WIDTH,
}

/** Between two columns there is room for the shape of a wire. */
export const RIGHT: Frame = {
  across: HEIGHT,
  along: WIDTH,
  step: WIDTH + 96,
  distances: { cards: STEP, beside: STEP / 2, wires: 32 },
  apart: 2 * STEP,
  facing: 2 * STEP,
}

/** Exchange the axes: of a drawing to the right it makes one downwards, and the other way round. */
export function turned({ x, y }: Position): Position {
  return { x: y, y: x }
}

export function turnedRect({ x, y, width, height }: Rect): Rect {
  return { x: y, y: x, width: height, height: width }
}
