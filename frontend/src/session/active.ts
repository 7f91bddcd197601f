/** Which of a project's runs matter now. */
import type { RunOut } from '../contract'

/** Return the newest run, whatever became of it. */
export function newestRun(runs: readonly RunOut[]): RunOut | null {
  return runs.reduce<RunOut | null>(
    (newest, run) => (newest === null || run.number > newest.number ? run : newest),
    null,
  )
}

/** Return the newest run that has not ended, if there is one. */
export function activeRun(runs: readonly RunOut[]): RunOut | null {
  return newestRun(runs.filter((run) => run.outcome === null))
}
