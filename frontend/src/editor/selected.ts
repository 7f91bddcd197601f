/** Questions about the selection, for actions. */
import type { Node } from '../contract'
import { portsOf } from '../document/layers'
import { calledBy } from '../document/submodels'
import type { Editor } from './editor.svelte'

export const anything = ({ session }: Editor) =>
  session.selection.nodes.size + session.selection.edges.size > 0
export const someNodes = ({ session }: Editor) => session.selection.nodes.size > 0

/** The node that is selected alone. */
function oneNode({ canvas, session }: Editor): Node | undefined {
  const [id, ...others] = session.selection.nodes
  return id !== undefined && others.length === 0 ? canvas.node(id) : undefined
}

export function oneWithOutput(editor: Editor): { node: string; port: string } | null {
  const node = oneNode(editor)
  const port = node && portsOf(editor.canvas.graph, node, editor.canvas.layers).outputs[0]
  return node && port ? { node: node.id, port: port.name } : null
}

export function oneWithInput({ canvas, session }: Editor): boolean {
  const node = canvas.node([...session.selection.nodes][0] ?? '')
  return node !== undefined && portsOf(canvas.graph, node, canvas.layers).inputs.length > 0
}

/** The graph that the one selected node calls, if it calls one. */
export function oneModel(editor: Editor): string | null {
  const node = oneNode(editor)
  return node ? calledBy(editor.canvas.graph, node) : null
}
