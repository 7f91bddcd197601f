/** Arrow keys, Home and End move the focus between the items of a menu, a list of tabs or a tree. */
import type { Attachment } from 'svelte/attachments'

interface Options {
  /** A CSS selector of the items. */
  items: string
  axis: 'horizontal' | 'vertical'
  /** Whether the first item follows the last. */
  wrap?: boolean
  /** Called with the position of the item that gets the focus, before it does. */
  onmove?: (index: number) => void
}

export function roving(options: Options): Attachment<HTMLElement> {
  return (element) => {
    const onkeydown = (event: KeyboardEvent) => {
      const items = [...element.querySelectorAll<HTMLElement>(options.items)]
      const index = next(event.key, present(items), items.length, options)
      if (index === null) return
      event.preventDefault()
      event.stopPropagation()
      options.onmove?.(index)
      items[index]?.focus()
    }
    element.addEventListener('keydown', onkeydown)
    return () => element.removeEventListener('keydown', onkeydown)
  }
}

/** The position of the item that has the focus, else of the one that Tab would lead to. */
function present(items: readonly HTMLElement[]): number {
  const focused = items.indexOf(document.activeElement as HTMLElement)
  return focused >= 0 ? focused : items.findIndex((item) => item.tabIndex === 0)
}

function next(key: string, from: number, count: number, { axis, wrap }: Options): number | null {
  const [forward, back] =
    axis === 'horizontal' ? ['ArrowRight', 'ArrowLeft'] : ['ArrowDown', 'ArrowUp']
  if (count === 0) return null
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  if (key !== forward && key !== back) return null
  const to = from + (key === forward ? 1 : -1)
  return wrap ? (to + count) % count : Math.max(0, Math.min(to, count - 1))
}
