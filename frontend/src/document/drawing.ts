/** Drawing a person's own input: strokes on a grid of values. */

export interface Grid {
  rows: number
  columns: number
  channels: number
}

/** Most values of a grid that is drawn on (MAX_VALUES of engine.protocol.frames). */
const MOST = 2_000_000

/** The side of a picture that its Input leaves open: that of most networks for photos. */
const OPEN_SIDE = 224

/** Return the shape of what a person gives for an Input, without the batch axis. */
export function givenShape(shape: readonly (number | null)[]): number[] {
  const [rows, columns, channels] = shape
  const picture = shape.length === 3 && (channels === 1 || channels === 3)
  // A picture that is open both ways is square (engine/training/inside/samples.py).
  if (picture && rows === null && columns === null) return [OPEN_SIDE, OPEN_SIDE, channels]
  return shape.map((axis) => axis ?? 1)
}

/** Return the grid of an input's shape without the batch axis; null if it is no picture. */
export function gridOf(shape: readonly number[]): Grid | null {
  const [rows, columns, channels = 1] = shape
  if (shape.length < 2 || shape.length > 3 || !rows || !columns || !channels) return null
  if (rows < 4 || columns < 4 || rows * columns * channels > MOST) return null
  return channels === 1 || channels === 3 ? { rows, columns, channels } : null
}

/** Return values with a round stroke at a place, given in cells; its edge is soft. */
export function stroked(
  values: readonly number[],
  { rows, columns, channels }: Grid,
  x: number,
  y: number,
  ink: number,
): number[] {
  const result = [...values]
  const radius = Math.max(0.7, columns / 18)
  const reach = Math.ceil(radius + 1)
  for (let row = Math.max(0, Math.floor(y) - reach); row <= Math.min(rows - 1, y + reach); row += 1)
    for (
      let column = Math.max(0, Math.floor(x) - reach);
      column <= Math.min(columns - 1, x + reach);
      column += 1
    ) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y)
      const strength = Math.max(0, Math.min(1, radius + 0.5 - distance))
      for (let channel = 0; channel < channels; channel += 1) {
        const at = (row * columns + column) * channels + channel
        result[at] = Math.max(result[at] as number, ink * strength)
      }
    }
  return result
}
