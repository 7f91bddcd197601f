/** Which run the Training tab shows: the newest that does not wait for another, or a chosen one. */
import type { RunOut } from '../../contract'
import { mainRun, newestRun } from '../../session/runs.svelte'

export class ChosenRun {
  #choice = $state.raw<{ id: string; newest: number } | null>(null)

  constructor(readonly runs: () => readonly RunOut[]) {}

  /** A choice holds until a newer run starts. */
  get run(): RunOut | null {
    const runs = this.runs()
    const newest = newestRun(runs)
    const choice = this.#choice
    if (!choice || choice.newest !== newest?.number) return mainRun(runs)
    return runs.find((run) => run.id === choice.id) ?? mainRun(runs)
  }

  choose(id: string): void {
    this.#choice = { id, newest: newestRun(this.runs())?.number ?? 0 }
  }
}
