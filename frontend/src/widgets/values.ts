/** The text in a parameter's field, and the value that it means. */
import type { Param } from '../contract'
import { t } from '../words/t'

export type Read = { value: unknown } | { wrong: string }

const LISTS = ['integers', 'integer_or_integers', 'numbers', 'number_or_numbers']

/** Return a value as its field shows it: 3 × 3, 0.5, a word. */
export function written(param: Pick<Param, 'type'>, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) && LISTS.includes(param.type))
    return value.map((item) => (item === null ? '?' : String(item))).join(' × ')
  if (Array.isArray(value) && param.type === 'strings') return value.join(', ')
  if (typeof value === 'number') return String(roundedForEye(value))
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function roundedForEye(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6))
}

/** Read a field; nothing typed means the default. */
export function read(param: Param, text: string): Read {
  const trimmed = text.trim()
  if (trimmed === '') return { value: undefined }
  switch (param.type) {
    case 'integer':
    case 'number':
    case 'schedule':
      return number(param, trimmed, param.type === 'integer')
    case 'integers':
    case 'integer_or_integers':
      return list(param, trimmed, true)
    case 'numbers':
    case 'number_or_numbers':
      return list(param, trimmed, false)
    case 'strings':
      return { value: trimmed.split(',').map((word) => word.trim()) }
    case 'json':
      return json(trimmed)
    default:
      return { value: text }
  }
}

function number(param: Param, text: string, whole: boolean): Read {
  const value = Number(text.replace(/^(\d+),(\d+)$/, '$1.$2'))
  if (!Number.isFinite(value)) return { wrong: t('fields.number') }
  if (whole && !Number.isSafeInteger(value)) return { wrong: t('fields.whole') }
  if (param.minimum !== null && value < param.minimum)
    return { wrong: t('fields.least', { limit: String(param.minimum) }) }
  if (param.maximum !== null && value > param.maximum)
    return { wrong: t('fields.most', { limit: String(param.maximum) }) }
  return { value }
}

function list(param: Param, text: string, whole: boolean): Read {
  const parts = text
    .replace(/^[([]|[)\]]$/g, '')
    .split(/[\s,;×x*]+/i)
    .filter(Boolean)
  const values: (number | null)[] = []
  for (const part of parts) {
    if (['?', 'none', 'null'].includes(part.toLowerCase())) values.push(null)
    else {
      const result = number(param, part, whole)
      if ('wrong' in result) return result
      values.push(result.value as number)
    }
  }
  const single = param.type.includes('_or_') && values.length === 1
  if (single) return { value: values[0] }
  if (param.length !== null && values.length !== param.length)
    return { wrong: t('fields.length', { count: param.length, example: example(param.length) }) }
  return { value: values }
}

function example(length: number): string {
  return Array.from({ length }, () => '2').join(' × ')
}

function json(text: string): Read {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { wrong: t('fields.json') }
  }
}
