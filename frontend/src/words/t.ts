/** Messages of the dictionary, with their arguments filled in. */
import type { En } from './en'
import { language } from './language'
import { count as formatCount } from './numbers'

/** Keys of the dictionary, such as 'training.epochs'. */
export type Key = { [S in keyof En]: `${S}.${keyof En[S] & string}` }[keyof En]

type Message<K extends Key> = K extends `${infer S extends keyof En}.${infer Name}`
  ? En[S][Name & keyof En[S]]
  : never

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never

type Names<M> = M extends string ? NamesIn<M> : 'count' | NamesIn<M[keyof M]>

/** The named arguments of a message; `count` chooses the plural form. */
type Arguments<M> = [Names<M>] extends [never]
  ? []
  : [{ readonly [Name in Names<M>]: Name extends 'count' ? number : string | number }]

type Values = Readonly<Record<string, string | number>>

const ARGUMENT = /\{(\w+)\}/
const plurals = new Intl.PluralRules(language.tag)

/** Return the message of a key; numbers among its arguments are written as counts. */
export function t<K extends Key>(key: K, ...[values]: Arguments<Message<K>>): string {
  return filled(template(key, values), values ?? {})
}

/**
 * Return a message in pieces: its text, and the names of its arguments in their places.
 *
 * For messages with markup inside, such as a key of the keyboard.
 */
export function pieces(key: Key): (string | { name: string })[] {
  return template(key)
    .split(ARGUMENT)
    .map((part, index) => (index % 2 === 0 ? part : { name: part }))
}

function template(key: Key, values?: Values): string {
  const [section, name] = key.split('.') as [keyof En, string]
  const message = (language.words[section] as Section)[name] ?? key
  if (typeof message === 'string') return message
  return message[plurals.select(Number(values?.count))] ?? message.other
}

type Section = Readonly<Record<string, string | Forms>>
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

function filled(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? formatCount(value) : (value ?? '')
  })
}
