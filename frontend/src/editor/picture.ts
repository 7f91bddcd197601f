/** The canvas as a picture: what is shown, without what is selected or pointed at. */
import type { Edge, Node, Position } from '../contract'
import { isAlong, type PlacedPort, placePorts } from '../document/cardports'
import { isTold } from '../document/connect'
import { FOLD, foldedNodes } from '../document/folding'
import { isFrozen } from '../document/freezing'
import { colorOf, kindBeside, kindOf, labelOf, portsOf } from '../document/layers'
import { lineOf } from '../document/layout/wires'
import { graphsOf, lookup } from '../document/lookup'
import type { Pen } from '../document/picture/pen'
import { type Card, draw, type Picture, type Scene, type Wire } from '../document/picture/picture'
import { calledBy } from '../document/submodels'
import { tellingLine } from '../document/telling'
import { beforeName, smooth } from '../document/wirepath'
import { count, shape } from '../words/format'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** Return the picture of what the canvas shows. */
export function pictureOf(canvas: Canvas, pen: Pen = pagePen()): Picture {
  return draw(sceneOf(canvas, pen), pen)
}

/** The colours and fonts of the page. */
function pagePen(): Pen {
  const style = getComputedStyle(document.documentElement)
  const context = document.createElement('canvas').getContext('2d')
  return {
    token: (name) => style.getPropertyValue(name).trim(),
    measure: (words, font) => {
      if (!context) return words.length * 7
      context.font = font
      return context.measureText(words).width
    },
  }
}

function sceneOf(canvas: Canvas, pen: Pen): Scene {
  const { frames, notes } = canvas.graph
  return {
    title: canvas.session.document.name || t('common.untitled'),
    cards: canvas.picture.nodes.map((node) =>
      node.layer === FOLD ? foldOf(canvas, pen, node) : cardOf(canvas, pen, node),
    ),
    wires: canvas.picture.edges.flatMap((edge) => wireOf(canvas, edge)),
    frames,
    notes,
  }
}

function parametersOf(canvas: Canvas, ids: readonly string[]): string {
  const total = ids.reduce((sum, id) => {
    const { trainable = 0, non_trainable = 0 } = canvas.verdicts[id] ?? {}
    return sum + trainable + non_trainable
  }, 0)
  return total > 0 ? count(total) : ''
}

function isWrong(canvas: Canvas, ids: readonly string[]): boolean {
  return ids.some((id) => canvas.wrong.has(id))
}

function tokenOf({ session, layers }: Canvas, node: Node | undefined): string {
  return `--c-${colorOf(session.catalogue, layers.get(node?.layer ?? ''))}`
}

function cardOf(canvas: Canvas, pen: Pen, node: Node): Card {
  const { graph, layers, session } = canvas
  const label = labelOf(node, layers, graph)
  const owner = node.shares === null ? undefined : canvas.node(node.shares)
  const inside = graphsOf(session.document).get(calledBy(graph, node) ?? '')
  const kind = kindBeside(node, label, inside ? inside.name || inside.id : kindOf(node))
  const wires = lookup(graph).into.get(node.id)?.length ?? 0
  return {
    position: node.position,
    label,
    kind,
    line: owner
      ? t('canvas.weightsOf', { layer: labelOf(owner, layers, graph) })
      : inside
        ? t('common.layers', { count: inside.nodes.length })
        : tellingLine(node, layers.get(node.layer), wires),
    count: parametersOf(canvas, [node.id]),
    band: [tokenOf(canvas, node)],
    state: node.bypassed ? 'bypassed' : isFrozen(graph, node) ? 'frozen' : 'plain',
    ...tintOf(canvas, pen, node),
    stacked: inside !== undefined,
    wrong: isWrong(canvas, [node.id]),
    ports: placedPorts(canvas, node)
      .filter(({ named }) => named)
      .map(({ x, y, port, edge }) => ({ x, y, name: port.name, edge })),
  }
}

function foldOf(canvas: Canvas, pen: Pen, node: Node): Card {
  const fold = canvas.folding.closed.get(node.id)
  const nodes = fold ? foldedNodes(fold) : []
  return {
    position: node.position,
    label: node.name,
    kind: '',
    line: t('common.layers', { count: nodes.length }),
    count: parametersOf(canvas, nodes),
    band: (fold?.parts[0] ?? []).map((id) => tokenOf(canvas, canvas.node(id))),
    state: 'plain',
    ...tintOf(canvas, pen, node),
    stacked: true,
    wrong: isWrong(canvas, nodes),
    ports: [],
  }
}

function tintOf({ tinting }: Canvas, pen: Pen, { id }: Node): Pick<Card, 'tint'> {
  const token = tinting.tokenOf(id)
  return token ? { tint: pen.token(token) } : {}
}

function placedPorts({ graph, layers, right }: Canvas, node: Node): PlacedPort[] {
  return placePorts(portsOf(graph, node, layers), right)
}

function wireOf(canvas: Canvas, shown: Edge): Wire[] {
  const [source, target] = [canvas.shown(shown.source), canvas.shown(shown.target)]
  const edge = lookup(canvas.graph).edges.get(shown.id)
  if (!source || !target || !edge) return []
  const start = portOf(canvas, source, 'output', shown.source_port)
  const end = portOf(canvas, target, 'input', shown.target_port)
  if (!start || !end) return []
  const tensor = canvas.tensorOf(edge)
  const wrong = canvas.problemOf(edge) !== undefined
  const isSilent = isTold(canvas.graph, edge) && !wrong
  const words = tensor && !isSilent ? shape(tensor.shape.slice(1)) : ''
  const label = wrong && words ? `${words} ${t('canvas.misfit')}` : words
  return [{ ...lineFor(canvas, edge, [source, start], [target, end], label), label, wrong }]
}

/** A port and the card that it is on. */
type End = readonly [Node, PlacedPort]

function lineFor(canvas: Canvas, { id, via }: Edge, source: End, target: End, label: string) {
  const route = via.length === 0 && canvas.routeOf(id)
  const { right } = canvas
  if (route) {
    const isAcross = route.kind !== 'lane' || route.sideways !== right
    const ports = isAcross
      ? {}
      : {
          ...(isAlong(source[1], right) && { source: placeOf(source) }),
          ...(isAlong(target[1], right) && { target: placeOf(target) }),
        }
    return lineOf(route, source[0].position, target[0].position, ports)
  }
  const [start, end] = [placeOf(source), placeOf(target)]
  const points = [start, ...via, end]
  const ways = { right: source[1].edge === 'right', into: target[1].edge === 'left' }
  const line = { ...smooth(points, ways), around: points }
  if (!target[1].named || via.length > 0) return line
  return { ...line, middle: beforeName(ways, [start, end], line.middle, label) }
}

function placeOf([{ position }, { x, y }]: End): Position {
  return { x: position.x + x, y: position.y + y }
}

/** A port; undefined when the card has none of this name, and so shows no wire at it. */
function portOf(
  canvas: Canvas,
  node: Node,
  side: 'input' | 'output',
  name: string,
): PlacedPort | undefined {
  return placedPorts(canvas, node).find(
    (placed) => placed.side === side && placed.port.name === name,
  )
}
