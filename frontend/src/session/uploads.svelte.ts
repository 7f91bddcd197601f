/**
 * Files of data on their way to the server: sent in parts, continued after a loss of the connection
 * or, once the same file is chosen again, of the page; cancelled.
 */
import { ApiError, api, problemsOf } from '../api'
import type { Options, Problem, UploadOut } from '../contract'
import { Unfinished } from './unfinished'

/** The bytes of one part: small enough for a bar that moves. */
const PART = 2 ** 21
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 15_000]

const CONFLICT = 409
const MISSING = 404

export class Upload {
  id = $state('')
  received = $state(0)
  problems = $state.raw<readonly Problem[]>([])
  readonly aborter = new AbortController()

  constructor(
    readonly file: File,
    /** How the server reads it; what is not said is guessed. */
    readonly options: Partial<Options> = {},
  ) {}

  get failed(): boolean {
    return this.problems.length > 0
  }
}

export class Uploads {
  list = $state.raw<readonly Upload[]>([])

  /** `pause` waits for so many milliseconds. */
  constructor(
    readonly project: string,
    readonly pause: (milliseconds: number) => Promise<void> = wait,
  ) {}

  /** Send a file; return the id of its upload once all of it has come, null if it has not. */
  async start(file: File, options: Partial<Options> = {}): Promise<string | null> {
    const upload = new Upload(file, options)
    this.list = [...this.list, upload]
    return this.#run(upload)
  }

  /** Send a file that failed again, from its beginning. */
  async again(upload: Upload): Promise<string | null> {
    this.dismiss(upload)
    this.#unfinished(upload).forget()
    return this.start(upload.file, upload.options)
  }

  /** Stop sending a file, and delete what the server has of it. */
  async cancel(upload: Upload): Promise<void> {
    this.dismiss(upload)
    upload.aborter.abort()
    this.#unfinished(upload).forget()
    // What can't be deleted now, the server removes after a day.
    if (upload.id) await api.cancelUpload(this.project, upload.id).catch(() => null)
  }

  dismiss(upload: Upload): void {
    this.list = this.list.filter((other) => other !== upload)
  }

  async #run(upload: Upload): Promise<string | null> {
    try {
      await this.#send(upload)
      this.dismiss(upload)
      return upload.id
    } catch (error) {
      if (!upload.aborter.signal.aborted) upload.problems = problemsOf(error)
      return null
    }
  }

  async #send(upload: Upload): Promise<void> {
    const { file, options, aborter } = upload
    const begun = this.#unfinished(upload)
    const { id, part, received } =
      (await this.#earlier(begun.id)) ??
      (await api.beginUpload(this.project, file.name, file.size, options))
    upload.id = id
    upload.received = received
    begun.remember(id)
    const size = Math.min(part, PART)
    do {
      aborter.signal.throwIfAborted()
      const rest = file.slice(upload.received, upload.received + size)
      upload.received = await this.#part(upload, rest)
    } while (upload.received < file.size)
    begun.forget()
  }

  #unfinished({ file, options }: Upload): Unfinished {
    return new Unfinished(this.project, file, options)
  }

  /** The state of an upload that an earlier page has begun; null if there is none, or no more. */
  async #earlier(id: string | null): Promise<UploadOut | null> {
    if (id === null || this.list.some((upload) => upload.id === id)) return null
    return api.upload(this.project, id).catch(() => null)
  }

  /** Send a part; after a loss, ask what has come, and return that. */
  async #part({ id, received, file, aborter: { signal } }: Upload, part: Blob): Promise<number> {
    try {
      return (await api.continueUpload(this.project, id, received, part, signal)).received
    } catch (error) {
      if (!isLost(error)) throw error
      for (const pause of PAUSES) {
        await this.pause(pause)
        signal.throwIfAborted()
        const upload = await this.#state(id)
        if (upload === 'complete') return file.size
        if (upload) return upload.received
      }
      throw error
    }
  }

  /** Ask what has come; null without a connection. An upload that has ended is no upload. */
  async #state(id: string): Promise<UploadOut | 'complete' | null> {
    try {
      return await api.upload(this.project, id)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === MISSING) {
        const files = await api.dataFiles(this.project)
        if (files.some((file) => file.id === id)) return 'complete'
      }
      if (error.status !== 0) throw error
      return null
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === CONFLICT)
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
