/** The order and the totals of the table of layers. */
import type { LayerRow } from '../../document/summary'

/** What the table sorts by; "layer" is the order of the graph. */
export type Column = 'layer' | 'parameters' | 'memory' | 'cost'

export interface Sorting {
  by: Column
  /** Whether the largest come first. */
  descending: boolean
}

export const IN_ORDER: Sorting = { by: 'layer', descending: false }

/** Return what a row has in a column; null where it is unknown. */
export function amountOf(row: LayerRow, by: Exclude<Column, 'layer'>): number | null {
  if (by === 'parameters') return row.trainable + row.nonTrainable
  if (by === 'cost') return row.multiplyAdds
  return row.activationBytes === null ? null : row.weightBytes + row.activationBytes
}

/** Return the rows as sorted; unknown values last, equal ones in the order of the graph. */
export function sorted(
  rows: readonly LayerRow[],
  { by, descending }: Sorting,
): readonly LayerRow[] {
  if (by === 'layer') return descending ? rows.toReversed() : rows
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [amountOf(a, by), amountOf(b, by)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * (left - right)
  })
}

/** Return the sorting after a click on the head of a column: largest first, smallest first, none. */
export function next({ by, descending }: Sorting, column: Column): Sorting {
  if (column === 'layer') return { by: 'layer', descending: by === 'layer' && !descending }
  if (by !== column) return { by: column, descending: true }
  return descending ? { by: column, descending: false } : IN_ORDER
}

export interface Sums {
  trainable: number
  nonTrainable: number
  memory: number
  cost: number
}

/** Return the sums of the known values. */
export function sumsOf(rows: readonly LayerRow[]): Sums {
  const sums = { trainable: 0, nonTrainable: 0, memory: 0, cost: 0 }
  for (const row of rows) {
    sums.trainable += row.trainable
    sums.nonTrainable += row.nonTrainable
    sums.memory += row.weightBytes + (row.activationBytes ?? 0)
    sums.cost += row.multiplyAdds ?? 0
  }
  return sums
}

/** Return the rows in view and a few around them: from the first to before the last index. */
export function inView(count: number, top: number, height: number, row: number): [number, number] {
  const MORE = 8
  const first = Math.max(0, Math.floor(top / row) - MORE)
  return [first, Math.min(count, Math.ceil((top + height) / row) + MORE)]
}
