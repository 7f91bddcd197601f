/**
 * Files that are dropped before the page can take them.
 *
 * A browser opens a file that no script takes in the place of the page, so this is loaded first.
 */

let waiting: File | null = null

function onDragOver(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
}

function onDrop(event: DragEvent): void {
  const [file] = event.dataTransfer?.files ?? []
  if (!file) return
  event.preventDefault()
  waiting = file
}

globalThis.addEventListener?.('dragover', onDragOver)
globalThis.addEventListener?.('drop', onDrop)

/** Return the file that was dropped so far, if any; from now on the caller takes them. */
export function takeDrops(): File | null {
  removeEventListener('dragover', onDragOver)
  removeEventListener('drop', onDrop)
  const file = waiting
  waiting = null
  return file
}
