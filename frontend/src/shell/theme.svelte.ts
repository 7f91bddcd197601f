/** Applies the chosen theme to the page; where none was chosen, the system's. */
import type { View } from '../session/view.svelte'

const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)')

/** Follow the system's theme; call during the initialisation of a component, with which it ends. */
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
