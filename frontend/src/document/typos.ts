/** Compares words as people type them: a letter too many, too few, wrong, or two swapped. */

/** Return how many slips lie between two words, `most` + 1 if there are more than `most`. */
export function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? most) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return Math.min(row[b.length] ?? 0, most + 1)
}

/** Return how many slips are forgiven in a word of this length. */
export function forgiven(length: number): number {
  if (length < 4) return 0
  return length < 7 ? 1 : 2
}

/** Whether a typed word is the beginning of a word with no more slips than are forgiven. */
export function nearly(typed: string, word: string): boolean {
  const most = forgiven(typed.length)
  if (most === 0) return false
  // What was typed may be longer or shorter than the beginning that was meant.
  for (let length = typed.length - most; length <= typed.length + most; length += 1)
    if (length <= word.length + most && slips(typed, word.slice(0, length), most) <= most)
      return true
  return false
}
