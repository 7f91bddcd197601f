/** The project's own files of data, the oldest first, and the data sets that were read from them. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { DataFileOut, DataRemoved, DataSet } from '../contract'

/** What to do with a file once it has been read. */
export type Use = (data: DataSet) => void

export class DataFiles {
  list = $state.raw<readonly DataFileOut[]>([])
  /** The data sets that can be chosen. */
  readonly sets = $derived(this.#ready((file) => file.current))
  readonly #uses = new SvelteMap<string, Use>()
  /** The names of the files that were asked to be read again, until the answer has come. */
  readonly #asked = new SvelteSet<string>()
  /** The same until the result is there, by the ids that the answers gave. */
  readonly #again = new SvelteMap<string, string>()
  /** Files that were removed, with the id of the one that has the same rows, if there is one. */
  readonly #removed = new Map<string, string | null>()

  welcome(files: readonly DataFileOut[]): void {
    this.list = files
    for (const file of files) this.#settle(file)
  }

  changed(file: DataFileOut): void {
    const known = this.list.some(({ id }) => id === file.id)
    this.list = known
      ? this.list.map((other) => (other.id === file.id ? file : other))
      : [...this.list, file]
    this.#settle(file)
  }

  removed({ data, same }: Pick<DataRemoved, 'data' | 'same'>): void {
    this.list = this.list.filter(({ id }) => id !== data)
    this.#removed.set(data, same)
    const use = this.#taken(data)
    if (use && same) this.whenRead(same, use)
  }

  has(id: string): boolean {
    return this.list.some((file) => file.id === id)
  }

  /** Return the data set with this hash, also one that was read again with other options. */
  find(hash: string): DataSet | null {
    return this.#ready((file) => file.description?.data.hash === hash)[0] ?? null
  }

  /** Return the file that a data set was read from; null if it comes with Layerloom. */
  fileOf(data: DataSet | null): DataFileOut | null {
    if (!data?.hash) return null
    return this.list.find(({ description }) => description?.data.hash === data.hash) ?? null
  }

  /** Return whether a file is being read again, with other options, or was asked to be. */
  isRead({ name }: DataFileOut): boolean {
    const again = [...this.#asked, ...this.#again.values()]
    return (
      again.includes(name) ||
      this.list.some((file) => file.state === 'reading' && file.name === name)
    )
  }

  /** Read a file again by a request for it, and use the result. Raises what the request raises. */
  async readAgain(name: string, request: Promise<DataFileOut>, use: Use): Promise<void> {
    this.#asked.add(name)
    try {
      const { id } = await request
      this.#again.set(id, name)
      this.whenRead(id, use)
    } finally {
      this.#asked.delete(name)
    }
  }

  /**
   * Call a function once a file has been read; never if that fails. The message that it was read
   * may come before the answer of the request that names its id.
   */
  whenRead(asked: string, use: Use): void {
    const same = this.#removed.get(asked)
    if (same !== undefined) this.#again.delete(asked)
    if (same === null) return
    const id = same ?? asked
    this.#uses.set(id, use)
    const file = this.list.find((file) => file.id === id)
    if (file) this.#settle(file)
  }

  #settle({ id, state, description }: DataFileOut): void {
    if (state === 'reading') return
    const use = this.#taken(id)
    if (use && description) use(description.data)
  }

  /** Return what was to be done with a reading, which is over. */
  #taken(id: string): Use | undefined {
    const use = this.#uses.get(id)
    this.#uses.delete(id)
    this.#again.delete(id)
    return use
  }

  #ready(wanted: (file: DataFileOut) => boolean): DataSet[] {
    return this.list.flatMap((file) =>
      file.state === 'ready' && file.description && wanted(file) ? [file.description.data] : [],
    )
  }
}
