/** Changing the parameters and the name of a node, and the order of inputs. */
import type { Node } from '../contract'
import { setCommon } from '../document/common'
import { nodePath, setParam } from '../document/edits'
import { inputsOf, moveInput } from '../document/inputs'
import type { Session } from '../session'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** Set a parameter of several nodes, as one undo step with what is typed next. */
export function writeAll(canvas: Canvas, nodes: readonly Node[], name: string, value: unknown) {
  const { graph, layers, session } = canvas
  const ids = nodes.map(({ id }) => id).join()
  session.edit(setCommon(graph, layers, nodes, name, value), { merge: `${ids} ${name}` })
}

/** Set a parameter (undefined: its default), as one undo step with what is typed next. */
export function write(session: Session, graph: string, node: string, name: string, value: unknown) {
  session.edit([setParam(graph, node, name, value)], { merge: `${node} ${name}` })
}

export function rename(session: Session, graph: string, node: string, name: string): void {
  setText(session, nodePath(graph, node, 'name'), name)
}

export function renameProject(session: Session, name: string): void {
  setText(session, ['name'], name)
}

/** Say what the model is for. */
export function describe(session: Session, description: string): void {
  setText(session, ['description'], description)
}

/** Set a name or a description, as one undo step with what is typed next. */
export function setText(session: Session, path: string[], value: string): void {
  session.edit([{ type: 'set', path, value }], { merge: path.join('/') })
}

/** Move an input up or down in the order of the model's inputs. */
export function reorderInput(canvas: Canvas, id: string, by: number): void {
  const { session, graph } = canvas
  const operations = moveInput(graph, id, by)
  if (operations.length === 0) return
  session.edit(operations)
  const ids = inputsOf(canvas.graph).map((node) => node.id)
  session.notices.announce(
    t('editor.inputMoved', { number: ids.indexOf(id) + 1, count: ids.length }),
  )
}
