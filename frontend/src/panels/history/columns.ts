/** The columns of the table of runs, in words. */
import type { RunOut } from '../../contract'
import { duration, metricName, metricValue } from '../../words/format'
import { latest, mainMetric, metricKeys } from '../training/metrics'
import { outcomeWords, phaseWords } from '../training/words'

/** Return the outcome of a run, or its present phase. */
export function state(run: RunOut): string {
  if (run.outcome) return outcomeWords(run.outcome)
  return phaseWords(run.phase, run.backend)
}

/** Return the last value of the run's most telling metric, in words. */
export function result(run: RunOut): { value: string; name: string } | null {
  if (!run.epoch) return null
  const metric = latest(run.epoch, mainMetric(metricKeys(run.epoch.metrics)))
  return metric && { value: metricValue(metric.key, metric.value), name: metricName(metric.key) }
}

/** Return how long a run took, or how long it has been running at `now`. */
export function took(run: RunOut, now: number): string {
  if (!run.started) return '–'
  const end = run.ended ? Date.parse(run.ended) : now
  return duration(Math.max(0, end - Date.parse(run.started)) / 1000)
}
