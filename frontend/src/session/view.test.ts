import { expect, it } from 'vitest'
import { View } from './view.svelte'

function memory(): Storage {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
  } as unknown as Storage
}

it('keeps the height of the drawer for each tab', () => {
  const storage = memory()
  const view = new View(storage)
  view.drawer.tab = 'problems'
  const problems = view.drawerSize
  view.drawer.tab = 'code'
  expect(view.drawerSize).toBeGreaterThan(problems)
  view.drawerSize = 500
  view.drawer.tab = 'problems'
  expect(view.drawerSize).toBe(problems)
  view.keep()
  const again = new View(storage)
  again.drawer.tab = 'code'
  expect(again.drawerSize).toBe(500)
})

it('keeps the place of the drawer, and its width apart from its heights', () => {
  const storage = memory()
  const view = new View(storage)
  const height = view.drawerSize
  view.drawerPlace = 'beside'
  view.drawerSize = 600
  view.keep()
  const again = new View(storage)
  expect([again.drawerPlace, again.drawerSize]).toEqual(['beside', 600])
  again.drawerPlace = 'below'
  expect(again.drawerSize).toBe(height)
  again.drawer.place = 'elsewhere'
  expect(again.drawerPlace).toBe('below')
})
