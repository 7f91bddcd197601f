/** Nested objects in forms: which can be chosen, and how they are written. */
import type { Catalogue, Entry, Param } from '../contract'
import { only } from '../document/layers'
import { isObject } from '../document/model'

export interface Nested {
  class: string
  params: Record<string, unknown>
}

export const NESTED: ReadonlySet<Param['type']> = new Set([
  'activation',
  'initializer',
  'regularizer',
  'constraint',
  'layer',
])

/** Return what can be chosen for a parameter that holds an object. */
export function choicesFor(catalogue: Catalogue, param: Pick<Param, 'type' | 'name'>): Entry[] {
  if (param.type !== 'layer' && param.type !== 'layers')
    return catalogue.objects.filter(({ kind }) => kind === param.type)
  if (/^cells?$/.test(param.name)) return catalogue.objects.filter(({ kind }) => kind === 'cell')
  return catalogue.layers
    .filter(({ name, kind, refused }) => kind === 'layer' && !refused && name !== 'Input')
    .map((entry) => only(entry, false)) // nothing calls a wrapped layer by itself
}

/** Return an object that is written by its name alone or with its parameters. */
export function asNested(value: unknown): Nested | null {
  if (typeof value === 'string') return { class: value, params: {} }
  if (!isObject(value) || typeof value.class !== 'string') return null
  return { class: value.class, params: isObject(value.params) ? value.params : {} }
}

/** Return the entry that a written name means: "glorot_uniform" is GlorotUniform. */
export function entryFor(entries: readonly Entry[], name: string | undefined): Entry | undefined {
  if (name === undefined) return undefined
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase()
  return (
    entries.find((entry) => entry.name === name) ??
    entries.find((entry) => plain(entry.name) === plain(name))
  )
}

/** Write an object: an activation without parameters by its name, anything else in full. */
export function writtenAs(param: Pick<Param, 'type'>, nested: Nested): unknown {
  const bare = Object.keys(nested.params).length === 0
  return param.type === 'activation' && bare ? nested.class : nested
}
