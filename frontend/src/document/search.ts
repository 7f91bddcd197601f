/** Finding layers by what people type. */
import type { Catalogue } from '../contract'
import { CATEGORY, type Placeable } from './submodels'

export interface Group {
  name: string
  entries: Placeable[]
}

/** Return what can be placed by category, the project's own sub-models first. */
export function groups(catalogue: Catalogue, models: readonly Placeable[] = []): Group[] {
  const entries = [...models, ...catalogue.layers].filter((entry) => !entry.refused)
  return [CATEGORY, ...catalogue.categories.map(({ name }) => name)]
    .map((name) => ({ name, entries: entries.filter((entry) => entry.category === name) }))
    .filter((group) => group.entries.length > 0)
}

/** Return the entries that match the words, best first; those that can't be placed come last. */
export function find(
  catalogue: Catalogue,
  text: string,
  models: readonly Placeable[] = [],
): Placeable[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const ranked = [...models, ...catalogue.layers]
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => rank > 0)
  return ranked.sort((a, b) => b.rank - a.rank).map(({ entry }) => entry)
}

function rankOf(entry: Placeable, words: readonly string[]): number {
  const ranks = words.map((word) => wordRank(entry, word))
  if (ranks.includes(0)) return 0
  const sum = ranks.reduce((total, rank) => total + rank, 0)
  return entry.refused ? sum / 100 : sum
}

function wordRank(entry: Placeable, word: string): number {
  const name = entry.name.toLowerCase()
  // Of two names with the same beginning, the shorter is likelier: Dense before DenseX.
  if (name.startsWith(word)) return 8 + 1 / name.length
  if (initials(entry.name).startsWith(word)) return 6
  if (name.includes(word)) return 4 + 1 / name.length
  if (entry.category.toLowerCase().includes(word)) return 2
  return entry.summary.toLowerCase().includes(word) ? 1 : 0
}

/** "GlobalAveragePooling2D" is also "gap2d". */
function initials(name: string): string {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]|\d/g) ?? []).join('').toLowerCase()
}
