/** What is said of a column of single values: its range, its distribution, and its cells. */
import type { Column, ColumnProfile } from '../../contract'
import { tabular } from '../../widgets/kinds'
import { exact, short, whole } from '../../words/format'
import { t } from '../../words/t'

/** Statistics of all rows of a column; a file's own columns have more of them. */
export type Described = Pick<ColumnProfile, 'minimum' | 'maximum' | 'mean' | 'counts'> &
  Partial<Pick<ColumnProfile, 'type' | 'histogram' | 'distinct' | 'missing'>>

type ValueType = ColumnProfile['type']

/** Return the range of a column: "0.5 to 8.5, mean 4.35", or its number of classes. */
export function rangeOf(column: Pick<Column, 'classes' | 'labels'>, facts: Described): string {
  if (column.labels.length > 0) return t('data.labelCount', { count: column.labels.length })
  if (column.classes.length > 0) return t('data.classes', { count: column.classes.length })
  const { minimum, maximum, mean, type } = facts
  if (minimum === null || maximum === null) {
    return facts.distinct ? t('data.distinct', { count: facts.distinct }) : ''
  }
  if (type === 'date') return t('data.range', { low: day(minimum), high: day(maximum) })
  const range = { low: short(minimum), high: short(maximum) }
  return mean === null
    ? t('data.range', range)
    : t('data.rangeAndMean', { ...range, mean: short(mean) })
}

/** Return the bars of a column's distribution and their text, if its distribution is known. */
export function distributionOf(
  column: Pick<Column, 'name' | 'classes' | 'labels'>,
  facts: Described,
): { counts: readonly number[]; label: string } | undefined {
  const names = column.classes.length > 0 ? column.classes : column.labels
  if (names.length > 0 && facts.counts.length > 0) {
    const rows = facts.counts.map((count, at) => `${names[at] ?? ''} ${whole(count)}`)
    const shown = rows.slice(0, 10).join(', ') + (rows.length > 10 ? ', …' : '')
    return {
      counts: facts.counts,
      label: t('data.distribution', { column: column.name, rows: shown }),
    }
  }
  if (!facts.histogram?.length) return undefined
  const rows = rangeOf(column, facts)
  return {
    counts: facts.histogram,
    label: t('data.distribution', { column: column.name, rows }),
  }
}

export interface Cell {
  text: string
  number: boolean
  missing: boolean
}

const MISSING: Cell = { text: '', number: false, missing: true }

/** Return a writer for the cells of one column, whose rows are `rows`. */
export function cellWriter(
  column: Pick<Column, 'classes' | 'labels'>,
  type: ValueType | undefined,
  rows: readonly unknown[],
): (value: unknown) => Cell {
  if (column.labels.length > 0) return (row) => labelsOf(row, column.labels)
  const write = tabular(rows.map(only).filter((value) => typeof value === 'number'))
  return (nested) => {
    const value = only(nested)
    if (value === null || value === undefined || value === '') return MISSING
    if (typeof value !== 'number') return { text: String(value), number: false, missing: false }
    if (column.classes.length > 0) {
      return { text: column.classes[value] ?? String(value), number: false, missing: false }
    }
    const text = type === 'date' ? day(value) : write(value)
    return { text, number: true, missing: false }
  }
}

/** Return the labels that a row has. */
function labelsOf(row: unknown, labels: readonly string[]): Cell {
  const values = Array.isArray(row) ? row : []
  const named = labels.filter((_, at) => values[at] === 1)
  return { text: named.join(', ') || t('data.noLabels'), number: false, missing: false }
}

/** Return the value of a row that may stand in lists of one value. */
function only(value: unknown): unknown {
  return Array.isArray(value) ? only(value[0]) : value
}

/** Return days since 1970-01-01 as a date, with the time of day if there is one. */
export function day(days: number): string {
  const time = new Date(Math.round(days * 86_400) * 1_000)
  if (Number.isNaN(time.getTime())) return exact(days)
  const [date = '', clock = ''] = time.toISOString().split('T')
  return clock.startsWith('00:00:00') ? date : `${date} ${clock.slice(0, 8).replace(/:00$/, '')}`
}
