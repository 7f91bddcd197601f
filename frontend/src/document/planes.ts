/** The values of a tensor as planes of rows and columns, and the part of the weights behind each. */
import type { Values } from '../contract'

export interface Plane {
  rows: number
  columns: number
  values: Float32Array
}

/** Return the numbers of an array in the order of its axes, the last fastest. */
export function numbersOf({ numbers }: Values): Float32Array {
  const bytes = Uint8Array.from(atob(numbers), (character) => character.charCodeAt(0))
  return new Float32Array(bytes.buffer)
}

/**
 * Return a plane for each channel of a tensor without the batch axis. A vector is one row, a
 * sequence has its steps as columns; of more than three axes the middle of the first ones is taken.
 */
export function planesOf(values: Values): Plane[] {
  let numbers = numbersOf(values)
  let axes = values.kept
  while (axes.length > 3) {
    const [first = 1, ...rest] = axes
    const size = numbers.length / first
    numbers = numbers.slice((first >> 1) * size, ((first >> 1) + 1) * size)
    axes = rest
  }
  if (axes.length <= 1) return [{ rows: 1, columns: numbers.length, values: numbers }]
  const [rows = 1, columns = 1, channels = 1] = axes
  if (axes.length === 2)
    return [
      {
        rows: columns,
        columns: rows,
        values: numbers.map((_, at) => numbers[(at % rows) * columns + Math.floor(at / rows)] ?? 0),
      },
    ]
  return Array.from({ length: channels }, (_, channel) => ({
    rows,
    columns,
    values: picked(numbers, channels, channel),
  }))
}

/** Return where a value of a plane, as `planesOf` returns them, lies in its tensor. */
export function placeOf(values: Values, channel: number, row: number, column: number): number[] {
  const around = values.kept.slice(0, -3).map((size) => size >> 1)
  if (values.kept.length <= 1) return values.kept.length === 0 ? [] : [column]
  return values.kept.length === 2 ? [column, row] : [...around, row, column, channel]
}

function picked(numbers: Float32Array, every: number, first: number): Float32Array {
  const result = new Float32Array(Math.floor(numbers.length / every))
  return result.map((_, at) => numbers[at * every + first] ?? 0)
}

/**
 * Return the weights that make a channel: of a kernel, whose last axis is the channels, a plane for
 * each channel of its input; of a bias its only value. Null where the last axis is another.
 */
export function weightsOf(values: Values, channel: number, channels: number): Plane[] | null {
  if (values.shape.at(-1) !== channels || channel >= (values.kept.at(-1) ?? 0)) return null
  const own = picked(numbersOf(values), values.kept.at(-1) ?? 1, channel)
  const axes = values.kept.slice(0, -1)
  if (axes.length <= 1) return [{ rows: 1, columns: own.length, values: own }]
  const inputs = axes.at(-1) ?? 1
  const [rows = 1, columns = 1] = axes.length === 2 ? [1, axes[0]] : axes.slice(-3, -1)
  return Array.from({ length: inputs }, (_, input) => ({
    rows,
    columns,
    values: picked(own, inputs, input).subarray(0, rows * columns),
  }))
}

/** Return the smallest and the largest of the values that are numbers. */
export function rangeOf(values: Float32Array): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? { low, high } : { low: 0, high: 0 }
}
