/**
 * Problems, fixes and log lines in the page's language. They travel as data: an English text, and
 * the template and the arguments that it was rendered from. This renders them as
 * engine/problems/render.py does, tested by the same cases (tests/messages.json).
 */
import type { Template, WordsOut } from '../contract'

type Values = Readonly<Record<string, unknown>>
type Shape = readonly (number | null)[]
type Form = (value: never) => string

const MAX_QUOTED = 8
const MAX_TENSORS = 4
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']
const DURATIONS: readonly [number, Template][] = [
  [86_400, { text: 'a day', many: '{count:,} days', by: 'count' }],
  [3_600, { text: 'an hour', many: '{count:,} hours', by: 'count' }],
  [60, { text: 'a minute', many: '{count:,} minutes', by: 'count' }],
  [1, { text: 'a second', many: '{count:,} seconds', by: 'count' }],
]
const COUNTED: Template = { text: '{count} value', many: '{count} values', by: 'count' }
/** An escaped brace, or a place: “{name}” or “{name:form}”. */
const PLACE = /\{\{|\}\}|\{(\w+)(?::([^{}]*))?\}/g
/** The order in which the forms of a translation are listed. */
const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'] as const

const plainText = (text: string): Template => ({ text, many: null, by: null })

/** Renders templates in one language. */
export class Messages {
  readonly #plurals: Intl.PluralRules
  readonly #forms: readonly string[]
  readonly #grouped: Intl.NumberFormat
  readonly #point: string

  constructor(
    tag: string,
    readonly words: WordsOut,
  ) {
    this.#plurals = new Intl.PluralRules(tag)
    const { pluralCategories } = this.#plurals.resolvedOptions()
    this.#forms = CATEGORIES.filter((category) => pluralCategories.includes(category))
    this.#grouped = new Intl.NumberFormat(tag, { maximumFractionDigits: 6 })
    this.#point = this.#grouped.format(0.5).charAt(1)
  }

  /** Return the message and the hint of a problem; null when its words are not known. */
  problem(code: string, values: Values): { message: string; hint: string | null } | null {
    const words = this.words.problems[code]
    if (!words) return null
    const [message, hint] = words
    // A problem of an older version may lack arguments.
    const names = [message, hint].flatMap((template) => (template ? placesOf(template) : []))
    if (!names.every((name) => name in values)) return null
    return { message: this.render(message, values), hint: hint && this.render(hint, values) }
  }

  /** Return the items of a list among the arguments of a problem, each as a text of its own. */
  items(value: unknown): string[] {
    return Array.isArray(value) ? value.map((item) => this.#formed(item, '')) : []
  }

  /** Return the translation of a text without places. */
  readonly text = (text: string): string => this.words.texts[text]?.[0] ?? text

  render({ text, many, by }: Template, values: Values): string {
    const forms = this.words.texts[text] ?? (many ? [text, many] : [text])
    const category = by ? this.#plurals.select(Number(values[by])) : ''
    const form = forms[Math.max(0, this.#forms.indexOf(category))] ?? text
    return form.replaceAll(PLACE, (place, name?: string, form = '') =>
      name ? this.#formed(values[name], form) : place.charAt(0),
    )
  }

  #formed(value: unknown, form: string): string {
    const write = this.#writers[form]
    if (write) return write(value as never)
    if (typeof value === 'number') return this.#number(value, form)
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    if (value === null || value === undefined) return 'None'
    if (typeof value === 'object' && !Array.isArray(value)) return this.#part(value, form)
    return String(value)
  }

  /** A phrase, or the message or the hint of another problem. */
  #part(value: object, form: string): string {
    const { text, code, arguments: values = {} } = value as Part
    if (text !== undefined) return this.render(plainText(text), values)
    const words = this.problem(code ?? '', values)
    return (form === 'hint' ? words?.hint : words?.message) ?? ''
  }

  #number(value: number, form: string): string {
    if (form === ',') return this.#grouped.format(value)
    const [, digits, type] = /^(?:\.(\d+))?([a-z]?)$/.exec(form) ?? []
    if (type === 'e') return this.#local(exponential(value, Number(digits)))
    if (type === 'g') return this.#local(general(value, Number(digits ?? 6)))
    return this.#local(String(value))
  }

  /** Python's number with the decimal separator of the language. */
  #local(number: string): string {
    return number.replace('.', this.#point)
  }

  #join(items: readonly string[], pattern: string): string {
    const last = items.at(-1) ?? ''
    if (items.length < 2) return last
    return this.#filled(pattern, { first: this.#row(items.slice(0, -1)), last })
  }

  #row(items: readonly string[]): string {
    return items.reduce((first, next) => this.#filled('{first}, {next}', { first, next }))
  }

  #filled(pattern: string, values: Values): string {
    return this.render(plainText(pattern), values)
  }

  #quote(name: string): string {
    return this.#filled('“{name}”', { name })
  }

  #quoted(pattern: string): Form {
    return (value: readonly unknown[]) => {
      const names = value.slice(0, MAX_QUOTED).map((item) => this.#quote(this.#formed(item, '')))
      if (value.length > names.length) return this.#filled('{names} …', { names: this.#row(names) })
      return this.#join(names, pattern)
    }
  }

  #joined(pattern: string): Form {
    return (value: readonly unknown[]) =>
      this.#join(
        value.map((item) => this.#formed(item, '')),
        pattern,
      )
  }

  #shape(value: Shape): string {
    const axes = value.map((axis) => (axis === null ? '?' : String(axis)))
    if (value[0] === null) axes[0] = this.text('batch')
    return `(${axes.join(', ')})`
  }

  #times(value: Shape): string {
    return value.map((axis) => axis ?? '?').join('×')
  }

  #values(value: Shape): string {
    if (value.length > 1 || value.includes(null))
      return this.#filled('{shape:times} values', { shape: value })
    return this.render(COUNTED, { count: value[0] ?? 1 })
  }

  #tensors(value: readonly [string, Shape][]): string {
    const each = value
      .slice(0, MAX_TENSORS)
      .map(([source, shape]) => this.#filled('“{source}” gives {shape:shape}', { source, shape }))
    return this.#join(each, '{first} and {last}')
  }

  #bytes(value: number): string {
    let [size, power] = [value, 0]
    for (; size >= 1000 && power < UNITS.length - 1; power += 1) size /= 1000
    return this.#filled(`{size} ${UNITS[power]}`, { size: this.#number(size, '.3g') })
  }

  #duration(value: number): string {
    const [size, text] = DURATIONS.find(([size]) => value >= size) ?? [1, SECOND]
    return this.render(text, { count: roundHalfEven(value / size) })
  }

  #way(value: readonly string[]): string {
    return value.map((name) => (name === '…' ? name : this.#quote(name))).join(' → ')
  }

  readonly #writers: Readonly<Record<string, Form>> = {
    and: this.#quoted('{first} and {last}'),
    or: this.#quoted('{first} or {last}'),
    names: this.#joined('{first} and {last}'),
    kinds: this.#joined('{first} or {last}'),
    list: (value: readonly unknown[]) =>
      value.length === 0 ? '' : this.#row(value.map((item) => this.#formed(item, ''))),
    shape: (value: Shape) => this.#shape(value),
    times: (value: Shape) => this.#times(value),
    axes: (value: Shape) => (value.length === 0 ? this.text('one value') : this.#times(value)),
    values: (value: Shape) => this.#values(value),
    tensors: (value: readonly [string, Shape][]) => this.#tensors(value),
    bytes: (value: number) => this.#bytes(value),
    duration: (value: number) => this.#duration(value),
    path: (value: readonly unknown[]) => value.join(' › '),
    way: (value: readonly string[]) => this.#way(value),
  }
}

const SECOND = (DURATIONS.at(-1) as [number, Template])[1]

interface Part {
  text?: string
  code?: string
  arguments?: Values
}

function placesOf({ text, many, by }: Template): string[] {
  const places = Array.from(`${text}${many ?? ''}`.matchAll(PLACE), ([, name]) => name)
  return [by, ...places].filter((name) => name != null)
}

/** Python's format “.1e”: an exponent has two digits at least. */
function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Python's format “g”: so many significant digits, without trailing zeros. */
function general(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits))
  const power = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)))
  if (power >= -4 && power < digits) return String(rounded)
  return exponential(rounded, digits - 1).replace(/\.?0+e/, 'e')
}

/** Python rounds a half to the even neighbour. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value)
  return value - down === 0.5 && down % 2 === 0 ? down : Math.round(value)
}
