import { expect, it } from 'vitest'
import { addressIn } from './addresses'

it.each([
  ['https://example.org/projects/Ab12', 'Ab12'],
  [' /projects/viewAb12?copy ', 'viewAb12'],
  ['http://localhost:8000/projects/Ab12#data=1', 'Ab12'],
  ['Ab12', 'Ab12'],
  ['https://example.org/', null],
  ['/projects/../etc', null],
  ['/projects/01234567890123456', null],
  ['', null],
])('finds the project in %j', (text, id) => {
  expect(addressIn(text)).toBe(id)
})
