/** Uploads that have begun, so that the same file continues after the page was reloaded. */
import type { Options } from '../contract'
import { safeStorage } from './outbox'

const PREFIX = 'layerloom.upload.'

/** Where an upload of a file into a project is remembered: a changed file is another one. */
function keyOf(project: string, file: File, options: Partial<Options>): string {
  const { name, size, lastModified } = file
  return PREFIX + JSON.stringify([project, name, size, lastModified, options])
}

/** One upload that may have begun earlier, in this browser. */
export class Unfinished {
  readonly #key: string

  constructor(
    project: string,
    file: File,
    options: Partial<Options>,
    readonly storage: Storage | null = safeStorage(),
  ) {
    this.#key = keyOf(project, file, options)
  }

  /** Its id on the server, if it is known. */
  get id(): string | null {
    return this.storage?.getItem(this.#key) ?? null
  }

  remember(id: string): void {
    try {
      this.storage?.setItem(this.#key, id)
    } catch {
      // A full storage: the file begins anew after a reload.
    }
  }

  forget(): void {
    this.storage?.removeItem(this.#key)
  }
}
