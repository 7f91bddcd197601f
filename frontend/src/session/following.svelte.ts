import type { RunLog } from './runlog.svelte'
import type { Runs } from './runs.svelte'

/**
 * Follow runs until the component (or effect) that calls this is destroyed; their logs are in
 * `logs`, in the order of `ids`, which may change.
 */
export function follow(
  runs: Runs,
  ids: () => readonly string[],
): { readonly logs: readonly RunLog[] } {
  // The ids as one string: a new array with the same ids must not stop and start anything.
  const key = $derived(ids().join(' '))
  const listed = $derived(key.split(' ').filter(Boolean))
  const logs = $derived(listed.map((id) => runs.log(id)))
  $effect(() => {
    const stops = listed.map((id) => runs.watch(id))
    return () => {
      for (const stop of stops) stop()
    }
  })
  return {
    get logs() {
      return logs
    },
  }
}
