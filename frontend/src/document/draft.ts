/**
 * A document while a batch of operations is applied to it, by the rules of
 * engine/document/draft.py: members are kept by id, so that each operation costs what it touches,
 * and arrays are rebuilt once, at the end. What does not change is shared, not copied.
 */
import type { Document, Edge, Frame, Graph, Node, Note, Operation } from '../contract'
import { type Members, membersOf } from './facts'
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
const KINDS = ['nodes', 'edges', 'frames', 'notes'] as const
type Kind = (typeof KINDS)[number]
type Member = Node | Edge | Frame | Note
type NewValue = (field: Model[string] | undefined, path: Path) => unknown

const FIXED = new Set(['id', 'version', 'graphs', ...KINDS])
const ABSENT = Symbol('absent')

/** The members of one kind while operations are applied to them. */
class OpenMembers {
  readonly #index: Members<Member>
  /** Members in the places of others with the same ids. */
  readonly #replaced = new Map<string, Member>()
  /** All members, once one is added or removed. */
  #all: Map<string, Member> | null = null

  constructor(list: readonly Member[]) {
    this.#index = membersOf(list)
  }

  get(id: string): Member | undefined {
    if (this.#all) return this.#all.get(id)
    return this.#replaced.get(id) ?? this.#index.get(id)
  }

  has(id: string): boolean {
    return this.#all ? this.#all.has(id) : this.#index.has(id)
  }

  put(member: Member): void {
    if (!this.#all && this.has(member.id)) this.#replaced.set(member.id, member)
    else this.#own().set(member.id, member)
  }

  drop(id: string): void {
    this.#own().delete(id)
  }

  close(): Member[] {
    return this.#all ? [...this.#all.values()] : this.#index.replaced(this.#replaced)
  }

  #own(): Map<string, Member> {
    if (!this.#all) {
      this.#all = new Map(this.#index.list.map((member) => [member.id, member]))
      for (const [id, member] of this.#replaced) this.#all.set(id, member)
    }
    return this.#all
  }
}

/** A graph whose lists are rebuilt once, after all operations that change their members. */
class OpenGraph {
  readonly #changed = new Map<Kind, OpenMembers>()

  constructor(public shell: Graph) {}

  members(kind: Kind): Pick<OpenMembers, 'get' | 'has'> {
    return this.#changed.get(kind) ?? membersOf(this.shell[kind] as Member[])
  }

  put(kind: Kind, member: Member): void {
    this.#open(kind).put(member)
  }

  drop(kind: Kind, id: string): void {
    this.#open(kind).drop(id)
  }

  close(): Graph {
    if (this.#changed.size > 0) {
      const lists = [...this.#changed].map(([kind, members]) => [kind, members.close()])
      this.shell = { ...this.shell, ...Object.fromEntries(lists) }
      this.#changed.clear()
    }
    return this.shell
  }

  #open(kind: Kind): OpenMembers {
    let members = this.#changed.get(kind)
    if (!members) {
      members = new OpenMembers(this.shell[kind] as Member[])
      this.#changed.set(kind, members)
    }
    return members
  }
}

export class Draft {
  #shell: Document
  #graphs: Map<string, OpenGraph>

  constructor(document: Document) {
    this.#shell = document
    this.#graphs = opened(document)
  }

  /** Return the document as it is now. */
  document(): Document {
    const graphs = [...this.#graphs.values()].map((graph) => graph.close())
    const before = this.#shell.graphs
    const same = graphs.length === before.length && graphs.every((graph, i) => graph === before[i])
    if (!same) this.#shell = { ...this.#shell, graphs: graphs as Document['graphs'] }
    return this.#shell
  }

  /** Return the value at `path`, or undefined. */
  at(path: Path): unknown {
    const [first, graph = '', kind, id = ''] = path
    const owner = first === 'graphs' ? this.#graphs.get(graph) : undefined
    if (!owner || path.length < 3) return at(this.document(), path)
    if (!isKind(kind)) return at(owner.shell, path, 2)
    return path.length === 3 ? owner.close()[kind] : at(owner.members(kind).get(id), path, 4)
  }

  /** Apply an operation and return it as it was understood. Throws RefusedError. */
  apply(operation: Operation): Operation {
    switch (operation.type) {
      case 'replace':
        this.#shell = replaced(operation.document)
        this.#graphs = opened(this.#shell)
        return { ...operation, document: this.#shell }
      case 'add':
        return { ...operation, item: this.#add(operation.path, operation.item) }
      case 'remove':
        this.#remove(operation.path)
        return operation
      case 'set':
        this.#write(operation.path, () => operation.value)
        return { ...operation, value: this.at(operation.path) }
      case 'unset':
        this.#write(operation.path, initial)
        return operation
    }
  }

  #graph(id: string | undefined, path: Path): OpenGraph {
    const graph = this.#graphs.get(id ?? '')
    if (!graph) throw nothingThere(path)
    return graph
  }

  #add(path: Path, value: unknown): Fields {
    const [, graph, kind] = path
    const item = fill(collection(path), value) as unknown as Member & Graph & Fields
    if (!isId(item.id)) throw new RefusedError('bad_value', 'This is no id.')
    const owner = isKind(kind) ? this.#graph(graph, path) : null
    const members = owner && isKind(kind) ? owner.members(kind) : this.#graphs
    if (members.has(item.id))
      throw new RefusedError('id_taken', `The id ${item.id} is already used.`)
    if (owner && isKind(kind)) owner.put(kind, item)
    else this.#graphs.set(item.id, new OpenGraph(item))
    return item
  }

  #remove(path: Path): void {
    collection(path, path.length - 1)
    const id = path.at(-1) as string
    const [, graph, kind] = path
    const owner = isKind(kind) ? this.#graph(graph, path) : null
    const members = owner && isKind(kind) ? owner.members(kind) : this.#graphs
    if (!owner && id === 'main') throw withoutMain()
    if (!members.has(id)) throw nothingThere(path)
    if (owner && isKind(kind)) owner.drop(kind, id)
    else this.#graphs.delete(id)
  }

  #write(path: Path, value: NewValue): void {
    const [first, graph, kind, id = ''] = path
    if (first === 'graphs' && path.length > 4 && isKind(kind)) {
      const owner = this.#graph(graph, path)
      const member = owner.members(kind).get(id)
      if (!member) throw nothingThere(path)
      owner.put(kind, write(member, path.slice(4), path, value))
    } else if (first === 'graphs' && path.length > 2) {
      const owner = this.#graph(graph, path)
      owner.shell = write(owner.shell, path.slice(2), path, value)
    } else this.#shell = write(this.#shell, path, path, value)
  }
}

/** Return the part of a value that `path` leads to from its step `start` on, or undefined. */
export function at(value: unknown, path: Path, start = 0): unknown {
  let part = value
  for (let i = start; i < path.length; i += 1) part = child(part, path[i] as string)
  return part
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value.find((member) => isObject(member) && member.id === step)
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function opened(document: Document): Map<string, OpenGraph> {
  return new Map(document.graphs.map((graph) => [graph.id, new OpenGraph(graph)]))
}

function isKind(name: string | undefined): name is Kind {
  return KINDS.some((kind) => kind === name)
}

function replaced(value: unknown): Document {
  const document = fill(DOCUMENT, value) as unknown as Document
  refuseDuplicates(document.graphs)
  for (const graph of document.graphs) {
    refuseDuplicates(graph.nodes)
    refuseDuplicates(graph.edges)
    refuseDuplicates(graph.frames)
    refuseDuplicates(graph.notes)
  }
  if (!document.graphs.some((graph) => graph.id === 'main')) throw withoutMain()
  return document
}

function withoutMain(): RefusedError {
  return new RefusedError('bad_value', 'A document needs a graph with the id “main”.')
}

function refuseDuplicates(members: readonly { id: string }[]): void {
  if (new Set(members.map((member) => member.id)).size < members.length)
    throw new RefusedError('bad_value', 'Two members have the same id.')
}

function nothingThere(path: Path): RefusedError {
  return new RefusedError('nothing_there', `There is no ${path.join(' › ')} in this document.`)
}

/** Which model the members of the collection at the first `length` steps of `path` have. */
function collection(path: Path, length = path.length): Model {
  const last = path[length - 1]
  const isCollection = length === 1 ? last === 'graphs' : length === 3 && isKind(last)
  if (!isCollection || path[0] !== 'graphs') throw nothingThere(path)
  return MEMBERS[last as string] as Model
}

/** Return `owner` with the property at `rest` in it written; `path` is where that is in all. */
function write<T>(owner: T, rest: Path, path: Path, value: NewValue): T {
  const place = rest.slice(0, -1)
  if (place.at(-1) === 'params')
    return into(owner, place.slice(0, -1), path, (part) => writeParam(part, path, value))
  const model = modelAt(path.slice(0, -1))
  return into(owner, place, path, (part) => {
    const last = path.at(-1) as string
    const field = model && Object.hasOwn(model, last) ? model[last] : undefined
    if (!field || FIXED.has(last) || !isObject(part)) throw nothingThere(path)
    return { ...part, [last]: field.complete(value(field, path)) }
  })
}

/** Copy the objects from `owner` along `rest`, and apply `change` to the last. */
function into<T>(owner: T, rest: Path, path: Path, change: (value: unknown) => unknown): T {
  const [step, ...further] = rest
  if (step === undefined) return change(owner) as T
  const present = child(owner, step)
  if (present === undefined || Array.isArray(owner)) throw nothingThere(path)
  return { ...owner, [step]: into(present, further, path, change) }
}

function initial(field: Model[string] | undefined, path: Path): unknown {
  if (!field) return ABSENT
  if (!field.initial) throw nothingThere(path)
  return field.initial()
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

/** The model of the value at `place`; undefined for values without fields. */
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
