/** The page's language: chosen once, before anything of the page is loaded. */
import { en, type Words } from './en'
import { pseudo } from './pseudo'

export interface Language {
  /** A BCP 47 tag: the locale of numbers, dates and plurals. */
  tag: string
  words: Words
}

const ENGLISH: Language = { tag: 'en-GB', words: en }
/** Where a browser test asks for the pseudo-language, which shows what bypasses the dictionary. */
const STORED = 'layerloom.language'

// A further language is loaded here with `await import('./de')`, so that no page loads two.
export const language: Language =
  stored() === 'pseudo' ? { ...ENGLISH, words: pseudo(en) } : ENGLISH

function stored(): string | null {
  try {
    return globalThis.localStorage?.getItem(STORED) ?? null
  } catch {
    return null // a browser may refuse its storage
  }
}
