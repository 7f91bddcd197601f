/** The history of a project as one list: edits, named versions and runs, the newest first. */
import type { HistoryOut, RunOut } from '../../contract'

export type Entry = { revision: number; at: string } & (
  | { kind: 'edits'; first: number }
  | { kind: 'version'; name: string }
  | { kind: 'run'; run: RunOut }
  | { kind: 'start' }
)

/** At one revision a run comes after its name, which comes after the edits that made it. */
const ORDER = { run: 0, version: 1, edits: 2, start: 3 } as const

/** Return the entries of the list, the newest first. */
export function entriesOf(history: HistoryOut, runs: readonly RunOut[]): Entry[] {
  const shown = ({ revision }: { revision: number }) => revision >= history.first
  const start: Entry = { kind: 'start', revision: history.first, at: history.created }
  const entries: Entry[] = [
    ...history.stretches.map(({ first, last, ended }) => ({
      kind: 'edits' as const,
      revision: last,
      first,
      at: ended,
    })),
    ...history.versions.filter(shown).map(({ revision, name, created }) => ({
      kind: 'version' as const,
      revision,
      name,
      at: created,
    })),
    ...runs
      .filter(shown)
      .map((run) => ({ kind: 'run' as const, revision: run.revision, run, at: run.created })),
  ]
  entries.sort((a, b) => b.revision - a.revision || ORDER[a.kind] - ORDER[b.kind])
  return history.first === 0 ? [...entries, start] : entries
}

/** Return what tells an entry from the others. */
export function keyOf(entry: Entry): string {
  return `${entry.kind} ${entry.kind === 'run' ? entry.run.id : entry.revision}`
}

/** Return the run before a run, with which it is compared. */
export function runBefore(entries: readonly Entry[], run: RunOut): RunOut | null {
  const runs = entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []))
  return runs.filter(({ number }) => number < run.number).sort(byNumber)[0] ?? null
}

function byNumber(a: RunOut, b: RunOut): number {
  return b.number - a.number
}
