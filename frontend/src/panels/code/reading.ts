/** The text to show of generated code, and the lines of each node. */
import type { CodeOut, Problem } from '../../contract'

interface Cell {
  cell_type: string
  source: string | string[]
}

function cellText(cell: Cell): string {
  const text = Array.isArray(cell.source) ? cell.source.join('') : cell.source
  if (cell.cell_type === 'code') return `# %%\n${text}`
  return `# %% [markdown]\n${text.replaceAll(/^/gm, '# ')}`
}

/** Return the text to show: a notebook is shown as its cells, in the form editors run. */
export function shownText(code: CodeOut): string {
  if (code.form !== 'notebook') return code.source
  try {
    const { cells } = JSON.parse(code.source) as { cells: Cell[] }
    return `${cells.map(cellText).join('\n\n')}\n`
  } catch {
    return code.source
  }
}

/** Return the line of the source that a problem is about. */
export function lineOf({ arguments: { line } }: Pick<Problem, 'arguments'>): number | null {
  return typeof line === 'number' && line > 0 ? line : null
}

type Lines = CodeOut['lines']

/** Return the lines of the chosen nodes. */
export function linesOf(lines: Lines, nodes: ReadonlySet<string>): [number, number][] {
  return Object.entries(lines).flatMap(([node, range]) => (nodes.has(node) ? [range] : []))
}

/** Return the node that a line belongs to: the one with the fewest lines, if several do. */
export function nodeAt(lines: Lines, line: number): string | null {
  let innermost: string | null = null
  let fewest = Number.POSITIVE_INFINITY
  for (const [node, [first, last]] of Object.entries(lines)) {
    if (line < first || line > last || last - first >= fewest) continue
    innermost = node
    fewest = last - first
  }
  return innermost
}
