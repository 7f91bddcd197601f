/**
 * Network simplex: the coordinates that make a weighted sum of distances least, with least distances
 * between some (Gansner, Koutsofios, North and Vo: "A Technique for Drawing Directed Graphs", 1993).
 */

/** `x[to] - x[from]` is at least `least`; each pixel of it costs `weight`. */
export interface Constraint {
  from: number
  to: number
  least: number
  weight: number
}

/** How much work is done before an answer that is good, but not the best, is taken. */
const MOST_WORK = 20_000_000

/** Return a coordinate for each of `count` variables; there is no cycle of constraints. */
export function minimize(count: number, constraints: readonly Constraint[]): number[] {
  if (count === 0) return []
  return new Simplex(count, constraints).solved()
}

class Simplex {
  readonly #x: number[]
  readonly #at: number[][]
  /** The spanning tree: its edges at each node, and each node's edge to its parent. */
  readonly #inTree: boolean[]
  readonly #parent: number[]
  readonly #order: number[] = []
  readonly #low: number[]
  readonly #last: number[]
  readonly #cut: number[]

  constructor(
    readonly count: number,
    readonly edges: readonly Constraint[],
  ) {
    this.#x = feasible(count, edges)
    this.#at = Array.from({ length: count }, () => [])
    edges.forEach(({ from, to }, at) => {
      this.#at[from]?.push(at)
      this.#at[to]?.push(at)
    })
    this.#inTree = edges.map(() => false)
    this.#parent = new Array(count).fill(-1)
    this.#low = new Array(count).fill(0)
    this.#last = new Array(count).fill(0)
    this.#cut = new Array(edges.length).fill(0)
  }

  solved(): number[] {
    this.#span()
    const rounds = MOST_WORK / (this.count + this.edges.length)
    for (let round = 0; round < rounds; round += 1) {
      this.#index()
      const leaving = this.#leaving()
      if (leaving < 0) break
      const entering = this.#entering(leaving)
      if (entering < 0) break
      this.#exchange(leaving, entering)
    }
    return this.#x
  }

  #slack(at: number): number {
    const { from, to, least } = this.edges[at] as Constraint
    return (this.#x[to] as number) - (this.#x[from] as number) - least
  }

  /** Build a spanning tree of edges without slack, moving the tree to the next node where needed. */
  #span(): void {
    const reached = new Array<boolean>(this.count).fill(false)
    const members: number[] = []
    let next = 0
    const grow = (start: number) => {
      reached[start] = true
      members.push(start)
      for (; next < members.length; next += 1) {
        const node = members[next] as number
        for (const at of this.#at[node] as number[]) {
          const other = this.#other(at, node)
          if (reached[other] || this.#slack(at) !== 0) continue
          reached[other] = true
          this.#inTree[at] = true
          members.push(other)
        }
      }
    }
    grow(0)
    while (members.length < this.count) {
      let [nearest, least] = [-1, Infinity]
      this.edges.forEach(({ from, to }, at) => {
        if (reached[from] === reached[to]) return
        const slack = this.#slack(at)
        if (slack < least) [nearest, least] = [at, slack]
      })
      if (nearest < 0) {
        grow(reached.indexOf(false))
        continue
      }
      const { from, to } = this.edges[nearest] as Constraint
      const by = reached[from] ? least : -least
      for (const node of members) this.#x[node] = (this.#x[node] as number) + by
      next = 0
      this.#inTree[nearest] = true
      grow(reached[from] ? to : from)
    }
  }

  #other(at: number, node: number): number {
    const { from, to } = this.edges[at] as Constraint
    return from === node ? to : from
  }

  /** Number the tree's nodes depth first, and compute the cut value of each of its edges. */
  #index(): void {
    this.#order.length = 0
    this.#parent.fill(-1)
    const seen = new Array<boolean>(this.count).fill(false)
    for (let root = 0; root < this.count; root += 1) {
      if (seen[root]) continue
      seen[root] = true
      const stack = [root]
      for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
        this.#low[node] = this.#order.length
        this.#order.push(node)
        for (const at of this.#at[node] as number[]) {
          const other = this.#other(at, node)
          if (!this.#inTree[at] || seen[other]) continue
          seen[other] = true
          this.#parent[other] = at
          stack.push(other)
        }
      }
    }
    this.#cutValues()
  }

  #cutValues(): void {
    const balance = new Array<number>(this.count).fill(0)
    for (const { from, to, weight } of this.edges) {
      balance[from] = (balance[from] as number) + weight
      balance[to] = (balance[to] as number) - weight
    }
    for (const node of this.#order) this.#last[node] = this.#low[node] as number
    for (let i = this.#order.length - 1; i >= 0; i -= 1) {
      const node = this.#order[i] as number
      const at = this.#parent[node] as number
      if (at < 0) continue
      const { from } = this.edges[at] as Constraint
      const sum = balance[node] as number
      this.#cut[at] = from === node ? sum : -sum
      const above = this.#other(at, node)
      balance[above] = (balance[above] as number) + sum
      this.#last[above] = Math.max(this.#last[above] as number, this.#last[node] as number)
    }
  }

  /** The tree edge whose lengthening saves most. */
  #leaving(): number {
    let [leaving, least] = [-1, -1e-9]
    for (const at of this.#parent) {
      const cut = at < 0 ? 0 : (this.#cut[at] as number)
      if (cut < least) [leaving, least] = [at, cut]
    }
    return leaving
  }

  /** The node of an edge that is farther from the root of the tree. */
  #lower(at: number): number {
    const { from, to } = this.edges[at] as Constraint
    return this.#parent[from] === at ? from : to
  }

  #isBelow(node: number, top: number): boolean {
    const number = this.#low[node] as number
    return number >= (this.#low[top] as number) && number <= (this.#last[top] as number)
  }

  /** The edge with the least slack that leads the other way across the cut. */
  #entering(leaving: number): number {
    const top = this.#lower(leaving)
    const tailBelow = (this.edges[leaving] as Constraint).from === top
    let [entering, least] = [-1, Infinity]
    this.edges.forEach(({ from, to }, at) => {
      const below = this.#isBelow(from, top)
      if (below === this.#isBelow(to, top) || below === tailBelow) return
      const slack = this.#slack(at)
      if (slack < least) [entering, least] = [at, slack]
    })
    return entering
  }

  #exchange(leaving: number, entering: number): void {
    const top = this.#lower(leaving)
    const slack = this.#slack(entering)
    const by = (this.edges[leaving] as Constraint).from === top ? -slack : slack
    const first = this.#low[top] as number
    for (let i = first; i <= (this.#last[top] as number); i += 1) {
      const node = this.#order[i] as number
      this.#x[node] = (this.#x[node] as number) + by
    }
    this.#inTree[leaving] = false
    this.#inTree[entering] = true
  }
}

/** Coordinates that satisfy all constraints: the longest path to each variable. */
function feasible(count: number, edges: readonly Constraint[]): number[] {
  const x = new Array<number>(count).fill(0)
  const waiting = new Array<number>(count).fill(0)
  const leaving: number[][] = Array.from({ length: count }, () => [])
  edges.forEach(({ from, to }, at) => {
    waiting[to] = (waiting[to] as number) + 1
    leaving[from]?.push(at)
  })
  const free = [...waiting.keys()].filter((node) => waiting[node] === 0)
  for (const node of free) {
    for (const at of leaving[node] as number[]) {
      const { to, least } = edges[at] as Constraint
      x[to] = Math.max(x[to] as number, (x[node] as number) + least)
      waiting[to] = (waiting[to] as number) - 1
      if (waiting[to] === 0) free.push(to)
    }
  }
  return x
}
