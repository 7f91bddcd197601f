/** Every language has all messages, with the same named arguments as the English ones. */
import { expect, it } from 'vitest'
import { de } from './de'
import { aliases as german } from './de/aliases'
import { en } from './en'
import { aliases as english } from './en/aliases'
import { chosen, LANGUAGES, language } from './language'

type Message = string | Record<string, string>

const messages = (words: object): [string, Message][] =>
  Object.entries(words).flatMap(([section, entries]) =>
    Object.entries(entries as Record<string, Message>).map(([name, message]): [string, Message] => [
      `${section}.${name}`,
      message,
    ]),
  )

const texts = (message: Message) =>
  typeof message === 'string' ? [message] : Object.values(message)
const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

const without = (expected: string[]) => expected.filter((name) => name !== '{count}')
const source = Object.fromEntries(messages(en))

it.each(messages(de))('%s has the arguments of the English message', (key, message) => {
  const original = source[key] as Message
  expect(typeof message).toBe(typeof original)
  const expected = names(texts(original).at(-1) as string)
  // A singular may say its number in words.
  for (const text of texts(message))
    expect([expected, without(expected)]).toContainEqual(names(text))
})

it('has no message that is left out or superfluous', () => {
  const keys = (words: object) => messages(words).map(([key]) => key)
  expect(keys(de).sort()).toEqual(keys(en).sort())
})

it('quotes as German does', () => {
  const all = messages(de).flatMap(([, message]) => texts(message))
  const wrong = /["”']|„[^“]*(„|$)|(^|“)[^„]*“/
  expect(all.filter((text) => text === '' || wrong.test(text))).toEqual([])
})

it('has all plural forms of German', () => {
  const forms = new Intl.PluralRules('de-DE').resolvedOptions().pluralCategories
  const plurals = messages(de).filter(([, message]) => typeof message !== 'string')
  for (const [, message] of plurals)
    expect(Object.keys(message)).toEqual(expect.arrayContaining(forms))
})

it('finds a layer by its English names too', () => {
  for (const [layer, words] of Object.entries(english)) expect(german[layer]).toContain(words)
  expect(german.Conv2D).toContain('faltung')
})

it.each([
  [null, ['de-AT', 'en'], 'de'],
  [null, ['fr', 'DE'], 'de'],
  [null, ['fr-FR', 'en-US', 'de'], 'en'],
  [null, ['fr'], 'en'],
  [null, [], 'en'],
  ['en', ['de'], 'en'],
  ['de', ['en'], 'de'],
  ['pseudo', ['de'], 'de'],
])('chooses from what is stored (%s) and what the browser wants (%s): %s', (stored, wanted, id) => {
  expect(chosen(stored, wanted)).toBe(id)
})

it('offers each language by its own name, and tests in English', () => {
  expect(LANGUAGES.map(({ name }) => name)).toEqual(['English', 'Deutsch'])
  expect(language.words).toBe(en)
})
