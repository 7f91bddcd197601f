/** Which rows that a model was evaluated on are looked at. */
import type { SamplesWanted } from '../../../api'
import type { PartResults, Sample } from '../../../contract'

export const PAGE = 12

/** The results of one output, by the kind of its target. */
export type OutputResult = PartResults['outputs'][number]

export type Wanted = SamplesWanted

/** Return the class numbers of a row, or of its places, in words. */
export function classWords(value: unknown, classes: readonly string[], most = 12): string {
  if (typeof value === 'number') return classes[value] ?? String(value)
  if (!Array.isArray(value)) return '–'
  const words = value.slice(0, most).map((item) => classWords(item, classes, most))
  return words.join(' ') + (value.length > most ? ' …' : '')
}

/** Return the labels of a row: those with a value above a half. */
export function labelWords(value: Sample['actual'], labels: readonly string[]): string {
  const values = Array.isArray(value) ? value : []
  return labels.filter((_, at) => Number(values[at]) > 0.5).join(', ') || '–'
}
