/** The page renders messages as the server does, and in another language. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Template, WordsOut } from '../contract'
import { localizer } from './localize'
import { Messages } from './messages'

const CASES = JSON.parse(readFileSync('../tests/messages.json', 'utf8')) as [
  string,
  Record<string, unknown>,
  string,
][]

const template = (text: string, many: string | null = null): Template => ({
  text,
  many,
  by: many ? 'count' : null,
})

const problems: WordsOut['problems'] = {
  unused_input: [
    template('“{name}” feeds no layer.'),
    template('Wire it to a layer, or remove it.'),
  ],
  code_incomplete: [
    template(
      'One layer is missing from the code; comments in it say why.',
      '{count} layers are missing from the code; comments in it say why.',
    ),
    null,
  ],
  'large.slow': [template('{size:,} of {bytes:bytes}'), null],
}

it.each(CASES)('renders %s with %j', (text, values, expected) => {
  expect(new Messages('en-GB', { texts: {}, problems }).render(template(text), values)).toBe(
    expected,
  )
})

const GERMAN: WordsOut = {
  problems,
  texts: {
    '“{name}” feeds no layer.': ['„{name}“ führt zu keiner Schicht.'],
    'Wire it to a layer, or remove it.': ['Verbinde ihn mit einer Schicht, oder entferne ihn.'],
    'One layer is missing from the code; comments in it say why.': [
      'Eine Schicht fehlt im Code.',
      '{count} Schichten fehlen im Code.',
    ],
    '{size:,} of {bytes:bytes}': ['{size:,} von {bytes:bytes}'],
    'Remove “{name}”': ['„{name}“ entfernen'],
    'Use {name}': ['{name} benutzen'],
    'it has no name': ['es hat keinen Namen'],
    Merging: ['Zusammenführen'],
    'Small images.': ['Kleine Bilder.'],
    images: ['Bilder'],
  },
}
const localize = localizer(new Messages('de-DE', GERMAN))
const sent = (code: string, values: object, more: object = {}) => ({
  code,
  message: 'English.',
  hint: null as string | null,
  variant: null as string | null,
  arguments: values,
  fix: null as object | null,
  ...more,
})

it('puts problems and their fixes into the language, wherever they are', () => {
  const fix = {
    label: 'Remove “a”',
    operations: [],
    words: { text: 'Remove “{name}”', arguments: { name: 'a' } },
  }
  const verdict = localize({
    nodes: { x: { problems: [sent('unused_input', { name: 'a' }, { hint: 'English.', fix })] } },
  })
  expect(verdict.nodes.x.problems[0]).toMatchObject({
    message: '„a“ führt zu keiner Schicht.',
    hint: 'Verbinde ihn mit einer Schicht, oder entferne ihn.',
    fix: { label: '„a“ entfernen', operations: [] },
  })
})

it('chooses plural forms, and writes numbers as the language does', () => {
  const [one, three, large] = localize([
    sent('code_incomplete', { count: 1 }),
    sent('code_incomplete', { count: 3 }),
    sent('large', { size: 20_000, bytes: 4_200_000 }, { variant: 'slow' }),
  ])
  expect(one?.message).toBe('Eine Schicht fehlt im Code.')
  expect(three?.message).toBe('3 Schichten fehlen im Code.')
  expect(large?.message).toBe('20.000 von 4,2 MB')
})

it('leaves a problem English whose words or arguments are not known', () => {
  expect(localize(sent('gone', {})).message).toBe('English.')
  expect(localize(sent('unused_input', {})).message).toBe('English.')
})

it('translates lines of a log, and why a layer is refused', () => {
  const line = {
    type: 'log',
    text: 'Use x',
    words: { text: 'Use {name}', arguments: { name: 'x' } },
  }
  expect(localize({ event: line }).event.text).toBe('x benutzen')
  expect(localize({ type: 'log', text: 'printed', words: null }).text).toBe('printed')
  expect(localize({ refused: 'it has no name' }).refused).toBe('es hat keinen Namen')
})

it('translates templates, data sets and categories, and no name', () => {
  const catalogue = {
    categories: [{ name: 'Merging', color: 'merge' }],
    layers: [{ name: 'Merging', category: 'Merging', summary: 'Small images.' }],
  }
  expect(localize(catalogue)).toEqual({
    categories: [{ name: 'Zusammenführen', color: 'merge' }],
    layers: [{ name: 'Merging', category: 'Zusammenführen', summary: 'Small images.' }],
  })
  const template = { title: 'images', teaches: 'Small images.', tags: ['images', 'x'] }
  expect(localize([template])).toEqual([
    { title: 'Bilder', teaches: 'Kleine Bilder.', tags: ['Bilder', 'x'] },
  ])
  const data = {
    title: 'images',
    summary: 'Small images.',
    source: 'images',
    columns: [{ help: 'Small images.' }],
  }
  expect(localize(data)).toEqual({
    title: 'images',
    summary: 'Kleine Bilder.',
    source: 'Bilder',
    columns: [{ help: 'Kleine Bilder.' }],
  })
})

it('leaves what people wrote as it is', () => {
  const document = { note: sent('unused_input', { name: 'a' }) }
  expect(localize({ document }).document.note.message).toBe('English.')
})
