/** A language for tests: English in brackets, so that text without brackets bypasses the dictionary. */
import type { Words } from './en'

/** Put every stretch of text between the arguments into brackets: "⟦weights of ⟧{name}". */
export function bracketed(text: string): string {
  return text
    .split(/(\{\w+\})/)
    .map((part) => (/^\{|^$/.test(part) ? part : `⟦${part}⟧`))
    .join('')
}

function throughout(value: unknown): unknown {
  if (typeof value === 'string') return bracketed(value)
  const entries = Object.entries(value as object)
  return Object.fromEntries(entries.map(([key, part]) => [key, throughout(part)]))
}

/** Return the same messages in brackets. */
export function pseudo(words: Words): Words {
  return throughout(words) as Words
}
