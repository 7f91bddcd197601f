/** Drawing a person's own input: strokes on a grid of values. */

export interface Grid {
  rows: number
  columns: number
  channels: number
}

/** Most values of a grid that is drawn on (MAX_VALUES of engine.protocol.frames). */
const MOST = 2_000_000

/** Return the grid of an input's shape without the batch axis; null if it is no picture. */
export function gridOf(shape: readonly (number | null)[]): Grid | null {
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
