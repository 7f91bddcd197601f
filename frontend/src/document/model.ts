/**
 * Which properties a document's parts have, with their defaults: what `unset` gives back, and
 * what an item that leaves something out is completed with. The server validates values; here
 * only what the rules of operations need is known.
 */
import type { Document } from '../contract'

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

const asIs: Complete = (value) => value

function plain(initial: unknown): Field {
  return { initial: () => initial, complete: asIs }
}

const required: Field = { complete: asIs }

function list(model: () => Model): Field {
  return {
    initial: () => [],
    complete: (value) => asList(value).map((item) => fill(model(), item)),
  }
}

function part(model: () => Model, given?: unknown): Field {
  const complete: Complete = (value) => fill(model(), value)
  return { initial: () => complete(given ?? {}), complete }
}

function optional(model: () => Model): Field {
  return {
    initial: () => null,
    complete: (value) => (value === null ? null : fill(model(), value)),
  }
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

const POSITION: Model = { x: plain(0), y: plain(0) }

const PARAMS: Field = {
  initial: () => ({}),
  complete: (value) => {
    if (!isObject(value)) throw new RefusedError('bad_value', 'Parameters are an object.')
    for (const name of Object.keys(value)) checkParamName(name)
    return value
  },
}

export const NODE: Model = {
  id: required,
  layer: required,
  name: plain(''),
  params: PARAMS,
  position: part(() => POSITION),
  shares: plain(null),
  graph: plain(null),
}

export const EDGE: Model = {
  id: required,
  source: required,
  source_port: plain('output'),
  target: required,
  target_port: plain('inputs'),
  order: plain(0),
}

const ENDPOINT: Model = { node: required, port: plain('output') }

export const GRAPH: Model = {
  id: required,
  name: plain(''),
  nodes: list(() => NODE),
  edges: list(() => EDGE),
  inputs: { initial: () => [], complete: asList },
  outputs: list(() => ENDPOINT),
}

const OBJECT: Model = { class: required, params: PARAMS }
const BINDING: Model = { node: required, column: required }
const OUTPUT: Model = {
  node: required,
  loss: optional(() => OBJECT),
  weight: plain(1),
  metrics: {
    initial: () => null,
    complete: (value) => (value === null ? null : list(() => OBJECT).complete(value)),
  },
}

const TRAINING: Model = {
  data: plain(''),
  bindings: list(() => BINDING),
  loss: optional(() => OBJECT),
  outputs: list(() => OUTPUT),
  optimizer: part(() => OBJECT, { class: 'Adam' }),
  metrics: list(() => OBJECT),
  callbacks: list(() => OBJECT),
  batch_size: plain(32),
  epochs: plain(10),
  split: plain(0.2),
  seed: plain(0),
}

const TARGET: Model = { backend: plain('tensorflow'), device: plain('cpu') }

export const DOCUMENT: Model = {
  version: plain(2),
  name: plain('Untitled'),
  graphs: { ...list(() => GRAPH), initial: () => [fill(GRAPH, { id: 'main' })] },
  training: part(() => TRAINING),
  target: part(() => TARGET),
}

/** The collections of the document, by the name of the property that holds them. */
export const MEMBERS: Readonly<Record<string, Model>> = { graphs: GRAPH, nodes: NODE, edges: EDGE }

/** Which model stands behind a property that is a part of its own. */
export const PARTS: Readonly<Record<string, Model>> = {
  training: TRAINING,
  target: TARGET,
  position: POSITION,
  optimizer: OBJECT,
  loss: OBJECT,
}

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const PARAM_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/

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
