/** How uPlot draws the curves of a run. */
import type uPlot from 'uplot'

export interface Line {
  label: string
  /** A token: "--accent". */
  color: string
  values: (number | null)[]
  dash?: boolean
}

interface Settings {
  box: HTMLElement
  lines: readonly Line[]
  hover: (index: number | null) => void
  tick: (value: number) => string
  range: (low: number | null, high: number | null) => [number, number]
  end: () => number
}

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
    { ...look, size: 48, gap: 6, space: 32, values: (_, splits) => splits.map(tick) },
  ]
}

/** Epochs are whole: the horizontal axis never shows half of one. */
const STEPS = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5].map((power) => digit * 10 ** power))
STEPS.sort((a, b) => a - b)

function seriesOf(token: Token, line: Line): uPlot.Series {
  const stroke = token(line.color)
  const series: uPlot.Series = { label: line.label, stroke, width: 1.8, spanGaps: true }
  series.points = { size: 5, fill: stroke, stroke, show: sparse }
  if (line.dash) series.dash = [5, 4]
  return series
}

/** A few epochs are shown as points too: one epoch alone is no line. */
const sparse: uPlot.Series.Points.Show = (plot, series) =>
  (plot.data[series] ?? []).filter((value) => value !== null).length <= 12

/** Return uPlot's options, less the size; colours are read from the tokens of the page. */
export function options(settings: Settings): Omit<uPlot.Options, 'width' | 'height'> {
  const style = getComputedStyle(settings.box)
  const token: Token = (name) => style.getPropertyValue(name).trim()
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: () => [0, settings.end()] },
      y: { range: (_, low, high) => settings.range(low, high) },
    },
    axes: axes(token, settings.tick),
    series: [{}, ...settings.lines.map((line) => seriesOf(token, line))],
    hooks: { setCursor: [(plot) => settings.hover(plot.cursor.idx ?? null)] },
  }
}
