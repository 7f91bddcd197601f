/** Saves what the page made as a file, as a download of the browser. */
const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv;charset=utf-8',
  '.ipynb': 'application/x-ipynb+json',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** Download text as a file. */
export function downloadText(text: string, filename: string): void {
  const ending = filename.slice(filename.lastIndexOf('.'))
  const type = TYPES[ending] ?? 'text/x-python'
  downloadBlob(new Blob([text], { type }), filename)
}

/** Download bytes as a file. */
export function downloadBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = filename
  link.click()
  // The browser reads the blob after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
