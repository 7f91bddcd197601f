/** The curves of several runs on one axis. */

import type { RunView } from '../../session/runview'
import { t } from '../../words/t'
import type { Line } from './chart'
import { mainMetric, metricKeys } from './metrics'

interface Numbered {
  number: number
  view: RunView
}

const COLORS = 6

/** The colour of the run at a place among those compared, as a token. */
export const colorOf = (at: number) => `--s-${(at % COLORS) + 1}`

export interface Comparison {
  key: string
  /** All metrics that some run has, the most telling one first. */
  keys: string[]
  /** The numbers of the runs that have no line, because they have no such metric. */
  without: number[]
  x: number[]
  end: number
  lines: Line[]
}

/**
 * Lay one metric of each run over one axis of epochs: the `wanted` one, or the most telling one.
 *
 * Of the validation rows where any run has them; a run without that metric has no line.
 */
export function compared(runs: readonly Numbered[], wanted: string | null = null): Comparison {
  const last = runs.map(({ view }) => view.epochs.at(-1)?.metrics ?? {})
  const names = [...new Set(last.flatMap((metrics) => metricKeys(metrics)))]
  const shared = names.filter((name) => last.every((metrics) => name in metrics))
  // A metric that all runs have shows them all.
  const bare = mainMetric(shared.length > 0 ? shared : names)
  const telling = last.some((metrics) => `val_${bare}` in metrics) ? `val_${bare}` : bare
  const every = [...new Set(last.flatMap((metrics) => Object.keys(metrics)))]
  const key = wanted !== null && every.includes(wanted) ? wanted : telling
  const end = Math.max(1, ...runs.map(({ view }) => view.epochs.at(-1)?.epoch ?? 0))
  const x = Array.from({ length: end }, (_, at) => at + 1)
  const lines = runs.flatMap(({ number, view }, at) => {
    const values = new Map(view.epochs.map(({ epoch, metrics }) => [epoch, metrics[key]]))
    if (![...values.values()].some((value) => value !== undefined)) return []
    return [
      {
        label: t('training.run', { number }),
        color: colorOf(at),
        // Runs with the same seed cover each other: those below are wider, and show beside them.
        width: 1.6 + 1.4 * (runs.length - 1 - at),
        values: x.map((epoch) => values.get(epoch) ?? null),
      },
    ]
  })
  const without = runs
    .filter(({ view }) => !view.epochs.some(({ metrics }) => metrics[key] !== undefined))
    .map(({ number }) => number)
  const keys = [telling, ...every.filter((name) => name !== telling)]
  return { key, keys: every.length > 0 ? keys : [], without, x, end, lines }
}
