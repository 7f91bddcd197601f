/** The curves of a run as a picture or a table, to be kept. */
import { csv } from '../../document/csv'
import { element, escaped } from '../../document/picture/svg'
import type { RunView } from '../../session/runview'
import type { Line } from './chart'
import { circumstances } from './curves'
import { path, rangeOf, scale } from './results/plot'

export interface Drawn {
  title: string
  x: readonly number[]
  lines: readonly Line[]
  xLabel: string
  log: boolean
}

export interface Look {
  /** The value of a token. */
  color: (token: string) => string
  tick: (value: number) => string
}

const WIDTH = 560
const HEIGHT = 300
const [LEFT, RIGHT, TOP, BOTTOM] = [64, WIDTH - 16, 48, HEIGHT - 44]

/** Return charts below each other as an SVG document. */
export function svgOf(charts: readonly Drawn[], look: Look): string {
  const size = { width: WIDTH, height: HEIGHT * charts.length }
  const parts = charts.map((chart, at) =>
    element('g', { transform: `translate(0 ${at * HEIGHT})` }, drawn(chart, look)),
  )
  const ground = element('rect', { ...size, fill: look.color('--panel') })
  const font = { 'font-family': 'sans-serif', 'font-size': 12 }
  const content = ground + parts.join('')
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size, ...font }, content)
}

function drawn({ title, x, lines, xLabel, log }: Drawn, { color, tick }: Look): string {
  const height = (value: number | null) => {
    if (value === null || (log && value <= 0)) return null
    return log ? Math.log10(value) : value
  }
  const values = lines.map((line) => line.values.map(height))
  const across = scale(rangeOf([...x], 0), LEFT, RIGHT, 6)
  const up = scale(rangeOf(values.flat().filter((value) => value !== null)), BOTTOM, TOP, 4)

  function text(x: number, y: number, anchor: string, words: string, ink = '--ink2'): string {
    return element('text', { x, y, 'text-anchor': anchor, fill: color(ink) }, escaped(words))
  }
  const rule = (d: string, stroke: string, more = {}) =>
    element('path', { d, stroke: color(stroke), fill: 'none', ...more })

  const grid = up.ticks.map((value) => {
    const y = up.at(value)
    const words = tick(log ? 10 ** value : value)
    return (
      rule(
        path([
          [LEFT, y],
          [RIGHT, y],
        ]),
        '--line',
      ) + text(LEFT - 8, y + 4, 'end', words)
    )
  })
  const marks = across.ticks.map((value) =>
    text(across.at(value), BOTTOM + 18, 'middle', String(value)),
  )
  const curves = lines.map((line, at) => {
    // A value that was not measured is no gap: validation has one value for each epoch.
    const known = x.flatMap((value, index) => {
      const y = values[at]?.[index] ?? null
      return y === null ? [] : [[across.at(value), up.at(y)] as const]
    })
    const dash = line.dash ? { 'stroke-dasharray': '5 4' } : {}
    return rule(path(known), line.color, { 'stroke-width': 1.8, ...dash })
  })
  let place = LEFT + 140
  const names = lines.map((line) => {
    const from = place
    place += 40 + line.label.length * 7
    const sign = rule(
      path([
        [from, 24],
        [from + 14, 24],
      ]),
      line.color,
      { 'stroke-width': 3 },
    )
    return sign + text(from + 20, 28, 'start', line.label)
  })
  const heading = text(LEFT, 28, 'start', title, '--ink')
  const axis = text((LEFT + RIGHT) / 2, HEIGHT - 8, 'middle', xLabel)
  return [heading, ...names, ...grid, ...marks, axis, ...curves].join('')
}

/** Return a picture as PNG, at twice its size. Rejects where the browser can't draw it. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))),
  )
}

/** Return every epoch with all that is known of it as CSV. */
export function csvOf(view: RunView): string {
  const names = [...new Set(view.epochs.flatMap(({ metrics }) => Object.keys(metrics)))]
  const { speed } = circumstances(view)
  const head = ['epoch', ...names, 'seconds', 'steps_per_second', 'learning_rate', 'memory_bytes']
  const rows = view.epochs.map((event, at) => [
    event.epoch,
    ...names.map((name) => event.metrics[name] ?? null),
    event.seconds,
    speed[at] ?? null,
    event.learning_rate,
    event.memory,
  ])
  return csv([head, ...rows])
}
