/** What a search finds, and when a text matches. */
import type { Placeable } from '../document/submodels'

export interface Item {
  id: string
  label: string
  detail: string
  entry?: Placeable
  perform: () => void
}

/** Whether a label contains every word of a text. */
export function fits(text: string, label: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => label.toLowerCase().includes(word))
}
