/** Short messages that come and go at the edge of the page, and announcements to screen readers. */
import type { Problem } from '../contract'

export interface Notice {
  id: number
  kind: 'info' | 'error'
  text: string
  hint: string | null
  action: { label: string; perform: () => void } | null
}

const LIMIT = 4

export class Notices {
  list = $state.raw<readonly Notice[]>([])
  /** The latest change in words, for the page's live region. */
  announcement = $state('')
  #next = 1

  show(text: string, more: Partial<Omit<Notice, 'id' | 'text'>> = {}): void {
    if (this.list.some((notice) => notice.text === text)) return
    const notice = { id: this.#next++, kind: 'info' as const, hint: null, action: null, ...more }
    this.list = [...this.list, { ...notice, text }].slice(-LIMIT)
  }

  /** Show what went wrong, in the words of the problem. */
  problem({ message, hint }: Pick<Problem, 'message' | 'hint'>): void {
    this.error(message, hint)
  }

  error(text: string, hint: string | null = null): void {
    this.show(text, { kind: 'error', hint })
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  announce(text: string): void {
    this.announcement = text
  }
}
