/** What a person types into a parameter's field, and the value that it means. */
import type { Entry, ObjectSpec, Param } from '../contract'

export type Typed = { value: unknown } | { wrong: string }

/** Return a value as it stands in a text field. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Read what was typed; an empty field means the default, as undefined. */
export function typed(param: Param, text: string): Typed {
  const trimmed = text.trim()
  if (trimmed === '') return { value: undefined }
  if (param.type === 'string' || param.type === 'choice') return { value: trimmed }
  if (param.type === 'integer' || param.type === 'number') return number(param, trimmed)
  return json(trimmed)
}

function number(param: Param, text: string): Typed {
  const value = Number(text)
  if (!Number.isFinite(value)) return { wrong: 'This must be a number.' }
  if (param.type === 'integer' && !Number.isInteger(value))
    return { wrong: 'This must be a whole number.' }
  if (param.minimum !== null && value < param.minimum)
    return { wrong: `This must be ${param.minimum} or more.` }
  if (param.maximum !== null && value > param.maximum)
    return { wrong: `This must be ${param.maximum} or less.` }
  return { value }
}

function json(text: string): Typed {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { wrong: 'This must be a number, or a list such as [1, 2].' }
  }
}

/** Return the object with one parameter changed; the default, or undefined, is left out. */
export function withParam(spec: ObjectSpec, param: Param, value: unknown): ObjectSpec {
  const { [param.name]: _, ...params } = spec.params
  const plain = value === undefined || JSON.stringify(value) === JSON.stringify(param.default)
  return { class: spec.class, params: plain ? params : { ...params, [param.name]: value } }
}

/** Return a new object of this class, with the parameters of `before` that it has too. */
export function changedClass(entry: Entry, before: ObjectSpec | null): ObjectSpec {
  const known = new Set(entry.params.map((param) => param.name))
  const kept = Object.entries(before?.params ?? {}).filter(([name]) => known.has(name))
  return { class: entry.name, params: Object.fromEntries(kept) }
}
