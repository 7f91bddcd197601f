/** Puts what the server sends into the page's language. */
import type { Messages } from './messages'

interface Sent {
  code?: unknown
  message?: string
  variant?: string | null
  hint?: string | null
  label?: string
  type?: unknown
  text?: string
  refused?: unknown
  category?: string
  categories?: { name: string }[]
  columns?: { help: string }[]
  summary?: string
  source?: string
  title?: string
  teaches?: string
  tags?: string[]
  arguments?: Record<string, unknown>
  words?: { text: string; arguments?: Record<string, unknown> } | null
}

/** What people wrote: it is never translated. */
const OWN = new Set(['document', 'operations', 'arguments', 'words'])

/**
 * Return a function that puts an answer of the server, as it was parsed, into a language: the
 * problems, fixes and lines of a log that are anywhere in it, and the descriptions of templates, data
 * sets and categories. What is unknown stays English.
 */
export function localizer(messages: Messages): <T>(value: T) => T {
  function translate(value: Sent): void {
    if (typeof value.message === 'string' && typeof value.code === 'string' && value.arguments) {
      const key = value.variant ? `${value.code}.${value.variant}` : value.code
      const { message, hint } = messages.problem(key, value.arguments) ?? value
      value.message = message ?? value.message
      if (value.hint) value.hint = hint ?? value.hint
    } else if (value.words && (typeof value.label === 'string' || value.type === 'log')) {
      const { text, arguments: values = {} } = value.words
      const own = messages.render({ text, many: null, by: null }, values)
      if (value.type === 'log') value.text = own
      else value.label = own
    } else describe(value)
  }

  /** Translate what the catalogue, the data sets and the templates say of themselves. */
  function describe(value: Sent): void {
    const { text } = messages
    if (typeof value.refused === 'string') value.refused = text(value.refused)
    if (typeof value.category === 'string') value.category = text(value.category)
    for (const category of value.categories ?? []) category.name = text(category.name)
    if (typeof value.teaches === 'string') {
      value.teaches = text(value.teaches)
      if (typeof value.title === 'string') value.title = text(value.title)
      value.tags = value.tags?.map(text) ?? []
    }
    if (typeof value.summary === 'string' && value.columns) {
      value.summary = text(value.summary)
      if (typeof value.source === 'string') value.source = text(value.source)
      for (const column of value.columns) column.help = text(column.help)
    }
  }

  function visit(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    translate(value as Sent)
    for (const [key, item] of Object.entries(value)) if (!OWN.has(key)) visit(item)
  }

  return (value) => {
    visit(value)
    return value
  }
}
