/** What the canvas shows of cards and wires, in words for those who do not see it. */

import type { Edge, Picture } from '../contract'
import { type LayerHistory, lastKnown } from '../document/layerHistory'
import { bytesOf } from '../document/pictures'
import { measure, percent, severityName, shape } from '../words/format'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** The ids of the elements that describe a card or a wire. */
export const cardFacts = (node: string): string => `facts-of-card-${node}`
export const wireFacts = (edge: string): string => `facts-of-wire-${edge}`

/** Describe what a picture of the inside view shows, by its key figures. */
export function describePicture(picture: Picture): string {
  const { low, high, mean, zeros, wrong, words, scores } = picture
  if (words) return words
  const [winner] = scores
  const range = { low: measure(low), high: measure(high), mean: measure(mean) }
  return [
    picture.form === 'attention' ? attended(picture) : '',
    winner ? t('inside.winner', { label: winner.label, value: measure(winner.value) }) : '',
    t('inside.range', range),
    zeros > 0 ? t('inside.zeros', { share: percent(zeros) }) : '',
    wrong > 0 ? t('inside.wrong', { count: wrong }) : '',
  ]
    .filter(Boolean)
    .join('; ')
}

/** Describe what a layer showed after the last epoch that was measured. */
export function describeLayer(history: LayerHistory): string {
  const last = history.states.findLast(({ counts }) => counts.length > 0)
  const [gradient, update] = [lastKnown(history, 'gradient'), lastKnown(history, 'update')]
  const [dead, units] = [lastKnown(history, 'dead'), lastKnown(history, 'units')]
  return [
    last ? t('inside.weights', { low: measure(last.low ?? 0), high: measure(last.high ?? 0) }) : '',
    gradient === null ? '' : t('inside.gradient', { gradient: measure(gradient) }),
    update === null ? '' : t('inside.update', { share: percent(update) }),
    dead ? t('inside.dead', { dead, units: units ?? 0 }) : '',
  ]
    .filter(Boolean)
    .join('; ')
}

/** Describe scores of attention by the strongest one. */
function attended(picture: Picture): string {
  const { channels, rows, columns, shape } = picture
  const bytes = bytesOf(picture)
  const best = bytes.indexOf(Math.max(...bytes))
  const head = Math.floor(best / (rows * columns))
  const place = best % (rows * columns)
  // Long sequences are shown by parts of several steps.
  const step = (at: number, size: number, parts: number) => Math.floor((at * size) / parts) + 1
  return [
    t('inside.heads', { count: shape[2] ?? channels }),
    t('inside.attends', {
      head: head + 1,
      query: step(Math.floor(place / columns), shape[0] ?? rows, rows),
      key: step(place % columns, shape[1] ?? columns, columns),
    }),
  ].join('; ')
}

/** Describe the shapes that a node returns, and its problems. */
export function describeCard(canvas: Canvas, node: string): string[] {
  const outputs = canvas.verdicts[node]?.outputs ?? []
  return [
    ...outputs.map((output) => t('outline.output', { shape: shape(output.shape.slice(1)) })),
    ...describeProblems(canvas, node),
  ]
}

export function describeProblems(canvas: Canvas, node: string): string[] {
  return canvas
    .problemsOf(node)
    .map(({ severity, message }) =>
      t('outline.problem', { severity: severityName(severity), message }),
    )
}

/** Describe the shape on a wire, and its problem. */
export function describeWire(canvas: Canvas, edge: Edge): string[] {
  const tensor = canvas.tensorOf(edge)
  const problem = canvas.problemOf(edge)
  return [
    tensor ? t('canvas.wireShape', { shape: shape(tensor.shape.slice(1)) }) : '',
    problem ? t('canvas.misfit') : '',
  ].filter(Boolean)
}
