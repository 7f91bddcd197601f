/** Names that are too long for a card, without the words that they share with others. */
import type { Graph, Node } from '../contract'

/** How many characters of a name and of what is beside it a card shows. */
const ROOM = 18
/** A beginning is shared if so many names have it. */
const FEW = 3

/** The mean width of a letter on the first line of a card: of a name, of a type, of a number. */
const LETTERS = { name: 8.2, type: 7.5, number: 7 }
/** The width of that line, and of the space between its words, in pixels. */
const LINE = 185
const SPACE = 4

interface Known {
  names: readonly string[]
  counts: ReadonlyMap<string, number>
}

const known = new WeakMap<readonly Node[], Known>()
let last: Known | null = null

/**
 * Return the beginning of a node's name that a card leaves out beside words of `others` characters:
 * as little as makes room of what other names begin with, too; empty if the name has room.
 */
export function prefixOf(graph: Graph, name: string, others: number): string {
  if (name.length + others <= ROOM) return ''
  const counts = countsOf(graph.nodes)
  const shared = beginningsOf(name).filter((start) => (counts.get(start) ?? 0) >= FEW)
  const hasRoom = (start: string) => 1 + name.length - start.length + others <= ROOM
  return shared.find(hasRoom) ?? shared.at(-1) ?? ''
}

/**
 * Whether the first line of a card has room for a type beside so many letters of a name, a number,
 * and marks of so many pixels, in type that is `enlarged` times as large as usual.
 */
export function fitsBeside(
  name: number,
  type: string,
  number: string,
  { enlarged = 1, marks = 0 } = {},
): boolean {
  const words = name * LETTERS.name + SPACE + type.length * LETTERS.type
  const counted = number ? number.length * LETTERS.number + SPACE : 0
  return enlarged * (words + counted) + marks <= LINE
}

/** How many names begin with each beginning; the same while the names are. */
function countsOf(nodes: readonly Node[]): ReadonlyMap<string, number> {
  let entry = known.get(nodes)
  if (!entry) {
    const names = nodes.map(({ name }) => name)
    entry = last && isSame(last.names, names) ? last : { names, counts: counted(names) }
    known.set(nodes, entry)
    last = entry
  }
  return entry.counts
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names)
    for (const start of beginningsOf(name)) counts.set(start, (counts.get(start) ?? 0) + 1)
  return counts
}

/** What a name begins with, up to each mark between its words; the shortest first. */
function beginningsOf(name: string): string[] {
  const marks = [...name.trim().matchAll(/[_/.](?=.)/g)]
  return marks.map(({ index }) => name.slice(0, index + 1))
}

function isSame(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((name, index) => name === now[index])
}
