/** What a person types into a field, and what the document, or the page, takes of it. */
import type { Param } from '../contract'
import { Mixed } from '../document/common'
import { equal } from '../document/equal'
import type { Draft, Drafts, FieldPath } from '../session/drafts.svelte'
import { t } from '../words/t'
import { type Read, read, written, writtenDefault } from './values'

/** A field of the document as it is now. */
export interface Field {
  param: Param
  path: FieldPath
  label: string
  value: unknown
  /** Whether there is no default that an empty field could mean. */
  needed: boolean
  /** Reads a text that is no parameter's. */
  reads?: (text: string) => Read
  /** Writes a value that is no parameter's. */
  writes?: (value: unknown) => string
  /** Called with a new value; undefined is the default. */
  onset: (value: unknown) => void
}

/** Keeps the texts that can't be read. */
export type Keeper = Pick<Drafts, 'of' | 'keep' | 'drop'>

/** Keeps the text of one field that is not the document's, as long as the field is there. */
export class OwnDraft implements Keeper {
  #draft = $state.raw<Draft | undefined>(undefined)

  of(): Draft | undefined {
    return this.#draft
  }

  keep(draft: Draft): void {
    this.#draft = draft
  }

  drop(): void {
    this.#draft = undefined
  }
}

/**
 * The text of a field. A text that can be read is saved at once. While it can't be read, the
 * document has the value that it had before the typing, and the text is a draft of the session.
 * So the field either shows what the document holds, or is marked.
 */
export class Typing {
  #text = $state<string | null>(null)
  /** The value before the typing, and what the typing has saved last. */
  #before: { value: unknown } | null = null
  #saved: unknown

  constructor(
    readonly drafts: Keeper,
    readonly field: () => Field,
  ) {}

  /** The text in the field: the draft, what was typed while it means the value, else the value. */
  readonly shown: string = $derived.by(() => {
    const { path, value } = this.field()
    return this.drafts.of(path)?.text ?? this.#typed ?? this.#write(value)
  })

  /** What is wrong with the text; empty if it is saved. */
  readonly wrong: string = $derived.by(() => this.drafts.of(this.field().path)?.wrong ?? '')

  /** What the typed text means, where that looks different: "= 128" for 2*64. */
  readonly meaning: string = $derived.by(() => {
    const text = this.#write(this.field().value)
    return this.#typed === null || !text || bare(this.#typed) === bare(text) ? '' : text
  })

  /** What the field goes back to, in words. */
  readonly stays: string = $derived.by(() => {
    const { param, value } = this.field()
    if (value instanceof Mixed) return t('fields.mixed')
    return value === undefined ? writtenDefault(param) : this.#write(value)
  })

  type(text: string): void {
    const { path, label, value, onset } = this.field()
    this.#before ??= { value }
    // Nothing typed where the values differ is what the field was before the typing.
    if (text.trim() === '' && this.#before.value instanceof Mixed) {
      this.#takeBack()
      this.drafts.drop(path)
      return
    }
    const result = this.#read(text)
    if ('wrong' in result) {
      this.#takeBack()
      this.drafts.keep({ path, label, text, wrong: result.wrong })
      return
    }
    this.drafts.drop(path)
    this.#text = text
    this.#saved = result.value
    if (!equal(value, result.value)) onset(result.value)
  }

  /** Show what was typed as the document writes it; a draft stays. */
  leave(): void {
    this.#text = null
    this.#before = null
  }

  /** Forget what was typed. */
  revert(): void {
    this.#takeBack()
    this.drafts.drop(this.field().path)
    this.leave()
  }

  /** The typed text while it means what the document holds; others may have changed that. */
  get #typed(): string | null {
    if (this.#text === null) return null
    const result = this.#read(this.#text)
    return 'value' in result && equal(result.value, this.field().value) ? this.#text : null
  }

  #write(value: unknown): string {
    const { param, writes } = this.field()
    return writes ? writes(value) : written(param, value)
  }

  #read(text: string): Read {
    const { param, needed, reads } = this.field()
    if (reads) return reads(text)
    if (needed && text.trim() === '') return { wrong: t('fields.empty') }
    return read(param, text)
  }

  /** Give the document the value before the typing, unless somebody else has changed it since. */
  #takeBack(): void {
    const { value, onset } = this.field()
    if (this.#text !== null && this.#before && equal(value, this.#saved)) onset(this.#before.value)
    this.#text = null
  }
}

/** A text without what can be written in several ways. */
function bare(text: string): string {
  return text
    .replaceAll(/[\s()[\]]/g, '')
    .replaceAll(/[,;x]/g, '×')
    .replaceAll(/none|null/gi, '?')
}
