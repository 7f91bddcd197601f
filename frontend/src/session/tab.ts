import { newId } from '../document/ids'

/** Return an id for this tab: it stays over a reload, and differs between tabs. */
export function tabId(): string {
  try {
    const known = sessionStorage.getItem('layerloom.tab') ?? newId(8)
    sessionStorage.setItem('layerloom.tab', known)
    return known
  } catch {
    return newId(8)
  }
}
