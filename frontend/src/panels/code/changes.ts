/** Which lines of a text are new: a longest common subsequence of lines. */

/** Beyond this many comparisons every line between the common ends counts as changed. */
const MOST = 1_000_000

/** Return the numbers (from 1) of the lines of `after` that `before` does not have there. */
export function changedLines(before: string, after: string): number[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  const room = Math.min(old.length, now.length) - head
  while (tail < room && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const unchanged = common(old.slice(head, old.length - tail), now.slice(head, now.length - tail))
  return unchanged.flatMap((same, at) => (same ? [] : [head + at + 1]))
}

/** Return for each line of `now` whether it belongs to the longest common subsequence. */
function common(old: string[], now: string[]): boolean[] {
  const unchanged = now.map(() => false)
  if (old.length * now.length > MOST) return unchanged
  const lengths = table(old, now)
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (old[i] === now[j]) {
      unchanged[j] = true
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return unchanged
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
