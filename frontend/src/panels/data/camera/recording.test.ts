import { expect, it } from 'vitest'
import { archived, folderOf, lacking } from './recording'
import { crc32 } from './zip'

const picture = (text: string) => ({ blob: new Blob([text]), url: `blob:${text}` })

it('computes the CRC-32 of the standard check', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

it('has one folder for each class', async () => {
  const classes = [
    { name: 'Tasse/ä', pictures: [picture('a'), picture('b')] },
    { name: 'mug', pictures: [picture('c')] },
  ]
  const text = new TextDecoder('latin1').decode(await (await archived(classes)).arrayBuffer())
  for (const name of ['0001.jpg', '0002.jpg', 'mug/0001.jpg']) expect(text).toContain(name)
})

it('makes folders of names', () => {
  expect(folderOf('../a:b\\c')).toBe('-a-b-c')
  expect(folderOf('_x. ')).toBe('x')
})

it('says what is lacking', () => {
  const two = [picture('a'), picture('b')]
  expect(
    lacking([
      { name: 'a', pictures: two },
      { name: 'b', pictures: two },
    ]),
  ).toBeNull()
  expect(
    lacking([
      { name: 'a', pictures: two },
      { name: 'A ', pictures: two },
    ]),
  ).toBe('names')
  expect(
    lacking([
      { name: 'a', pictures: two },
      { name: '..', pictures: two },
    ]),
  ).toBe('names')
  expect(
    lacking([
      { name: 'a', pictures: two },
      { name: 'b', pictures: [] },
    ]),
  ).toBe('pictures')
})
