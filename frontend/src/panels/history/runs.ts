/** What a list of runs says about each of them. */
import type { RunOut } from '../../contract'
import { duration, metricName, metricValue } from '../../words/format'
import { latest, mainMetric, metricKeys } from '../training/metrics'
import { outcomeWords, phaseWords } from '../training/words'

/** Return what a run came to, or what it is doing. */
export function state(run: RunOut): string {
  if (run.outcome) return outcomeWords(run.outcome)
  return phaseWords(run.phase, run.backend)
}

/** Return the last value of the run's most telling metric, in words. */
export function result(run: RunOut): { value: string; name: string } | null {
  if (!run.epoch) return null
  const found = latest(run.epoch, mainMetric(metricKeys(run.epoch.metrics)))
  return found && { value: metricValue(found.key, found.value), name: metricName(found.key) }
}

/** Return how long a run took, or has been going on until `now`. */
export function took(run: RunOut, now: number): string {
  if (!run.started) return '–'
  const end = run.ended ? Date.parse(run.ended) : now
  return duration(Math.max(0, end - Date.parse(run.started)) / 1000)
}
