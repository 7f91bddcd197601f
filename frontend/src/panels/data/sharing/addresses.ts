/** Links of projects. */

const ID = /^[A-Za-z0-9]{1,16}$/

/** Return the identifier in a project's link, or in the identifier itself; null if there is none. */
export function addressIn(text: string): string | null {
  const trimmed = text.trim()
  if (ID.test(trimmed)) return trimmed
  return /\/projects\/([A-Za-z0-9]{1,16})(?:[?#/]|$)/.exec(trimmed)?.[1] ?? null
}
