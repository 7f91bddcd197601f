/**
 * Compares the page's layout with dagre, ELK and Graphviz: reads graphs as JSON from standard input,
 * writes the figures of each drawing as JSON to standard output. `bench/layout.py` makes them rows.
 */
import { spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import dagre from '@dagrejs/dagre'
import ELK from 'elkjs'
import { runnerImport } from 'vite'

const [WIDTH, HEIGHT, BESIDE, BELOW] = [208, 56, 48, 40]
/** Graphviz counts in inches. */
const INCH = 72

async function load(path) {
  const { module } = await runnerImport(path, { configFile: false, root: import.meta.dirname })
  return module
}
const { arrange } = await load('../src/document/layout/arrange.ts')
const { routesOf } = await load('../src/document/layout/routes.ts')
const { pointsOf } = await load('../src/document/layout/wires.ts')

/** Each draws a graph: the corners of every card and the lines of every edge; null if it can't. */
const TOOLS = { Layerloom: drawOurs, dagre: drawDagre, ELK: drawElk, Graphviz: drawDot }

function drawOurs(graph) {
  const positions = arrange(graph)
  const nodes = graph.nodes.map((node) => ({ ...node, position: positions.get(node.id) }))
  const routes = routesOf({ ...graph, nodes })
  const bends = []
  const lines = graph.edges.map(({ id, source, target }) => {
    const [from, to] = [positions.get(source), positions.get(target)]
    const route = routes.get(id)
    const start = { x: from.x + WIDTH / 2, y: from.y + HEIGHT }
    const line = route ? pointsOf(route, from, to) : [start, { x: to.x + WIDTH / 2, y: to.y }]
    // The curve from one port to another bends twice.
    bends.push(isStraight(withoutStraight(line)) ? 0 : route?.kind === 'lane' ? bendsOf(line) : 2)
    return line
  })
  return { positions, lines, bends }
}

function drawDagre({ nodes, edges }) {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: BESIDE, ranksep: BELOW })
  for (const { id } of nodes) graph.setNode(id, { width: WIDTH, height: HEIGHT })
  for (const { id, source, target } of edges) graph.setEdge(source, target, {}, id)
  dagre.layout(graph)
  const cornerOf = ({ x, y }) => ({ x: x - WIDTH / 2, y: y - HEIGHT / 2 })
  return {
    positions: new Map(nodes.map(({ id }) => [id, cornerOf(graph.node(id))])),
    lines: edges.map(({ id, source, target }) => graph.edge(source, target, id).points),
  }
}

async function drawElk({ nodes, edges }) {
  const { children, edges: drawn } = await new ELK().layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.edgeRouting': 'POLYLINE',
      'elk.spacing.nodeNode': String(BESIDE),
      'elk.layered.spacing.nodeNodeBetweenLayers': String(BELOW),
    },
    children: nodes.map(({ id }) => ({ id, width: WIDTH, height: HEIGHT })),
    edges: edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
  })
  const lineOf = ({ sections: [{ startPoint, bendPoints = [], endPoint }] }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]
  return {
    positions: new Map(children.map(({ id, x, y }) => [id, { x, y }])),
    lines: drawn.map(lineOf),
  }
}

function drawDot({ nodes, edges }) {
  const source = [
    'digraph {',
    `graph [splines=polyline, nodesep=${BESIDE / INCH}, ranksep=${BELOW / INCH}]`,
    `node [shape=box, fixedsize=true, width=${WIDTH / INCH}, height=${HEIGHT / INCH}]`,
    ...nodes.map(({ id }) => JSON.stringify(id)),
    ...edges.map(({ source, target }) => `${JSON.stringify(source)} -> ${JSON.stringify(target)}`),
    '}',
  ].join('\n')
  const { stdout, error } = spawnSync('dot', ['-Tjson0'], { input: source, encoding: 'utf8' })
  if (error) return null
  const { objects, edges: drawn } = JSON.parse(stdout)
  const point = (text) => {
    const [x, y] = text.split(',').map(Number)
    return { x, y: -y }
  }
  const cornerOf = ({ x, y }) => ({ x: x - WIDTH / 2, y: y - HEIGHT / 2 })
  // "e,x,y" is the tip of the arrow, which comes last; the others are Bézier curves of straight lines.
  const lineOf = ({ pos }) => {
    const [tip, ...curves] = pos.split(' ')
    return [...curves.filter((_, at) => at % 3 === 0), tip.slice('e,'.length)].map(point)
  }
  const lines = new Map(drawn.map((edge) => [edge._gvid, lineOf(edge)]))
  return {
    positions: new Map(objects.map(({ name, pos }) => [name, cornerOf(point(pos))])),
    lines: edges.map((_, at) => lines.get(at)),
  }
}

/** The figures of a drawing; lengths in pixels. */
function figuresOf({ positions, lines, bends = lines.map(bendsOf) }) {
  return {
    crossings: crossingsOf(lines),
    bends: mean(bends),
    straight: mean(lines.map((line) => Number(isStraight(withoutStraight(line))))),
    length: mean(lines.map(lengthOf)),
    behind: behind(positions, lines),
  }
}

/** Leave out the points at which a line goes straight on. */
function withoutStraight(line) {
  const points = line.filter(({ x, y }, at) => {
    const before = line[at - 1]
    return !before || Math.hypot(x - before.x, y - before.y) > 0.5
  })
  return points.filter(({ x, y }, at) => {
    const [before, after] = [points[at - 1], points[at + 1]]
    if (!before || !after) return true
    const turn = Math.atan2(after.y - y, after.x - x) - Math.atan2(y - before.y, x - before.x)
    return Math.abs(Math.sin(turn)) > 0.05
  })
}

function bendsOf(line) {
  return withoutStraight(line).length - 2
}

function isStraight(line) {
  const [start, end] = [line[0], line.at(-1)]
  return line.length === 2 && (Math.abs(start.x - end.x) < 2 || Math.abs(start.y - end.y) < 2)
}

function segmentsOf(lines) {
  return lines.flatMap((line, id) => line.slice(1).map((end, at) => ({ id, a: line[at], b: end })))
}

/** The number of pairs of edges of which each crosses the other. */
function crossingsOf(lines) {
  const top = ({ a, b }) => Math.min(a.y, b.y)
  const segments = segmentsOf(lines).sort((one, other) => top(one) - top(other))
  const pairs = new Set()
  segments.forEach((segment, at) => {
    const bottom = Math.max(segment.a.y, segment.b.y)
    for (let i = at + 1; i < segments.length && top(segments[i]) <= bottom; i += 1) {
      const other = segments[i]
      if (other.id !== segment.id && cross(segment, other))
        pairs.add(`${Math.min(segment.id, other.id)} ${Math.max(segment.id, other.id)}`)
    }
  })
  return pairs.size
}

function cross({ a, b }, { a: c, b: d }) {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

function side(p, q, r) {
  const area = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
  return Math.abs(area) < 1 ? 0 : Math.sign(area)
}

/** The number of edges that run behind cards. */
function behind(positions, lines) {
  const cards = [...positions.values()]
  const isHidden = ({ a, b }) =>
    cards.some(({ x, y }) => {
      for (let part = 0; part <= 1; part += 1 / 16) {
        const [px, py] = [a.x + (b.x - a.x) * part - x, a.y + (b.y - a.y) * part - y]
        if (px > 4 && px < WIDTH - 4 && py > 4 && py < HEIGHT - 4) return true
      }
      return false
    })
  return lines.filter((line) => segmentsOf([line]).some(isHidden)).length
}

function lengthOf(line) {
  return segmentsOf([line]).reduce((sum, { a, b }) => sum + Math.hypot(b.x - a.x, b.y - a.y), 0)
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
}

const graphs = JSON.parse(await text(process.stdin))
const figures = {}
for (const [name, graph] of Object.entries(graphs)) {
  figures[name] = {}
  for (const [tool, draw] of Object.entries(TOOLS)) {
    const began = performance.now()
    const drawing = await draw(graph)
    const seconds = (performance.now() - began) / 1000
    figures[name][tool] = drawing && { ...figuresOf(drawing), seconds }
    process.stderr.write(`  ${name}, ${tool}: ${seconds.toFixed(1)} s\n`)
  }
}
process.stdout.write(JSON.stringify(figures))
