/** Tables on the clipboard, from spreadsheets and web pages, as files of data. */
import { t } from '../../words/t'

/** What of a clipboard can hold a table. */
export interface Clip {
  text: string
  html?: string
}

interface Table {
  text: string
  ending: 'tsv' | 'csv'
}

/** Lines that have to have a delimiter, if a text has so many. */
const LINES = 50

/** Return the table on a clipboard as a file; null if there is none. `used` are names of files. */
export function pastedFile({ text, html }: Clip, used: readonly string[]): File | null {
  const table = tableInText(text) ?? tableInHtml(html ?? '')
  if (!table) return null
  const name = freeName(t('data.pastedTable'), table.ending, used)
  return new File([table.text], name, { type: 'text/plain' })
}

/** Return the name of a file that is not in use yet; it may end in a number. */
export function freeName(name: string, ending: string, used: readonly string[]): string {
  let free = `${name}.${ending}`
  for (let number = 2; used.includes(free); number += 1) free = `${name} ${number}.${ending}`
  return free
}

/** Return a text of rows and columns: spreadsheets copy tabs between cells. */
export function tableInText(text: string): Table | null {
  const lines = text.split(/\r\n|\r|\n/, LINES).filter((line) => line.trim() !== '')
  if (lines.length < 2 || /^\s*[{[<]/.test(text)) return null
  if (lines[0]?.includes('\t')) return { text, ending: 'tsv' }
  const delimited = [';', ',', '|'].some((mark) => lines.every((line) => line.includes(mark)))
  return delimited ? { text, ending: 'csv' } : null
}

/** Return the first table of a page that has two rows and two columns. */
export function tableInHtml(html: string): Table | null {
  if (!html.includes('<t')) return null
  // A parsed document runs no scripts and loads nothing.
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const table of page.querySelectorAll('table')) {
    const rows = [...table.rows].map((row) => [...row.cells].map(cellText))
    if (rows.length > 1 && rows.every(({ length }) => length > 1))
      return { text: rows.map((row) => row.map(quoted).join('\t')).join('\n'), ending: 'tsv' }
  }
  return null
}

function cellText({ textContent }: HTMLTableCellElement): string {
  return (textContent ?? '').replace(/\s+/g, ' ').trim()
}

function quoted(cell: string): string {
  return cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell
}
