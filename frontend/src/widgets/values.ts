/** The text in a parameter's field, and the value that it means: what is written reads as itself. */
import type { Param } from '../contract'
import { Mixed } from '../document/common'
import { t } from '../words/t'
import { type Item, readList, readNumber, type Unreadable } from './arithmetic'

export type Read = { value: unknown } | { wrong: string }

const NUMBER: ReadonlySet<Param['type']> = new Set(['integer', 'number', 'schedule'])
const WHOLE: ReadonlySet<Param['type']> = new Set(['integer', 'integers', 'integer_or_integers'])
const LIST: ReadonlySet<Param['type']> = new Set([
  'integers',
  'integer_or_integers',
  'numbers',
  'number_or_numbers',
])
/** The most characters of a value that is typed. */
const LONGEST = 100_000
const NONE = /^(none|null)$/i

/** Return a value as its field shows it: 3 × 3, 0.5, a word; nothing for a default. */
export function written(param: Pick<Param, 'type'>, value: unknown): string {
  const { type } = param
  if (value === undefined || value instanceof Mixed) return ''
  if (value === null) return NUMBER.has(type) || LIST.has(type) || type === 'json' ? 'None' : ''
  if (Array.isArray(value) && LIST.has(type)) return listed(value, type.includes('_or_'))
  if (Array.isArray(value) && type === 'strings') return stringed(value)
  return typeof value === 'string' && type !== 'json' ? value : JSON.stringify(value)
}

/** Return the default of a parameter as its field shows it. */
export function writtenDefault(param: Param): string {
  return param.default === null ? '' : written(param, param.default)
}

/** A list; of one or no number as a tuple, where a single number would mean something else. */
function listed(values: readonly unknown[], orSingle: boolean): string {
  if (!values.every((item) => item === null || typeof item === 'number'))
    return JSON.stringify(values)
  const items = values.map((item) => (item === null ? '?' : String(item)))
  if (items.length === 0) return '()'
  return items.length === 1 && orSingle ? `(${items[0]},)` : items.join(' × ')
}

function stringed(values: readonly unknown[]): string {
  const isPlain = (item: unknown) =>
    typeof item === 'string' && item !== '' && item.trim() === item && !/[,"[]/.test(item)
  return values.length > 0 && values.every(isPlain) ? values.join(', ') : JSON.stringify(values)
}

/** Return why a text can't be stored, in words; empty if it can. */
export function unstorable(text: string, longest: number): string {
  // Python counts characters, not UTF-16 units.
  const count = [...text].length
  if (count > longest) return t('fields.tooLong', { limit: longest, count })
  return /[\0\p{Surrogate}]/u.test(text) ? t('fields.unstorable') : ''
}

/** Read a field; nothing typed means the default. */
export function read(param: Param, text: string): Read {
  const trimmed = text.trim()
  if (trimmed === '') return { value: undefined }
  const wrong = unstorable(trimmed, LONGEST)
  if (wrong) return { wrong }
  if (NUMBER.has(param.type) || LIST.has(param.type)) {
    if (param.nullable && NONE.test(trimmed)) return { value: null }
    return LIST.has(param.type) ? list(param, trimmed) : number(param, trimmed)
  }
  if (param.type === 'strings') return strings(trimmed)
  if (param.type === 'json') return json(trimmed)
  return { value: text }
}

function number(param: Param, text: string): Read {
  const result = readNumber(text, WHOLE.has(param.type))
  if ('unreadable' in result) return unreadable(result.unreadable, param)
  const [value = null] = result.items
  return wrongNumber(param, value) ?? { value }
}

function list(param: Param, text: string): Read {
  const result = readList(text)
  if ('unreadable' in result) return unreadable(result.unreadable, param)
  const { items, tuple } = result
  for (const item of items) {
    const wrong = item === null ? null : wrongNumber(param, item)
    if (wrong) return wrong
  }
  if (param.type.includes('_or_') && !tuple && items[0] !== null) return { value: items[0] }
  if (param.length !== null && items.length !== param.length) return wrongLength(param.length)
  return { value: items }
}

/** Read numbers of any length, with a space, a comma or a semicolon between them. */
export function readNumbers(text: string, count: number): Read {
  const result = readList(text)
  if ('unreadable' in result) return unreadable(result.unreadable, { type: 'numbers' })
  const { items } = result
  if (items.includes(null)) return { wrong: t('fields.noNumber') }
  if (items.length !== count) return { wrong: t('fields.count', { count, found: items.length }) }
  return { value: items }
}

/** Return what is wrong with a number, if anything is. */
function wrongNumber(param: Param, value: Item): { wrong: string } | null {
  if (value === null) return null
  const number = String(value)
  if (WHOLE.has(param.type) && !Number.isInteger(value))
    return { wrong: t('fields.whole', { number }) }
  if (WHOLE.has(param.type) && !Number.isSafeInteger(value)) return { wrong: t('fields.size') }
  if (param.minimum !== null && value < param.minimum)
    return { wrong: t('fields.least', { limit: String(param.minimum) }) }
  if (param.maximum !== null && value > param.maximum)
    return { wrong: t('fields.most', { limit: String(param.maximum) }) }
  return null
}

function wrongLength(count: number): { wrong: string } {
  const example = Array.from({ length: count }, () => '2').join(' × ')
  return { wrong: t('fields.length', { count, example }) }
}

function unreadable(what: Unreadable, { type }: Pick<Param, 'type'>): { wrong: string } {
  switch (what.why) {
    case 'piece':
      if (LIST.has(type)) return { wrong: t('fields.pieceOfList', { piece: what.piece }) }
      if (WHOLE.has(type)) return { wrong: t('fields.pieceOfWhole', { piece: what.piece }) }
      return { wrong: t('fields.pieceOfNumber', { piece: what.piece }) }
    case 'ambiguous':
      return { wrong: t('fields.ambiguous', ambiguity(what.piece)) }
    case 'missing':
      return { wrong: t('fields.missing') }
    case 'zero':
      return { wrong: t('fields.zero') }
    case 'size':
      return { wrong: t('fields.size') }
  }
}

function ambiguity(piece: string): { piece: string; thousands: string; decimal: string } {
  const decimal = piece.includes('.') ? String(Number(piece)) : piece.replace(',', '.')
  return { piece, thousands: piece.replace(/[.,]/, ''), decimal }
}

/** Words with commas between them, or a list in JSON where a word has a comma of its own. */
function strings(text: string): Read {
  if (text.startsWith('[')) {
    const result = json(text)
    const isStrings =
      'value' in result &&
      Array.isArray(result.value) &&
      result.value.every((item) => typeof item === 'string')
    return isStrings ? result : { wrong: t('fields.strings') }
  }
  const words = text.split(',').map((word) => word.trim())
  return words.includes('') ? { wrong: t('fields.strings') } : { value: words }
}

/** JSON, or Python's tuples and None where no text could be meant. */
function json(text: string): Read {
  const value = parsed(text) ?? parsed(fromPython(text))
  if (value === undefined) return { wrong: t('fields.json') }
  return holdsExactly(value) ? { value } : { wrong: t('fields.size') }
}

function parsed(text: string): unknown {
  try {
    // -0 is 0 in documents.
    return JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value)) as unknown
  } catch {
    return undefined
  }
}

function fromPython(text: string): string {
  if (/["'\\]/.test(text)) return text
  const words = { None: 'null', True: 'true', False: 'false' } as const
  const plain = text
    .replace(/\b(None|True|False)\b/g, (word) => words[word as keyof typeof words])
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replace(/,\s*\]/g, ']')
  return plain.includes(',') && !/^[[{]/.test(plain) ? `[${plain}]` : plain
}

/** Whether no number lost digits when it was read. */
function holdsExactly(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(holdsExactly)
}
