import { expect, it } from 'vitest'
import { fileName } from './files'

it.each([
  ['Digits, dense', 'Digits, dense.json'],
  ['a/b: "c"?', 'a b c.json'],
  ['', 'Untitled.json'],
])('a project called %j is saved as %j', (name, file) => {
  expect(fileName(name)).toBe(file)
})
