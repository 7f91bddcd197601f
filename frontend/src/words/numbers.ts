/** Numbers with sensible digits and units, as the page's language writes them. */
import { language } from './language'

/** A narrow space between a number and its unit. */
export const NARROW = '\u202f'
const STEPS: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

const grouped = new Intl.NumberFormat(language.tag, { maximumFractionDigits: 0 })
const scientific = new Intl.NumberFormat(language.tag, {
  notation: 'scientific',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const plain = new Intl.NumberFormat(language.tag, { maximumFractionDigits: 20, useGrouping: false })
const fixedFormats = new Map<number, Intl.NumberFormat>()

/** Return a number with exactly this many decimals, without separated thousands. */
export function fixed(value: number, decimals: number): string {
  let format = fixedFormats.get(decimals)
  if (!format) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
    format = new Intl.NumberFormat(language.tag, { ...digits, useGrouping: false })
    fixedFormats.set(decimals, format)
  }
  return format.format(value)
}

/** Return a number with all its decimals: 0.5, 7.9. */
export function exact(value: number): string {
  return plain.format(value)
}

/** Return a very small or very large number: "1.50e-7". */
export function exponential(value: number): string {
  return scientific.format(value).replace('E', 'e')
}

/** Return a number with this many significant digits, trailing zeros included. */
export function digits(value: number, significant: number): string {
  // Rounded first: 0.9999996 has its first digit before the point once it is 1.00.
  const size = Math.abs(Number(value.toPrecision(significant)))
  const decimals = size === 0 ? 0 : Math.max(0, significant - 1 - Math.floor(Math.log10(size)))
  return fixed(value, Math.min(decimals, 12))
}

/** Return a whole number with thousands separated: 25636712 becomes "25,636,712". */
export function whole(value: number): string {
  return grouped.format(Math.round(value))
}

/** Return a count: exact below 100,000, then short ("25.6 M"). */
export function count(value: number): string {
  return Math.abs(value) < 100_000 ? whole(value) : scaled(value)
}

/** Return a number in the largest unit that leaves at least 1: "25.6 M", "262 k". */
export function scaled(value: number, unit = ''): string {
  const step = STEPS.find(([size]) => Math.abs(value) >= size * 0.9995)
  if (!step) return `${whole(value)}${unit && NARROW + unit}`
  const [size, prefix] = step
  return `${digits(value / size, 3)}${NARROW}${prefix}${unit}`
}
