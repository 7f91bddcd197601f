/** The painted overview: a graph from so far away that cards can't be read, with its groups. */
import type { Edge, Node, Position } from '../../contract'
import { HEIGHT, meet, type Rect, WIDTH } from '../../document/geometry'
import type { Routes } from '../../document/layout/routes'
import { pointsOf, type Route } from '../../document/layout/wires'
import type { Stage } from '../../document/stages'
import { finished, inSteps, type Steps } from '../../document/steps'
import { endsOf } from '../../document/wirepath'
import { type Painter, widthOf } from './painter'
import { boxAround, LEAST, type Shapes } from './shapes'

export interface Scene {
  nodes: readonly Node[]
  edges: readonly Edge[]
  /** Whether the drawing runs to the right. */
  right: boolean
  stages: readonly Stage[]
  positionOf: (id: string) => Position | undefined
  /** The wires that an earlier revision does not have, where it is compared. */
  added: ReadonlySet<string>
  /** The token of a card's colour. */
  tokenOf: (node: Node) => string
  /** Whether cards are tinted by an amount: text is written on the tint then. */
  tinted: boolean
  labelOf: (node: Node) => string
  labelOfStage: (stage: Stage) => string
}

/** What is painted anew in each frame. */
export interface Marks {
  /** The nodes in view, of which labels are written. */
  visible: () => Iterable<Node>
  selected: Iterable<string>
  wrong: Iterable<string>
  dragged: ReadonlyMap<string, Position>
}

export interface View {
  x: number
  y: number
  zoom: number
  width: number
  height: number
}

/** The text on cards is at least this large, in pixels of the screen. */
const LEAST_TEXT = 8
const LABEL = 12
const GAP = 6

/** Return a zoom at which cards have about the same size on the screen. */
export function zoomStep(zoom: number): number {
  return 2 ** (Math.round(Math.log2(zoom) * 3) / 3)
}

/** What the lines of wires follow from. */
type Lines = Pick<Scene, 'edges' | 'right' | 'positionOf' | 'added'> & { routes: Routes }

/** The lines of wires, see `Shapes`. */
interface Wires {
  added: ReadonlySet<string>
  present: Float32Array
  new: Float32Array
}

const known = new WeakMap<Routes, Wires>()

/** Return the lines of all wires; computed again only when cards or wires have changed. */
export function wiresOf(lines: Lines): Wires {
  return finished(drawingWires(lines))
}

/** The same in steps. */
export function* drawingWires({ edges, right, positionOf, added, routes }: Lines): Steps<Wires> {
  let wires = known.get(routes)
  if (wires?.added !== added) {
    const [present, fresh]: [number[], number[]] = [[], []]
    yield* inSteps(edges, (edge) => {
      const [source, target] = [positionOf(edge.source), positionOf(edge.target)]
      const numbers = added.has(edge.id) ? fresh : present
      if (source && target) addWire(numbers, source, target, routes.get(edge.id), right)
    })
    wires = { added, present: new Float32Array(present), new: new Float32Array(fresh) }
    known.set(routes, wires)
  }
  return wires
}

/** Return how large a card is painted: no smaller than can be seen. */
export function sizeAt(zoom: number): { width: number; height: number } {
  const width = Math.max(WIDTH, LEAST.width / zoom)
  return { width, height: Math.max(HEIGHT, LEAST.height / zoom) }
}

/** Return the shapes of all cards, those of one colour together. */
export function cardsOf(
  { nodes, tokenOf }: Pick<Scene, 'nodes' | 'tokenOf'>,
  width: number,
  height: number,
): Shapes[] {
  const places = new Map<string, number[]>()
  for (const node of nodes) {
    const token = tokenOf(node)
    const numbers = places.get(token) ?? []
    places.set(token, numbers)
    numbers.push(node.position.x + (WIDTH - width) / 2, node.position.y)
  }
  return [...places].map(([token, numbers]) => {
    return { kind: 'rectangles', token, width, height, numbers: new Float32Array(numbers) }
  })
}

/** Return what is painted of a graph, which stays the same while the view is moved. */
export function shapesOf(
  stages: readonly Stage[],
  wires: Wires,
  cards: readonly Shapes[],
  zoom: number,
): Shapes[] {
  const line = Math.min(1.2, Math.max(0.6, zoom * 4))
  const boxes = stages.flatMap(({ bounds: { x, y, width, height } }) => [x, y, width, height])
  return [
    { kind: 'boxes', token: '--group', numbers: new Float32Array(boxes) },
    { kind: 'lines', token: '--edge', line, numbers: wires.present },
    { kind: 'lines', token: '--ok', line: 2 * line + 0.6, numbers: wires.new },
    ...cards,
  ]
}

function addWire(
  numbers: number[],
  source: Position,
  target: Position,
  route: Route | undefined,
  right: boolean,
): void {
  const points = route ? pointsOf(route, source, target) : endsOf(source, target, right)
  numbers.push(points.length)
  for (const { x, y } of points) numbers.push(x, y)
}

/** Paint what changes more often than the shapes: names, and what is moved, wrong or selected. */
export function paintMarks(painter: Painter, scene: Scene, marks: Marks, view: View): void {
  const stages = scene.stages
    .map((stage) => ({ stage, box: boxOf(stage.bounds, view) }))
    .filter(({ box }) => meet(box, { x: 0, y: 0, width: view.width, height: view.height }))
  const moved = [...marks.dragged.values()].map((position) => rectOf(position, view))
  if (moved.length > 0) painter.fill(moved, '--accent')
  if (HEIGHT * view.zoom >= LEAST_TEXT + 3) {
    const written = [...marks.visible()].map((node) => ({
      node,
      rect: rectOf(node.position, view),
    }))
    writeLabels(painter, scene, written)
  }
  mark(painter, scene, marks.wrong, '--bad', marks, view)
  mark(painter, scene, marks.selected, '--accent', marks, view)
  writeStages(painter, scene, stages, view)
}

function mark(
  painter: Painter,
  { positionOf }: Scene,
  ids: Iterable<string>,
  token: string,
  { dragged }: Marks,
  view: View,
): void {
  const rects = [...ids].flatMap((id) => {
    const position = dragged.get(id) ?? positionOf(id)
    return position ? [around(rectOf(position, view))] : []
  })
  if (rects.length > 0) painter.outline(rects, token, 3, 2)
}

function rectOf({ x, y }: Position, view: View): Rect {
  const width = Math.max(WIDTH * view.zoom, LEAST.width)
  const height = Math.max(HEIGHT * view.zoom, LEAST.height)
  const left = (x + WIDTH / 2) * view.zoom + view.x - width / 2
  return { x: left, y: y * view.zoom + view.y, width, height }
}

function around({ x, y, width, height }: Rect): Rect {
  return { x: x - 1.5, y: y - 1.5, width: width + 3, height: height + 3 }
}

/** Return where the box of a stage is on the screen. */
function boxOf(bounds: Rect, { x, y, zoom }: View): Rect {
  const box = boxAround(bounds, zoom)
  const place = { x: box.x * zoom + x, y: box.y * zoom + y }
  return { ...place, width: box.width * zoom, height: box.height * zoom }
}

function writeLabels(
  painter: Painter,
  scene: Scene,
  written: readonly { node: Node; rect: Rect }[],
): void {
  // A category's colour stays as a band; text is only legible on the colour of a panel.
  const covered = scene.tinted ? [] : written
  painter.fill(
    covered.map(({ rect: { x, y, width, height } }) => ({
      x: x + 3,
      y: y + 1,
      width: width - 4,
      height: height - 2,
    })),
    '--panel',
    2,
  )
  for (const { node, rect } of written) {
    const size = Math.min(11, rect.height - 3)
    painter.text(scene.labelOf(node), rect.x + 6, rect.y + rect.height / 2, {
      size,
      token: scene.tinted ? '--ink' : '--ink2',
      most: rect.width - 9,
    })
  }
}

/** Write the names of stages beside them, those that don't cover another. */
function writeStages(
  painter: Painter,
  scene: Scene,
  stages: readonly { stage: Stage; box: Rect }[],
  view: View,
): void {
  const taken: Rect[] = []
  for (const { stage, box } of stages) {
    const words = scene.labelOfStage(stage)
    const place = placesBeside(box, widthOf(words, LABEL), scene.right, view).find(
      (place) => !taken.some((other) => meet(other, place)),
    )
    if (!place) continue
    taken.push(place)
    painter.text(words, place.x, place.y + LABEL / 2, { size: LABEL, token: '--ink', weight: 500 })
  }
}

/**
 * Return where the name of a stage may stand, the best place first: at its side, or above and below
 * it where the drawing runs to the right and the next stage is at its side.
 */
export function placesBeside(
  { x, y, width, height }: Rect,
  words: number,
  right: boolean,
  view: Pick<View, 'width' | 'height'>,
): Rect[] {
  const size = { width: words, height: LABEL }
  if (!right) {
    const middle = (Math.max(y, 0) + Math.min(y + height, view.height)) / 2
    const place = { ...size, x: x - GAP - words, y: middle - LABEL / 2 }
    return [place.x < GAP ? { ...place, x: x + width + GAP } : place]
  }
  const middle = (Math.max(x, 0) + Math.min(x + width, view.width)) / 2
  const line = LABEL + GAP
  return [1, 2, 3]
    .flatMap((row) => [y - row * line, y + height + GAP + (row - 1) * line])
    .map((top) => ({ ...size, x: middle - words / 2, y: top }))
    .filter((place) => place.y >= GAP && place.y + LABEL <= view.height - GAP)
}
