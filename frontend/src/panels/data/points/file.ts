/** Drawn points as a file of data, and back. */
import type { Column, DataFileOut, Options } from '../../../contract'
import { type Drawing, LIMIT, type Point } from './points'

const HEADER = ['x', 'y', 'label'] as const
const CATEGORY = { type: 'category', role: 'target', separator: null, format: null } as const
const INPUT = { type: 'number', role: 'input', separator: null, format: null } as const
const TARGET = { type: 'number', role: 'target', separator: null, format: null } as const

/** Return the drawing as CSV: x, y and the class, or x and y. */
export function written({ classes, points }: Drawing): string {
  const labelled = classes.length > 0
  const lines = points.map(({ x, y, label }) =>
    labelled ? `${x},${y},${quoted((classes[label] ?? '').trim())}` : `${x},${y}`,
  )
  return [HEADER.slice(0, labelled ? 3 : 2).join(','), ...lines, ''].join('\n')
}

function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
}

/** Return how the file is read: classes are classes, also where their names are numbers. */
export function optionsOf({ classes }: Drawing): Partial<Options> {
  const columns: Options['columns'] =
    classes.length > 0 ? { x: INPUT, y: INPUT, label: CATEGORY } : { x: INPUT, y: TARGET }
  return { delimiter: ',', decimal: '.', encoding: 'utf-8', header: true, columns }
}

/** Whether a file holds points that can be drawn on: columns as they are written here. */
export function isDrawn({ description }: DataFileOut): boolean {
  const columns = description?.data.columns ?? []
  if (description?.family !== 'table' || description.data.rows > LIMIT) return false
  const names = columns.map(({ name }) => name).join()
  if (names === 'x,y') return columns.every(isNumber)
  return names === 'x,y,label' && columns.slice(0, 2).every(isNumber) && isClass(columns[2])
}

function isNumber({ classes, dtype }: Column): boolean {
  return classes.length === 0 && dtype.startsWith('float')
}

function isClass(column: Column | undefined): boolean {
  const many = column?.classes.length ?? 0
  return many >= 2 && many <= 6
}

/** Return the drawing that was written as this text; null if it was written otherwise. */
export function readDrawing(text: string): Drawing | null {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '')
  const labelled = header === HEADER.join()
  if (!labelled && header !== 'x,y') return null
  const classes: string[] = []
  const points: Point[] = []
  for (const line of lines) {
    const cells = /^([^,]+),([^,]+)(?:,("(?:[^"]|"")*"|[^",]*))?$/.exec(line)
    const [x, y] = [Number(cells?.[1]), Number(cells?.[2])]
    const name = unquoted(cells?.[3] ?? '')
    if (!(Math.abs(x) <= 1 && Math.abs(y) <= 1) || labelled !== (name !== '')) return null
    if (labelled && !classes.includes(name)) classes.push(name)
    points.push({ x, y, label: labelled ? classes.indexOf(name) : 0 })
  }
  return { classes, points }
}

function unquoted(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
}
