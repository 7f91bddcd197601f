// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources under test
/** Every word that people see comes from the dictionary: no file of the page writes text itself. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bypassesInSvelte, bypassesInTypeScript, enumerations } from './bypass'

/** Tests and their samples, generated types, and the dictionary itself. */
const NO_SOURCE = /\.test\.ts$|\.d\.ts$|^contract\.ts$|^words\/|\/(sample|fake)\w*\.ts$/
const SOURCE = fileURLToPath(new URL('..', import.meta.url))
/** Text that is the same in every language. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  'panels/home/PasteCode.svelte': /^import keras\n/, // an example in Python
  'document/layout/ushape.ts': /^(Add|Concatenate|Average|Maximum)$/, // names of layers
  'document/model.ts': /^Untitled$/, // the default of the document's format
  'session/view.svelte.ts': /^\p{Lu}\p{Ll}+$/u, // invented names of people
}
const ENUMERATED = enumerations(readFileSync(join(SOURCE, 'contract.ts'), 'utf8'))
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(svelte|ts)$/.test(file) && !NO_SOURCE.test(file),
)

it.each(files)('%s', (file) => {
  const source = readFileSync(join(SOURCE, file), 'utf8')
  const all = file.endsWith('.svelte')
    ? bypassesInSvelte(source, ENUMERATED)
    : bypassesInTypeScript(source)
  const bypasses = all.filter(({ text }) => !ALLOWED[file]?.test(text))
  expect(bypasses).toEqual([])
})

it.each([
  ['<p>Hello</p>', ['Hello']],
  ['<p>{t("a.b")} · Keras × {name}</p>', []],
  ['<p class="two words">{open ? "shown" : ""}</p>', ['shown']],
  ['<p title="Hello">{count}&nbsp;%</p>', ['Hello']],
  ['<p aria-label="Size of {name}"></p>', ['Size of']],
  ['<Field label={a ? "yes" : b} kind="primary" />', ['yes']],
  ['<script lang="ts">const a = `${b} layers`</script>', [' layers']],
  ['<script lang="ts">const title: string = "Untitled"</script>', ['Untitled']],
  ['<p>{#if kind === "Input"}{`${x}`}{/if}</p>', []],
  ['<option value="Big one">{@html name}</option>', []],
])('finds the text in %s', (source, texts) => {
  expect(bypassesInSvelte(source).map(({ text }) => text)).toEqual(texts)
})

it('knows the enumerated properties of the contract', () => {
  expect([...ENUMERATED]).toEqual(expect.arrayContaining(['level', 'severity', 'task']))
})

it.each([
  ['<b>{line.level}</b>', ['level']],
  ['<p title={line.level}>{t("a.b", { task: data.task })}</p>', ['level', 'task']],
  ['<p class={line.level}>{words(line.level)} {TASKS[data.task]} {line.text}</p>', []],
  ['{#if line.level !== "info"}{line.level === "error" ? 1 : 2}{/if}', []],
])('finds the enumerated properties in %s', (source, names) => {
  expect(bypassesInSvelte(source, new Set(['level', 'task'])).map(({ text }) => text)).toEqual(
    names,
  )
})

it.each([
  ['const message = "Nothing fits."', ['Nothing fits.']],
  ['type A = "Edit" | "View"; import x from "./Some File"', []],
  ['if (key === "Enter" || node.layer === "Input") t("a.bC", { name })', []],
  ['switch (a) { case "Model": say(`Added ${n}`) }', ['Added ']],
  ['const names = { Some: 1, "Other Name": 2 }; names["Other Name"]', []],
])('finds the text in %s', (source, texts) => {
  expect(bypassesInTypeScript(source).map(({ text }) => text)).toEqual(texts)
})
