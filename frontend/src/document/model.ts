/**
 * Completes what an edit leaves out of a document's parts, and knows their defaults: what `unset`
 * gives back. Fields and defaults are the engine's (FIELDS, in the contract). The server validates
 * values; here only what the rules of operations need is known.
 */
import { type Document, FIELDS, type FieldSpec, ID_PATTERN, PARAM_NAME_PATTERN } from '../contract'

/** Make a complete value from what was given, or from nothing. */
type Complete = (value: unknown) => unknown

interface Field {
  /** Absent for a required property. */
  initial?: () => unknown
  complete: Complete
}

export type Model = Readonly<Record<string, Field>>

export class RefusedError extends Error {
  constructor(
    readonly code: 'nothing_there' | 'id_taken' | 'bad_value' | 'bad_document',
    message: string,
  ) {
    super(message)
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new RefusedError('bad_value', 'A list is wanted here.')
}

/** Return `value` with every property that `model` knows, refusing those it does not. */
export function fill(model: Model, value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new RefusedError('bad_value', 'An object is wanted here.')
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(model, name))
  if (unknown !== undefined) throw new RefusedError('bad_value', `${unknown} is not known here.`)
  const filled: Record<string, unknown> = {}
  for (const name of Object.keys(model)) {
    const field = model[name] as Field
    if (Object.hasOwn(value, name)) filled[name] = field.complete(value[name])
    else if (field.initial) filled[name] = field.initial()
    else throw new RefusedError('bad_value', `${name} is missing.`)
  }
  return filled
}

const MODELS: Readonly<Record<string, Model>> = Object.fromEntries(
  Object.entries(FIELDS).map(([name, fields]) => [name, modelOf(fields)]),
)

function modelOf(fields: Record<string, FieldSpec>): Model {
  const entries = Object.entries(fields).map(([name, spec]) => [name, fieldOf(spec)])
  return Object.fromEntries(entries)
}

function fieldOf(spec: FieldSpec): Field {
  const complete = completing(spec)
  return 'initial' in spec
    ? { initial: () => complete(copied(spec.initial)), complete }
    : { complete }
}

function completing({ of, kinds, many, nullable, params }: FieldSpec): Complete {
  const part: Complete =
    of || kinds
      ? (value) => fill(MODELS[of ?? kindOf(kinds ?? {}, value)] as Model, value)
      : (value) => value
  const whole: Complete = many ? (value) => asList(value).map(part) : params ? checkedParams : part
  return nullable ? (value) => (value === null ? null : whole(value)) : whole
}

/** The model of a value that has several kinds. */
function kindOf(kinds: Readonly<Record<string, string>>, value: unknown): string {
  const name = isObject(value) ? kinds[String(value.type)] : undefined
  if (name === undefined)
    throw new RefusedError('bad_value', 'An object of a known type is wanted.')
  return name
}

/** Nobody shall write into a default. */
function copied(value: unknown): unknown {
  return isObject(value) ? { ...value } : value
}

function checkedParams(value: unknown): unknown {
  if (!isObject(value)) throw new RefusedError('bad_value', 'Parameters are an object.')
  for (const name of Object.keys(value)) checkParamName(name)
  return value
}

export const {
  Document: DOCUMENT,
  Graph: GRAPH,
  Node: NODE,
  Edge: EDGE,
} = MODELS as Record<'Document' | 'Graph' | 'Node' | 'Edge', Model>

/** The collections of the document, by the name of the property that holds them. */
export const MEMBERS = named(({ many, of }) => many === true && 'id' in (FIELDS[of ?? ''] ?? {}))

/** The model of a property whose value is an object with fields. */
export const PARTS = named(({ many, of }) => of !== undefined && !many)

/** The models of the properties that fit, by name; one name means one model. */
function named(fits: (spec: FieldSpec) => boolean): Readonly<Record<string, Model>> {
  const specs = Object.values(FIELDS).flatMap((fields) => Object.entries(fields))
  const fitting = specs.filter(([, spec]) => fits(spec))
  return Object.fromEntries(fitting.map(([name, { of }]) => [name, MODELS[of ?? ''] as Model]))
}

const ID = new RegExp(ID_PATTERN)
const PARAM_NAME = new RegExp(PARAM_NAME_PATTERN)

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

export function checkParamName(name: string): void {
  if (!PARAM_NAME.test(name)) throw new RefusedError('bad_value', `${name} is no parameter's name.`)
}

/** Return a new document: one empty graph, and every default. */
export function emptyDocument(): Document {
  return fill(DOCUMENT, {}) as unknown as Document
}
