/** Which lines of two texts differ: by a longest common subsequence of lines. */

/** Beyond this many comparisons every line between the common ends counts as changed. */
const MOST = 1_000_000

export interface Line {
  /** Whether the line was removed, was added, or is in both; “…” stands for lines left out. */
  sign: '-' | '+' | ' ' | '…'
  text: string
}

/** Return the numbers (from 1) of the lines of `after` that `before` does not have there. */
export function changedLines(before: string, after: string): number[] {
  const now = walk(before, after).filter(({ sign }) => sign !== '-')
  return now.flatMap(({ sign }, at) => (sign === '+' ? [at + 1] : []))
}

/** Return the lines that differ, with so many lines around them that do not. */
export function lineDifference(before: string, after: string, around = 3): Line[] {
  const lines = walk(before, after)
  const near = new Set(
    lines.flatMap(({ sign }, at) =>
      sign === ' ' ? [] : Array.from({ length: 2 * around + 1 }, (_, by) => at - around + by),
    ),
  )
  const gap: Line = { sign: '…', text: '' }
  if (near.size === 0) return []
  return lines.flatMap((line, at) => {
    if (near.has(at)) return [line]
    return at === 0 || near.has(at - 1) ? [gap] : []
  })
}

/** Return the lines of both texts in order. */
function walk(before: string, after: string): Line[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  const room = Math.min(old.length, now.length) - head
  while (tail < room && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const same = (text: string): Line => ({ sign: ' ', text })
  return [
    ...now.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...now.slice(now.length - tail).map(same),
  ]
}

function middle(old: string[], now: string[]): Line[] {
  const lines: Line[] = []
  const lengths = old.length * now.length > MOST ? [] : table(old, now)
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [before, after] = [old[i], now[j]]
    if (before !== undefined && before === after && lengths.length > 0) {
      lines.push({ sign: ' ', text: before })
      i += 1
      j += 1
    } else if (before !== undefined && (after === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: before })
      i += 1
    } else {
      lines.push({ sign: '+', text: after ?? '' })
      j += 1
    }
  }
  return lines
}

/** `table[i][j]` is the length of the longest common subsequence from line i and line j on. */
function table(old: string[], now: string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1))
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] as Uint32Array
    const below = lengths[i + 1] as Uint32Array
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const [down, along] = [below[j] ?? 0, row[j + 1] ?? 0]
      row[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(down, along)
    }
  }
  return lengths
}
