/** Which run the Training tab shows: the newest, unless an older run was chosen. */
import type { RunOut } from '../../contract'
import { newestRun } from '../../session/runs.svelte'

export class ChosenRun {
  #choice = $state.raw<{ id: string; newest: number } | null>(null)

  constructor(readonly runs: () => readonly RunOut[]) {}

  /** A choice holds until a newer run starts. */
  get run(): RunOut | null {
    const runs = this.runs()
    const newest = newestRun(runs)
    const choice = this.#choice
    if (!choice || choice.newest !== newest?.number) return newest
    return runs.find((run) => run.id === choice.id) ?? newest
  }

  choose(id: string): void {
    this.#choice = { id, newest: newestRun(this.runs())?.number ?? 0 }
  }
}
