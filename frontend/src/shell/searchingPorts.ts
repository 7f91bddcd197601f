/** The ports that a search offers to connect: inputs for an output, and outputs for an input. */
import type { Node, Port, Tensor } from '../contract'
import { portAccepts } from '../document/accepts'
import { sourcesFor, targetsFor } from '../document/connect'
import { labelOf } from '../document/layers'
import { lookup } from '../document/lookup'
import type { Editor, Search } from '../editor/editor.svelte'
import { join, sourceName } from '../editor/wiring'
import { shape } from '../words/format'
import { t } from '../words/t'
import { fits, type Item } from './matching'

type Asked<For extends Search['for']> = Extract<Search, { for: For }>

/** The inputs that accept an output's tensor: free ones first, then those whose wire is replaced. */
export function targets({ canvas }: Editor, { node, port }: Asked<'target'>, text: string): Item[] {
  const { graph, layers: known } = canvas
  const tensor = canvas.tensorOf({ source: node, source_port: port })
  const into = lookup(graph).into
  const isTaken = (target: { node: Node; port: Port }) =>
    !target.port.variadic &&
    (into.get(target.node.id) ?? []).some((edge) => edge.target_port === target.port.name)
  const fitting = targetsFor(graph, known, node)
    .filter((target) =>
      portAccepts(graph, known, target.node, target.port.name, tensor, (edge) =>
        canvas.tensorOf(edge),
      ),
    )
    .filter((target) =>
      fits(text, `${labelOf(target.node, known, graph)} ${target.node.layer} ${target.port.name}`),
    )
  return fitting
    .toSorted((a, b) => Number(isTaken(a)) - Number(isTaken(b)))
    .map((target) => ({
      id: `port:${target.node.id}:${target.port.name}`,
      label: labelOf(target.node, known, graph),
      detail: isTaken(target)
        ? t('shell.takenPort', { layer: target.node.layer, port: target.port.name })
        : `${target.node.layer} · ${target.port.name}`,
      entry: known.get(target.node.layer),
      perform: () => {
        const wire = { source: node, source_port: port }
        join(canvas, { ...wire, target: target.node.id, target_port: target.port.name })
      },
    }))
}

/** The outputs that may feed an input: those that it accepts first, of them the nearest. */
export function sources({ canvas }: Editor, { node, port }: Asked<'source'>, text: string): Item[] {
  const { graph, layers } = canvas
  const target = canvas.node(node)
  if (!target) return []
  const isAccepted = ({ source, source_port }: { source: string; source_port: string }) =>
    portAccepts(graph, layers, target, port, canvas.tensorOf({ source, source_port }), (edge) =>
      canvas.tensorOf(edge),
    )
  return sourcesFor(graph, layers, node)
    .filter(({ node: other, port: output }) =>
      fits(text, `${labelOf(other, layers, graph)} ${other.layer} ${output.name}`),
    )
    .map(({ node: other, port: output }) => {
      const wire = { source: other.id, source_port: output.name }
      return { other, wire, accepted: isAccepted(wire), far: distance(other, target) }
    })
    .sort((a, b) => Number(b.accepted) - Number(a.accepted) || a.far - b.far)
    .map(({ other, wire, accepted }) => ({
      id: `port:${wire.source}:${wire.source_port}`,
      label: sourceName(canvas, wire),
      detail: shapeOf(canvas.tensorOf(wire), accepted),
      entry: layers.get(other.layer),
      perform: () => {
        join(canvas, { ...wire, target: node, target_port: port })
      },
    }))
}

function distance({ position: a }: Node, { position: b }: Node): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function shapeOf(tensor: Tensor | undefined, accepted: boolean): string {
  if (!tensor) return ''
  const words = shape(tensor.shape.slice(1))
  return accepted ? words : t('shell.wrongShape', { shape: words })
}
