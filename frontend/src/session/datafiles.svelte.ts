/** The project's own files of data, the oldest first, and the data sets that were read from them. */
import type { DataFileOut, DataRemoved, DataSet } from '../contract'

/** What to do with a file once it has been read. */
export type Use = (data: DataSet) => void

export class DataFiles {
  list = $state.raw<readonly DataFileOut[]>([])
  /** The data sets that can be chosen. */
  readonly sets = $derived(this.#ready((file) => file.current))
  readonly #uses = new Map<string, Use>()
  /** Files that were removed because another one has the same rows, with the id of that one. */
  readonly #same = new Map<string, string>()

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
    if (same) this.#same.set(data, same)
    const use = this.#uses.get(data)
    this.#uses.delete(data)
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

  /** Return whether a file is being read again, with other options. */
  isRead({ name }: DataFileOut): boolean {
    return this.list.some((file) => file.state === 'reading' && file.name === name)
  }

  /**
   * Call a function once a file has been read; never if that fails. The message that it was read
   * may come before the answer of the request that names its id.
   */
  whenRead(asked: string, use: Use): void {
    const id = this.#same.get(asked) ?? asked
    this.#uses.set(id, use)
    const file = this.list.find((file) => file.id === id)
    if (file) this.#settle(file)
  }

  #settle({ id, state, description }: DataFileOut): void {
    if (state === 'reading') return
    const use = this.#uses.get(id)
    this.#uses.delete(id)
    if (use && description) use(description.data)
  }

  #ready(wanted: (file: DataFileOut) => boolean): DataSet[] {
    return this.list.flatMap((file) =>
      file.state === 'ready' && file.description && wanted(file) ? [file.description.data] : [],
    )
  }
}
