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

export interface Comparison {
  key: string
  x: number[]
  end: number
  lines: Line[]
}

/**
 * Lay the most telling metric of each run over one axis of epochs.
 *
 * Of the validation rows where any run has them; a run without that metric has no line.
 */
export function compared(runs: readonly Numbered[]): Comparison {
  const last = runs.map(({ view }) => view.epochs.at(-1)?.metrics ?? {})
  const bare = mainMetric(metricKeys(last[0] ?? {}))
  const key = last.some((metrics) => `val_${bare}` in metrics) ? `val_${bare}` : bare
  const end = Math.max(1, ...runs.map(({ view }) => view.epochs.at(-1)?.epoch ?? 0))
  const x = Array.from({ length: end }, (_, at) => at + 1)
  const lines = runs.flatMap(({ number, view }, at) => {
    const values = new Map(view.epochs.map(({ epoch, metrics }) => [epoch, metrics[key]]))
    if (![...values.values()].some((value) => value !== undefined)) return []
    const color = `--s-${(at % COLORS) + 1}`
    return [
      {
        label: t('training.run', { number }),
        color,
        values: x.map((epoch) => values.get(epoch) ?? null),
      },
    ]
  })
  return { key, x, end, lines }
}
