/** Key combinations: compared with what is pressed, and written as keyboards label them. */
import { t } from '../words/t'
import type { Action } from './actions'

export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

const SHOWN: Readonly<Record<string, string>> = {
  Mod: isMac ? '⌘' : t('common.keyControl'),
  Shift: isMac ? '⇧' : t('common.keyShift'),
  ...(isMac ? { Alt: '⌥' } : {}),
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: t('common.keyDelete'),
  Backspace: t('common.keyBackspace'),
  Enter: t('common.keyEnter'),
}

/** Return the parts of a key as they are shown: ["Ctrl", "Z"]. */
export function shown(keys: string): string[] {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  return parts.map((part) => SHOWN[part] ?? part)
}

/** Return the first key combination of an action, for tooltips: "Ctrl+Z". */
export function hint({ keys }: Pick<Action, 'keys'>): string {
  return keys[0] === undefined ? '' : shown(keys[0]).join(isMac ? '' : '+')
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> &
  Partial<Pick<KeyboardEvent, 'code'>>

/** Whether an event is this combination of keys. */
export function matches(event: Pressed, keys: string, mac = isMac): boolean {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  const key = parts.at(-1) as string
  if (
    parts.includes('Alt') !== event.altKey ||
    parts.includes('Mod') !== (mac ? event.metaKey : event.ctrlKey)
  )
    return false
  if (mac ? event.ctrlKey : event.metaKey) return false
  // A sign such as "?" is itself made with Shift on many keyboards.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  if (!isSign && parts.includes('Shift') !== event.shiftKey) return false
  // With Alt, some keyboards make another sign of a letter.
  if (event.altKey && /^[A-Z]$/.test(key)) return event.code === `Key${key}`
  return event.key.toLowerCase() === key.toLowerCase()
}
