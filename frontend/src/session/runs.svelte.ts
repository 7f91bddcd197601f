/** The project's runs, newest first, and the events of those that are shown. */
import type { ClientMessage, EventOut, RunOut } from '../contract'
import { RunLog } from './runlog.svelte'

export class Runs {
  list = $state.raw<readonly RunOut[]>([])
  /** The runs that are compared. */
  compared = $state.raw<ReadonlySet<string>>(new Set())
  readonly #logs = new Map<string, RunLog>()
  /** How many look at each run. */
  readonly #watchers = new Map<string, number>()

  /** `send` sends nothing while there is no connection. */
  constructor(readonly send: (message: ClientMessage) => void) {}

  /** The newest run that has not ended, if there is one. */
  get active(): RunOut | null {
    return activeRun(this.list)
  }

  /** The runs that train beside a run in its race, and the run itself. */
  raceOf(run: RunOut): RunOut[] {
    return this.list.filter(({ id, race }) => id === run.id || (race !== '' && race === run.race))
  }

  /** Compare a run with others, or no longer. */
  compare(run: string, on: boolean): void {
    const next = new Set(this.compared)
    if (on) next.add(run)
    else next.delete(run)
    this.compared = next
  }

  /** Return what is known of a run; only `watch` brings more. */
  log(run: string): RunLog {
    let log = this.#logs.get(run)
    if (!log) {
      log = new RunLog(run)
      this.#logs.set(run, log)
    }
    return log
  }

  /** Follow a run's events until the function that is returned is called. */
  watch(run: string): () => void {
    const watchers = this.#watchers.get(run) ?? 0
    this.#watchers.set(run, watchers + 1)
    if (watchers === 0) this.#ask(run)
    return () => this.#unwatch(run)
  }

  #unwatch(run: string): void {
    const left = (this.#watchers.get(run) ?? 0) - 1
    if (left > 0) this.#watchers.set(run, left)
    else if (this.#watchers.delete(run)) this.send({ type: 'unwatch', run })
  }

  #ask(run: string): void {
    this.send({ type: 'watch', run, after: this.log(run).last })
  }

  welcome(runs: readonly RunOut[]): void {
    this.list = runs.toSorted(newestFirst)
    for (const run of this.#watchers.keys()) this.#ask(run)
  }

  changed(run: RunOut): void {
    const others = this.list.filter((other) => other.id !== run.id)
    this.list = [run, ...others].sort(newestFirst)
  }

  removed(run: string): void {
    this.#logs.delete(run)
    this.list = this.list.filter((other) => other.id !== run)
    this.compare(run, false)
  }

  happened(event: EventOut): void {
    this.#logs.get(event.run)?.receive(event)
  }
}

function newestFirst(a: RunOut, b: RunOut): number {
  return b.number - a.number
}

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
