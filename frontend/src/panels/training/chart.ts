/** How uPlot draws the curves of a run. */
import type uPlot from 'uplot'

export interface Line {
  label: string
  /** A token: "--accent". */
  color: string
  values: (number | null)[]
  dash?: boolean
  width?: number
}

interface Settings {
  box: HTMLElement
  lines: readonly Line[]
  hover: (index: number | null) => void
  tick: (value: number) => string
  range: (low: number | null, high: number | null) => [number, number]
  end: () => number
  /** The part of the horizontal axis that is shown; null is all of it. */
  zoom?: () => Zoom | null
  /** Called with the part that was dragged over. */
  onzoom?: (zoom: Zoom) => void
  /** A place on the horizontal axis that is marked, such as the best epoch. */
  mark?: () => number | null
  /** Whether the vertical axis is logarithmic. */
  log?: boolean
  /** Charts with the same key show the values at one place at once. */
  sync?: string
}

/** From where to where on the horizontal axis. */
export type Zoom = readonly [number, number]

type Token = (name: string) => string

function axes(token: Token, tick: (value: number) => string): uPlot.Axis[] {
  const look: uPlot.Axis = {
    stroke: token('--ink3'),
    font: `11px ${token('--font')}`,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
  }
  return [
    { ...look, grid: { show: false }, size: 22, gap: 4, space: 48, incrs: STEPS },
    {
      ...look,
      size: 48,
      gap: 6,
      space: 32,
      values: (_, splits) => splits.map((value) => (value === null ? '' : tick(value))),
    },
  ]
}

/** Epochs are whole: the horizontal axis never shows half of one. */
const STEPS = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5].map((power) => digit * 10 ** power))
STEPS.sort((a, b) => a - b)

function seriesOf(token: Token, line: Line): uPlot.Series {
  const stroke = token(line.color)
  const series: uPlot.Series = {
    label: line.label,
    stroke,
    width: line.width ?? 1.8,
    spanGaps: true,
  }
  series.points = { size: 5, fill: stroke, stroke, show: sparse }
  if (line.dash) series.dash = [5, 4]
  return series
}

/** A few epochs are shown as points too: one epoch alone is no line. */
const sparse: uPlot.Series.Points.Show = (plot, series) =>
  (plot.data[series] ?? []).filter((value) => value !== null).length <= 12

/** Return uPlot's options, less the size; colours are read from the tokens of the page. */
export function options(settings: Settings): Omit<uPlot.Options, 'width' | 'height'> {
  const plain = plainOptions(settings)
  const { sync, onzoom } = settings
  const cursor: uPlot.Cursor = { ...plain.cursor }
  if (sync) cursor.sync = { key: sync, setSeries: false }
  if (onzoom) cursor.drag = { x: true, y: false, setScale: false }
  return { ...plain, cursor }
}

function dragged(plot: uPlot): Zoom | null {
  const { left, width } = plot.select
  if (width < 4) return null
  return [Math.max(0, plot.posToVal(left, 'x')), plot.posToVal(left + width, 'x')]
}

/** A dashed line at the marked place. */
function drawMark(plot: uPlot, at: number | null | undefined, color: string): void {
  if (at === null || at === undefined) return
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = color
  ctx.setLineDash([4, 4])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** The range of a logarithmic axis: whole powers of ten are not needed, a little room is. */
function logRange(low: number | null, high: number | null): [number, number] {
  const bottom = low ?? 0.1
  const top = Math.max(high ?? 1, bottom * 1.01)
  return [bottom / 1.15, top * 1.15]
}

function plainOptions(settings: Settings): Omit<uPlot.Options, 'width' | 'height'> {
  const style = getComputedStyle(settings.box)
  const token: Token = (name) => style.getPropertyValue(name).trim()
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: false, range: () => [...(settings.zoom?.() ?? ([0, settings.end()] as const))] },
      y: settings.log
        ? { distr: 3, range: (_, low, high) => logRange(low, high) }
        : { range: (_, low, high) => settings.range(low, high) },
    },
    axes: axes(token, settings.tick),
    series: [{}, ...settings.lines.map((line) => seriesOf(token, line))],
    hooks: {
      setCursor: [(plot) => settings.hover(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const zoom = dragged(plot)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          if (zoom) settings.onzoom?.(zoom)
        },
      ],
      draw: [(plot) => drawMark(plot, settings.mark?.(), token('--edge'))],
    },
  }
}
