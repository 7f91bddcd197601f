/** Changing the parameters and the name of a node, and the order of inputs. */
import { nodePath, setParam } from '../document/edits'
import { inputsOf, moveInput } from '../document/inputs'
import type { Session } from '../session'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** Set a parameter (undefined: its default), as one undo step with what is typed next. */
export function write(session: Session, graph: string, node: string, name: string, value: unknown) {
  session.edit([setParam(graph, node, name, value)], { merge: `${node} ${name}` })
}

export function rename(session: Session, graph: string, node: string, name: string): void {
  session.edit([{ type: 'set', path: nodePath(graph, node, 'name'), value: name }])
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
