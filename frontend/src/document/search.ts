/** Finding layers by what people type. */
import type { Catalogue, Tensor } from '../contract'
import { aliasesOf } from '../words/aliases'
import { accepts } from './accepts'
import { CATEGORY, type Placeable } from './submodels'
import { nearly } from './typos'

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

/**
 * Return the entries that match the words, best first; those that can't be placed come last.
 * Of those that match as well, the ones that accept `tensor` come first.
 */
export function find(
  catalogue: Catalogue,
  text: string,
  models: readonly Placeable[] = [],
  tensor?: Tensor,
): Placeable[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const ranked = [...models, ...catalogue.layers]
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => rank > 0)
    .map(({ entry, rank }) => ({ entry, rank: rank + bonus(entry, tensor) }))
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
  const aliases = aliasesOf(entry.name).split(' ')
  const place = aliases.findIndex((alias) => alias.startsWith(word))
  // What a layer is best known for comes first.
  if (place >= 0) return 3 + 1 / (2 + place)
  if (entry.category.toLowerCase().includes(word)) return 2
  if (purpose(entry).includes(word)) return 1
  // A word with typos counts least, so that it never hides what was typed exactly.
  if (nearly(word, name) || aliases.some((alias) => nearly(word, alias)))
    return 0.5 + 1 / (10 + name.length)
  return 0
}

/** What a layer is for, as its description says. */
function purpose(entry: Placeable): string {
  return `${entry.summary} ${entry.help}`.toLowerCase()
}

function bonus(entry: Placeable, tensor: Tensor | undefined): number {
  return tensor && !entry.refused && accepts(entry, tensor) ? 1.5 : 0
}

/** Move the entries that accept a tensor before the others; both keep their order. */
export function fittingFirst(entries: readonly Placeable[], tensor: Tensor): Placeable[] {
  const fits = (entry: Placeable) => accepts(entry, tensor)
  return [...entries.filter(fits), ...entries.filter((entry) => !fits(entry))]
}

/** "GlobalAveragePooling2D" is also "gap2d". */
function initials(name: string): string {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]|\d/g) ?? []).join('').toLowerCase()
}
