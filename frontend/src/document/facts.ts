/**
 * What follows from a list of members, found once for each list. An edit that replaces members in
 * which nothing that matters has changed passes it on, so that a key typed into a parameter costs
 * the same in a graph of any size.
 */

type Member = { id: string }

interface Passing {
  pass: (
    before: readonly Member[],
    after: readonly Member[],
    replaced: readonly (readonly [Member, Member])[],
  ) => void
}

const all: Passing[] = []

export class Facts<Of extends Member, Fact> implements Passing {
  readonly #known = new WeakMap<readonly Member[], Fact>()

  /** `find` finds the fact; it stays true where `isSame` holds for each member that is replaced. */
  constructor(
    readonly find: (list: readonly Of[]) => Fact,
    readonly isSame: (before: Of, after: Of) => boolean,
  ) {
    all.push(this)
  }

  of(list: readonly Of[]): Fact {
    let fact = this.#known.get(list)
    if (fact === undefined) {
      fact = this.find(list)
      this.#known.set(list, fact)
    }
    return fact
  }

  pass(
    before: readonly Member[],
    after: readonly Member[],
    replaced: readonly (readonly [Member, Member])[],
  ): void {
    const fact = this.#known.get(before)
    if (fact === undefined) return
    const isSame = replaced.every(([was, is]) => this.isSame(was as Of, is as Of))
    if (isSame) this.#known.set(after, fact)
  }
}

/** The members of a list by id, and their places in it. */
export class Members<T extends Member> {
  readonly #places: ReadonlyMap<string, number>

  constructor(
    readonly list: readonly T[],
    places?: ReadonlyMap<string, number>,
  ) {
    this.#places = places ?? new Map(list.map(({ id }, at) => [id, at]))
  }

  get(id: string): T | undefined {
    return this.list[this.#places.get(id) ?? -1]
  }

  has(id: string): boolean {
    return this.#places.has(id)
  }

  /** Return these members in the order of the list. */
  inOrder(ids: Iterable<string>): T[] {
    const places = [...ids].flatMap((id) => this.#places.get(id) ?? [])
    return places.sort((a, b) => a - b).map((place) => this.list[place] as T)
  }

  /** Return a list with other members in the places of those with the same ids. */
  replaced(others: ReadonlyMap<string, T>): T[] {
    const list = [...this.list]
    const pairs: [T, T][] = []
    for (const [id, other] of others) {
      const place = this.#places.get(id) as number
      pairs.push([this.list[place] as T, other])
      list[place] = other
    }
    indexes.set(list, new Members(list, this.#places))
    for (const facts of all) facts.pass(this.list, list, pairs)
    return list
  }
}

const indexes = new WeakMap<readonly object[], Members<Member>>()

/** Return the members of a list by id; indexed once for each list. */
export function membersOf<T extends Member>(list: readonly T[]): Members<T> {
  let index = indexes.get(list) as Members<T> | undefined
  if (!index) {
    index = new Members(list)
    indexes.set(list, index)
  }
  return index
}
