/**
 * Texts in fields that the document can't take. They stay in their fields, marked as not saved,
 * until they are corrected or taken back, also while a field is not on the page.
 */
import type { Document, Graph, Node } from '../contract'
import { graphsOf, lookup } from '../document/lookup'
import { isObject } from '../document/model'
import { MAIN } from '../document/submodels'

/**
 * Where the value of a field lies in the document: keys, ids and places in lists. "@Adam" says
 * that the value so far is an object of this class or type, so that a draft doesn't outlive it.
 */
export type FieldPath = readonly string[]

export interface Draft {
  path: FieldPath
  /** The label of the field. */
  label: string
  text: string
  /** What is wrong with the text. */
  wrong: string
}

export class Drafts {
  #all = $state.raw<ReadonlyMap<string, Draft>>(new Map())
  /** The field that should take the focus; a new object each time. */
  sought = $state.raw<{ key: string } | null>(null)

  constructor(readonly document: () => Document) {}

  /** The drafts whose place in the document is still there, oldest first. */
  readonly list: readonly Draft[] = $derived.by(() => {
    if (this.#all.size === 0) return []
    const document = this.document()
    return [...this.#all.values()].filter(({ path }) => isThere(document, path))
  })

  of(path: FieldPath): Draft | undefined {
    return this.#all.get(keyOf(path))
  }

  /** Whether a field at or below a path has a draft. */
  within(path: FieldPath): boolean {
    return [...this.#all.values()].some((draft) => isBelow(draft.path, path))
  }

  keep(draft: Draft): void {
    this.#all = new Map([...this.#all, [keyOf(draft.path), draft]])
  }

  /** Forget the drafts at and below a path. */
  drop(path: FieldPath): void {
    if (!this.within(path)) return
    this.#all = new Map([...this.#all].filter(([, draft]) => !isBelow(draft.path, path)))
  }

  /** Ask the field of a draft to take the focus. */
  seek({ path }: Pick<Draft, 'path'>): void {
    this.sought = { key: keyOf(path) }
  }

  /** Whether the field at or below a path should take the focus. */
  isSought(path: FieldPath): boolean {
    const key = this.sought?.key
    return key !== undefined && (key === keyOf(path) || key.startsWith(`${keyOf(path)}/`))
  }
}

function keyOf(path: FieldPath): string {
  return path.join('/')
}

function isBelow(path: FieldPath, above: FieldPath): boolean {
  return above.every((step, at) => path[at] === step)
}

/** Return the graph of a field in the inspector. */
export function graphOfField(document: Document, [root, id = '']: FieldPath): Graph | undefined {
  return root === 'graphs' ? graphsOf(document).get(id) : undefined
}

/** Return the node of a field in the inspector. */
export function nodeOfField(document: Document, path: FieldPath): Node | undefined {
  const [root, graph = '', kind, id = ''] = path
  if (root !== 'graphs' || kind !== 'nodes') return undefined
  return nodeIn(document, graph, id)
}

/** Return the id of the frame or note that a path leads to. */
export function annotationOfField([root, , kind, id]: FieldPath): string | undefined {
  return root === 'graphs' && (kind === 'frames' || kind === 'notes') ? id : undefined
}

function annotationIn(document: Document, path: FieldPath): boolean {
  const graph = graphOfField(document, path)
  const items = [...(graph?.frames ?? []), ...(graph?.notes ?? [])]
  return items.some(({ id }) => id === annotationOfField(path))
}

function nodeIn(document: Document, graphId: string, id: string): Node | undefined {
  const graph = graphsOf(document).get(graphId)
  return graph && lookup(graph).nodes.get(id)
}

function isThere(document: Document, path: FieldPath): boolean {
  if (path[0] === 'graphs') {
    if (annotationOfField(path)) return annotationIn(document, path)
    if (path[2] !== 'nodes') return graphOfField(document, path) !== undefined
    const node = nodeOfField(document, path)
    return node !== undefined && leads(node, path.slice(4))
  }
  const [, part, id = '', ...rest] = path
  if (part !== 'outputs') return leads(document, path)
  const settings = document.training.outputs.find(({ node }) => node === id)
  return nodeIn(document, MAIN, id) !== undefined && leads(settings, rest)
}

/** Whether a path finds the lists, and the objects of the classes, that it names. */
function leads(start: unknown, path: FieldPath): boolean {
  let value = start
  for (const step of path) {
    if (/^\d+$/.test(step) && !Array.isArray(value)) return false
    if (!step.startsWith('@')) value = stepInto(value, step)
    else if (classOf(value) !== step.slice(1)) return false
  }
  return true
}

function stepInto(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)] as unknown
  return isObject(value) ? value[step] : undefined
}

function classOf(value: unknown): unknown {
  return isObject(value) ? (value.class ?? value.type) : value
}
