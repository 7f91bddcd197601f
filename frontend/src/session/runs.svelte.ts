/** The project's runs, newest first, and the events of those that are shown. */
import type { ClientMessage, EventOut, RunOut, WaitingOut } from '../contract'
import { RunLog } from './runlog.svelte'

export class Runs {
  list = $state.raw<readonly RunOut[]>([])
  /** The runs that wait, as they will start. */
  queue = $state.raw<readonly WaitingOut[]>([])
  /** Who this browser is in the queue. */
  person = $state('')
  /** The runs that are compared. */
  compared = $state.raw<ReadonlySet<string>>(new Set())
  readonly #logs = new Map<string, RunLog>()
  /** How many look at each run. */
  readonly #watchers = new Map<string, number>()

  /** `send` sends nothing while there is no connection. */
  constructor(readonly send: (message: ClientMessage) => void) {}

  /** The run that has not ended: one in progress, else one that waits, else one that is paused. */
  get active(): RunOut | null {
    return activeRun(this.list)
  }

  /** Whether a run is in progress or waits; one that is paused keeps nobody busy. */
  get busy(): boolean {
    return this.list.some(({ outcome, phase }) => outcome === null && phase !== 'paused')
  }

  /** Return what is known of a run in the queue, if it waits. */
  waiting(run: string): WaitingOut | null {
    return this.queue.find((entry) => entry.run === run) ?? null
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

  queued(queue: readonly WaitingOut[]): void {
    this.queue = queue
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

/** Return the newest run in progress, else the first that waits, else the newest that is paused. */
export function activeRun(runs: readonly RunOut[]): RunOut | null {
  const going = runs.filter((run) => run.outcome === null)
  const waiting = going.filter(({ phase }) => phase === 'queued')
  return (
    newestRun(going.filter(({ phase }) => phase !== 'queued' && phase !== 'paused')) ??
    waiting.toSorted(newestFirst).at(-1) ??
    newestRun(going)
  )
}

/** Return the newest run, unless it has not begun to train while another has not ended. */
export function mainRun(runs: readonly RunOut[]): RunOut | null {
  const newest = newestRun(runs)
  const begun = newest?.outcome === null ? newest.phase !== 'queued' : newest?.started !== null
  return begun ? newest : (activeRun(runs) ?? newest)
}
