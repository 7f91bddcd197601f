/** The final figures of several runs as a table, with the best of each row. */
import type { RunOut } from '../../contract'
import { progress } from '../../session/progress'
import type { RunView } from '../../session/runview'
import { count, duration, higherIsBetter, metricName, metricValue } from '../../words/format'
import { t } from '../../words/t'
import { speed } from '../training/words'

export interface Compared {
  run: RunOut
  view: RunView
}

export interface Row {
  name: string
  cells: { text: string; best: boolean }[]
}

/** Return a row for each figure: metrics of the last epoch, test metrics, then time and size. */
export function figures(runs: readonly Compared[]): Row[] {
  const metrics = runs.map(({ run, view }) => (view.epochs.at(-1) ?? run.epoch)?.metrics ?? {})
  const tests = runs.map(({ view }) => view.tested?.metrics ?? {})
  const measured = (
    values: readonly Readonly<Record<string, number>>[],
    name: (key: string) => string,
  ) =>
    keysOf(values).map((key) =>
      row(
        name(key),
        values.map((value) => value[key]),
        (value) => metricValue(key, value),
        higherIsBetter(key.replace(/^val_/, '')) ? 1 : -1,
      ),
    )
  return [
    ...measured(metrics, metricName),
    ...measured(tests, (key) => t('history.onTest', { name: metricName(key) })),
    row(
      t('history.parameters'),
      runs.map(({ view }) => view.started?.parameters),
      count,
    ),
    row(
      t('history.epochs'),
      runs.map(({ run }) => run.epoch?.epoch),
      count,
    ),
    row(
      t('history.speed'),
      runs.map(({ view }) => progress(view)?.rate ?? undefined),
      speed,
    ),
    row(
      t('history.took'),
      runs.map(({ run }) => seconds(run)),
      duration,
    ),
  ]
}

function keysOf(values: readonly Readonly<Record<string, number>>[]): string[] {
  const keys = new Set(values.flatMap((metrics) => Object.keys(metrics)))
  // The figures of validation are the ones that runs are chosen by.
  return [...keys].sort((a, b) => Number(b.startsWith('val_')) - Number(a.startsWith('val_')))
}

function seconds({ started, ended }: RunOut): number | undefined {
  return started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : undefined
}

/** `better` is 1 where more is better, −1 where less is, and 0 where neither is. */
function row(
  name: string,
  values: readonly (number | undefined)[],
  write: (value: number) => string,
  better = 0,
): Row {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[]
  const top = better > 0 ? Math.max(...known) : Math.min(...known)
  const differ = known.some((value) => value !== top)
  const cells = values.map((value) => ({
    text: value === undefined ? '–' : write(value),
    best: better !== 0 && differ && value === top,
  }))
  return { name, cells }
}
