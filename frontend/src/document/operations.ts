/**
 * The rules of operations on plain JSON with structural sharing: the same as in
 * engine/document/operations.py, tested by the same cases (tests/operations.json). The server judges
 * values; what it alone can refuse comes back as `Refused`.
 */
import type { Document, Operation } from '../contract'
import {
  checkParamName,
  DOCUMENT,
  fill,
  isId,
  isObject,
  MEMBERS,
  type Model,
  PARTS,
  RefusedError,
} from './model'

type Path = readonly string[]
type Fields = Record<string, unknown>

export interface Applied {
  document: Document
  /** The operation as it was understood, with every default filled in. */
  operation: Operation
}

export interface Refused {
  code: RefusedError['code']
  message: string
}

const FIXED = new Set(['id', 'version', 'graphs', 'nodes', 'edges'])

/** Return the changed document and the operation as understood, or why it can't be. */
export function apply(document: Document, operation: Operation): Applied | Refused {
  try {
    const result = changed(document, operation)
    return { document: result, operation: understood(result, operation) }
  } catch (error) {
    if (error instanceof RefusedError) return { code: error.code, message: error.message }
    throw error
  }
}

export function isRefused(result: Applied | Refused): result is Refused {
  return 'code' in result
}

/** Apply in order; what can't be applied is left out and told by its index. */
export function applyAll(
  document: Document,
  operations: readonly Operation[],
): { document: Document; applied: Operation[]; refused: [number, Refused][] } {
  const applied: Operation[] = []
  const refused: [number, Refused][] = []
  operations.forEach((operation, index) => {
    const result = apply(document, operation)
    if (isRefused(result)) refused.push([index, result])
    else {
      document = result.document
      applied.push(result.operation)
    }
  })
  return { document, applied, refused }
}

/** Return the path of what `operation` writes: the member that it adds, or the place it names. */
export function placeOf(operation: Operation): string[] {
  if (operation.type === 'replace') return []
  if (operation.type === 'add') return [...operation.path, (operation.item as { id: string }).id]
  return operation.path
}

/** Return the operation that undoes `operation`, which must apply to `document`. */
export function invert(document: Document, operation: Operation): Operation {
  switch (operation.type) {
    case 'replace':
      return { type: 'replace', document }
    case 'add':
      return { type: 'remove', path: placeOf(operation) }
    case 'remove':
      return { type: 'add', path: operation.path.slice(0, -1), item: at(document, operation.path) }
    case 'set':
    case 'unset': {
      const value = at(document, operation.path)
      if (value === undefined) return { type: 'unset', path: operation.path }
      return { type: 'set', path: operation.path, value }
    }
  }
}

/** Return what stands at `path`, or undefined when nothing does. */
export function at(document: Document, path: Path): unknown {
  return path.reduce<unknown>(child, document)
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value.find((member) => isObject(member) && member.id === step)
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function changed(document: Document, operation: Operation): Document {
  switch (operation.type) {
    case 'replace':
      return replaced(operation.document)
    case 'add':
      return add(document, operation.path, operation.item)
    case 'remove':
      return remove(document, operation.path)
    case 'set':
      return write(document, operation.path, () => operation.value)
    case 'unset':
      return write(document, operation.path, initial)
  }
}

function understood(result: Document, operation: Operation): Operation {
  switch (operation.type) {
    case 'replace':
      return { ...operation, document: result }
    case 'add':
      return { ...operation, item: fill(collection(operation.path), operation.item) }
    case 'set':
      return { ...operation, value: at(result, operation.path) }
    default:
      return operation
  }
}

function replaced(value: unknown): Document {
  const document = fill(DOCUMENT, value) as unknown as Document
  refuseDuplicates(document.graphs)
  for (const graph of document.graphs) {
    refuseDuplicates(graph.nodes)
    refuseDuplicates(graph.edges)
  }
  if (!document.graphs.some((graph) => graph.id === 'main'))
    throw new RefusedError('bad_value', 'A document needs a graph with the id “main”.')
  return document
}

function refuseDuplicates(members: readonly { id: string }[]): void {
  if (new Set(members.map((member) => member.id)).size < members.length)
    throw new RefusedError('bad_value', 'Two members have the same id.')
}

function nothingThere(path: Path): RefusedError {
  return new RefusedError('nothing_there', `There is no ${path.join(' › ')} in this document.`)
}

function collection(path: Path): Model {
  const last = path.at(-1) ?? ''
  const model = Object.hasOwn(MEMBERS, last) ? MEMBERS[last] : undefined
  if (!model || (path.length !== 1 && path.length !== 3)) throw nothingThere(path)
  return model
}

/** Rebuild the spine from `owner` down `path`, with `change` applied to what stands there. */
function into<T>(owner: T, path: Path, whole: Path, change: (value: unknown) => unknown): T {
  const [step, ...rest] = path
  if (step === undefined) return change(owner) as T
  const present = child(owner, step)
  if (present === undefined) throw nothingThere(whole)
  const value = into(present, rest, whole, change)
  if (Array.isArray(owner)) return owner.map((member) => (member === present ? value : member)) as T
  return { ...owner, [step]: value }
}

function membersOf(owner: unknown, name: string, path: Path): { id: string }[] {
  const members = child(owner, name)
  if (!Array.isArray(members)) throw nothingThere(path)
  return members
}

function add(document: Document, path: Path, given: unknown): Document {
  const item = fill(collection(path), given) as { id: string } & Fields
  if (!isId(item.id)) throw new RefusedError('bad_value', 'This is no id.')
  const name = path.at(-1) as string
  return into(document, path.slice(0, -1), path, (owner) => {
    const members = membersOf(owner, name, path)
    if (members.some((member) => member.id === item.id))
      throw new RefusedError('id_taken', `The id ${item.id} is already used.`)
    return { ...(owner as Fields), [name]: [...members, item] }
  })
}

function remove(document: Document, path: Path): Document {
  collection(path.slice(0, -1))
  const name = path.at(-2) as string
  const id = path.at(-1)
  if (path.length === 2 && id === 'main')
    throw new RefusedError('bad_value', 'A document needs a graph with the id “main”.')
  return into(document, path.slice(0, -2), path, (owner) => {
    const members = membersOf(owner, name, path)
    const kept = members.filter((member) => member.id !== id)
    if (kept.length === members.length) throw nothingThere(path)
    return { ...(owner as Fields), [name]: kept }
  })
}

const ABSENT = Symbol('absent')

type NewValue = (field: Model[string] | undefined, path: Path) => unknown

const initial: NewValue = (field, path) => {
  if (!field) return ABSENT
  if (!field.initial) throw nothingThere(path)
  return field.initial()
}

/** Write one property: of a part of the document, or one key of a `params`. */
function write(document: Document, path: Path, value: NewValue): Document {
  const place = path.slice(0, -1)
  if (place.at(-1) === 'params')
    return into(document, place.slice(0, -1), path, (owner) => writeParam(owner, path, value))
  const model = modelAt(place)
  return into(document, place, path, (owner) => {
    const last = path.at(-1) as string
    const field = model && Object.hasOwn(model, last) ? model[last] : undefined
    if (!field || FIXED.has(last) || !isObject(owner)) throw nothingThere(path)
    return { ...owner, [last]: field.complete(value(field, path)) }
  })
}

function writeParam(owner: unknown, path: Path, value: NewValue): unknown {
  const params = child(owner, 'params')
  if (!isObject(owner) || !isObject(params)) throw nothingThere(path)
  const last = path.at(-1) as string
  const { [last]: _, ...rest } = params
  const written = value(undefined, path)
  if (written === ABSENT) return { ...owner, params: rest }
  checkParamName(last)
  return { ...owner, params: { ...rest, [last]: written } }
}

/** Which model describes what stands at `place`; undefined for values that have no parts. */
function modelAt(place: Path): Model | undefined {
  if (place.includes('params')) return undefined
  const name = place.at(-2)
  if (
    (place.length === 2 || place.length === 4) &&
    name !== undefined &&
    Object.hasOwn(MEMBERS, name)
  )
    return MEMBERS[name]
  if (place.length === 0) return DOCUMENT
  const last = place.at(-1) as string
  return Object.hasOwn(PARTS, last) ? PARTS[last] : undefined
}
