/**
 * Numbers, times and shapes in words: units, sensible digits, a thin space before the unit.
 */

import { language } from './language'
import { digits, exact, exponential, fixed, NARROW, scaled, whole } from './numbers'
import { t } from './t'

export { count, exact, fixed, whole } from './numbers'

/** Return bytes in decimal units: "98.1 MB", "512 B". */
export function bytes(value: number): string {
  return scaled(value, 'B')
}

/** Return a fraction as a percentage: 0.978 becomes "97.8 %". */
export function percent(value: number): string {
  const hundredths = value * 100
  const text = fixed(hundredths, hundredths >= 99.95 || hundredths === 0 ? 0 : 1)
  return `${text}${NARROW}%`
}

/** Return a measured number with about four telling digits: 0.04217, 12.3, 1.5e-7. */
export function measure(value: number): string {
  if (Number.isNaN(value)) return t('format.notANumber')
  if (!Number.isFinite(value)) return t('format.infinite')
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return exponential(value)
  if (size >= 1e4 || Number.isInteger(value)) return whole(value)
  return digits(value, size >= 1 ? 4 : 3)
}

/** Return a value at the edge of a chart, as short as it can be: "0.5", "80 %". */
export function tick(key: string, value: number): string {
  return isFraction(key) ? `${exact(Number((value * 100).toPrecision(3)))}${NARROW}%` : short(value)
}

/** Return a number with three digits at most, without trailing zeros: "0.5", "7.9", "25.0 k". */
export function short(value: number): string {
  const near = Number(value.toPrecision(3))
  return Math.abs(near) >= 1e4 ? scaled(near) : exact(near)
}

/** Return a length of time: "850 ms", "4 s", "2 min 5 s", "3 h 10 min". */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${NARROW}ms`
  if (seconds < 9.95 && seconds % 1 > 0.05) return `${fixed(seconds, 1)}${NARROW}s`
  const total = Math.round(seconds)
  if (total < 60) return `${total}${NARROW}s`
  if (total < 3600) return pair(total, 60, 'min', 's')
  return pair(Math.round(total / 60), 60, 'h', 'min')
}

function pair(total: number, size: number, big: string, small: string): string {
  const rest = total % size
  const first = `${Math.floor(total / size)}${NARROW}${big}`
  return rest === 0 ? first : `${first} ${rest}${NARROW}${small}`
}

/** Return an estimate of the time that remains, rounded to seconds or coarser. */
export function left(seconds: number): string {
  if (seconds < 1) return t('format.secondLeft')
  const rounded = seconds < 60 ? Math.round(seconds) : Math.round(seconds / 5) * 5
  return t('format.left', { time: duration(rounded) })
}

/** Return a shape without the batch axis: "8×8×32"; unknown axes are "?", no axes "scalar". */
export function shape(axes: readonly (number | null)[]): string {
  return axes.length === 0 ? t('format.scalar') : axes.map((axis) => axis ?? '?').join('×')
}

const separated = new Intl.ListFormat(language.tag, { type: 'unit', style: 'short' })

/** Return a list of names: "a, b, c". */
export function list(names: readonly string[]): string {
  return separated.format(names)
}

/** Return the name of a problem's severity. */
export function severityName(severity: 'error' | 'warning' | 'note'): string {
  return t(`problems.${severity}`)
}

const AGO: [number, Intl.RelativeTimeFormatUnit][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

/** Return how long ago something was: "5 minutes ago", "yesterday", "3 May 2024". */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000
  if (seconds < 45) return t('format.justNow')
  if (seconds >= 86_400 * 14) return date(iso)
  const [size, unit] = AGO.find(([length]) => seconds >= length) ?? [60, 'minute']
  const format = new Intl.RelativeTimeFormat(language.tag, { numeric: 'auto' })
  return format.format(-Math.max(1, Math.round(seconds / size)), unit)
}

/** Return a day: "3 May 2024". */
export function date(iso: string): string {
  return new Date(iso).toLocaleDateString(language.tag, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
}

/** Return a time of day: "14:02". */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString(language.tag, { hour: '2-digit', minute: '2-digit' })
}

const METRICS: Readonly<Record<string, string>> = {
  loss: t('metrics.loss'),
  acc: t('metrics.accuracy'),
  accuracy: t('metrics.accuracy'),
  sparse_categorical_accuracy: t('metrics.accuracy'),
  categorical_accuracy: t('metrics.accuracy'),
  binary_accuracy: t('metrics.accuracy'),
  mae: t('metrics.meanAbsoluteError'),
  mse: t('metrics.meanSquaredError'),
  auc: t('metrics.auc'),
  r2_score: t('metrics.r2'),
}

/** Return a metric's name in words: "val_sparse_categorical_accuracy" is "validation accuracy". */
export function metricName(key: string): string {
  const validation = key.startsWith('val_')
  const bare = validation ? key.slice(4) : key
  const name = METRICS[bare] ?? bare.replaceAll('_', ' ')
  return validation ? t('metrics.validation', { name }) : name
}

/** Return text with a capital in front. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Whether a metric is a fraction that people read as a percentage. */
export function isFraction(key: string): boolean {
  return /(^|_)(acc|accuracy|precision|recall|auc|f1|f1_score|iou)$/.test(key)
}

/** Whether a larger value of this metric is better. */
export function higherIsBetter(key: string): boolean {
  return isFraction(key) || /(r2_score|cosine_similarity|top_k)/.test(key)
}

/** Return a metric's value as people read it: "97.8 %" or "0.0421". */
export function metricValue(key: string, value: number): string {
  return isFraction(key) && value >= 0 && value <= 1 ? percent(value) : measure(value)
}

/** Return the beginning of a long text, for a sentence that quotes it. */
export function shortened(text: string, most = 40): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text
}

/** Return the first sentence of a text, in any language: after a colon, German nouns are capitals. */
export function firstSentence(text: string): string {
  return text.match(/^.*?[.!?](?=\s+\p{Lu}|$)/su)?.[0] ?? text
}
