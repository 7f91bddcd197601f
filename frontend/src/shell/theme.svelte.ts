/** Puts the chosen theme on the page, and follows the system's where none was chosen. */
import type { View } from '../session/view.svelte'

const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)')

/** Follow the system's theme; call from a component, which lets go when it is removed. */
export function followSystem(view: View): void {
  view.systemDark = dark?.matches ?? false
  $effect(() => {
    const changed = () => {
      view.systemDark = dark?.matches ?? false
    }
    dark?.addEventListener('change', changed)
    return () => dark?.removeEventListener('change', changed)
  })
  $effect.pre(() => {
    document.documentElement.dataset.theme = view.shownTheme
  })
  $effect(() => view.keep())
}
