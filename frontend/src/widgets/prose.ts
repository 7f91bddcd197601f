/** Names and descriptions as fields: any text that the document can hold. */
import type { Param } from '../contract'
import type { Drafts, FieldPath } from '../session/drafts.svelte'
import { paramOf } from './params'
import { Typing } from './typing.svelte'
import { type Read, unstorable } from './values'

export interface Prose {
  path: FieldPath
  label: string
  value: string
  /** The greatest number of characters. */
  longest: number | undefined
  onset: (value: string) => void
}

const TEXT: Param = { ...paramOf('text', 'string'), default: '' }

/** Read a name or a description; the engine has the same rules (engine.values.plain). */
export function readProse(text: string, longest = Number.POSITIVE_INFINITY): Read {
  const value = text.trim()
  const wrong = unstorable(value, longest)
  return wrong ? { wrong } : { value }
}

/** Take a text back with Esc while it can't be saved; after that, Esc does what it does elsewhere. */
export function takeBackOnEscape(event: KeyboardEvent, wrong: string, back: () => void): void {
  if (event.key !== 'Escape' || !wrong) return
  event.preventDefault()
  event.stopPropagation()
  back()
}

/** Return the typing in the field of a name or a description. */
export function proseTyping(drafts: Drafts, field: () => Prose): Typing {
  return new Typing(drafts, () => {
    const { path, label, value, longest, onset } = field()
    return {
      ...{ param: TEXT, path, label, value, needed: false },
      reads: (text) => readProse(text, longest),
      onset: (now) => onset(String(now)),
    }
  })
}
