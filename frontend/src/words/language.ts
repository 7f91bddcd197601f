/** The page's language: chosen once, before anything else of the page runs. */
import type { WordsOut } from '../contract'
import type { Words } from './en'
import type { Messages } from './messages'

export interface Dictionary {
  words: Words
  /** Puts an answer of the server, as it was parsed, into the language. */
  localize: <T>(value: T) => T
  /** What renders parts of the server's messages. */
  messages: () => Promise<Messages>
  /** What people also call a layer, by its name in the catalogue. */
  aliases: Readonly<Record<string, string>>
}

export interface Language extends Dictionary {
  /** A BCP 47 tag: the locale of numbers, dates and plurals. */
  tag: string
}

const ENGLISH = 'en'
/** Where the choice is kept; "pseudo" is a language for tests, which shows what bypasses it. */
const STORED = 'layerloom.language'

interface Offer {
  id: string
  tag: string
  /** What its speakers call it. */
  name: string
  load: () => Promise<Dictionary>
}

async function english(): Promise<Dictionary> {
  const [{ en }, { aliases }] = await Promise.all([import('./en'), import('./en/aliases')])
  return { words: en, aliases, localize: (value) => value, messages: plain }
}

/** The server's messages are English. */
async function plain(): Promise<Messages> {
  const { Messages } = await import('./messages')
  return new Messages('en-GB', { problems: {}, texts: {} })
}

async function german(): Promise<Dictionary> {
  const [{ de }, { aliases }, server] = await Promise.all([
    import('./de'),
    import('./de/aliases'),
    messages('de'),
  ])
  return { words: de, aliases, ...server }
}

/** Without the server's words its messages stay English. */
async function messages(id: string): Promise<Pick<Dictionary, 'localize' | 'messages'>> {
  try {
    const [{ localizer }, { Messages }, response] = await Promise.all([
      import('./localize'),
      import('./messages'),
      fetch(`/api/words/${id}`),
    ])
    if (response.ok) {
      const own = new Messages(id, (await response.json()) as WordsOut)
      return { localize: localizer(own), messages: async () => own }
    }
  } catch {
    // The page itself says that the server can't be reached.
  }
  return { localize: (value) => value, messages: plain }
}

/** The languages that the page can be shown in. Each is loaded only where it is chosen. */
export const LANGUAGES: readonly Offer[] = [
  { id: ENGLISH, tag: 'en-GB', name: 'English', load: english },
  { id: 'de', tag: 'de-DE', name: 'Deutsch', load: german },
]

/** Return the stored choice, else the first language of the browser that the page has. */
export function chosen(stored: string | null, wanted: readonly string[]): string {
  const known = (id: string) => LANGUAGES.some((offer) => offer.id === id)
  if (stored !== null && known(stored)) return stored
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] as string).find(known) ?? ENGLISH
}

async function load(): Promise<Language> {
  const { tag, load } = LANGUAGES.find(({ id }) => id === languageId) as Offer
  const dictionary = await load()
  if (stored() !== 'pseudo') return { tag, ...dictionary }
  const { pseudo } = await import('./pseudo')
  return { tag, ...dictionary, words: pseudo(dictionary.words) }
}

function stored(): string | null {
  try {
    return globalThis.localStorage?.getItem(STORED) ?? null
  } catch {
    return null // a browser may refuse its storage
  }
}

/** Show the page in another language from now on. The page is loaded anew; edits are kept. */
export function chooseLanguage(id: string): void {
  try {
    localStorage.setItem(STORED, id)
  } catch {
    return // the choice could not outlive the page
  }
  location.reload()
}

/** Which of `LANGUAGES` this is. Outside of a page, as in most tests, English. */
export const languageId = chosen(stored(), globalThis.window?.navigator.languages ?? [])

export const language: Language = await load()
