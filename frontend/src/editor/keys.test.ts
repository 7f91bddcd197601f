import { describe, expect, it, vi } from 'vitest'
import { matches } from './keys'

vi.mock('./layout.worker?worker', () => ({ default: class {} }))
const { ACTIONS } = await import('./actions')

function press(key: string, held: string[] = []) {
  const is = (name: string) => held.includes(name)
  return { key, ctrlKey: is('ctrl'), metaKey: is('meta'), shiftKey: is('shift'), altKey: is('alt') }
}

describe('keys', () => {
  it.each([
    ['Mod+Z', press('z', ['ctrl']), true],
    ['Mod+Z', press('Z', ['ctrl', 'shift']), false],
    ['Mod+Shift+Z', press('Z', ['ctrl', 'shift']), true],
    ['?', press('?', ['shift']), true],
    ['/', press('/', ['shift']), true],
    ['A', press('a'), true],
    ['A', press('a', ['ctrl']), false],
    ['A', press('a', ['alt']), false],
    ['ArrowUp', press('ArrowUp', ['shift']), false],
    ['+', press('+', ['shift']), true],
  ])('%s and what is pressed (%#)', (keys, event, expected) => {
    expect(matches(event, keys, false)).toBe(expected)
  })

  it('Mod is Cmd on a Mac', () => {
    expect(matches(press('z', ['meta']), 'Mod+Z', true)).toBe(true)
    expect(matches(press('z', ['ctrl']), 'Mod+Z', true)).toBe(false)
  })

  it('no two actions have the same id or the same keys', () => {
    const ids = ACTIONS.map(({ id }) => id)
    // Enter opens a sub-model, which has no parameters on its card, or edits those of a layer.
    // Esc leaves one thing at a time: a comparison, the selection, a presentation, a sub-model.
    const steps = new Set(['stop-comparing', 'stop-presenting'])
    const keys = ACTIONS.flatMap(({ id, keys }) =>
      keys.filter((key) => (id !== 'edit-card' || key !== 'Enter') && !steps.has(id)),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
