/**
 * Files that are dropped on the page.
 *
 * A browser opens a file that no script takes in the place of the page: this is loaded first, and
 * takes every file, also where a page has no use for it.
 */

type Receiver = (file: File) => void

let receiver: Receiver | null = null
/** The file that was dropped last, while nothing received it. */
let waiting: File | null = null

function onDragOver(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
}

function onDrop(event: DragEvent): void {
  const [file] = event.dataTransfer?.files ?? []
  if (!file || event.defaultPrevented) return
  event.preventDefault()
  if (receiver) receiver(file)
  else waiting = file
}

globalThis.addEventListener?.('dragover', onDragOver)
globalThis.addEventListener?.('drop', onDrop)

/**
 * Give the files that are dropped, and one that was dropped before, to a function.
 *
 * Returns what ends that; files then wait for the next receiver.
 */
export function receiveDrops(receive: Receiver): () => void {
  receiver = receive
  const file = waiting
  waiting = null
  if (file) receive(file)
  return () => {
    if (receiver === receive) receiver = null
  }
}
