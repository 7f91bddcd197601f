/** Pictures of the camera, by class, and the archive that they become. */
import { type ZipMember, zipped } from './zip'

export interface Picture {
  readonly blob: Blob
  /** Where the page shows it from. */
  readonly url: string
}

export interface PictureClass {
  readonly name: string
  readonly pictures: readonly Picture[]
}

export const SIZES = [64, 96, 128] as const
export const FEWEST_CLASSES = 2
export const MOST_CLASSES = 12
/** The most pictures of one class. */
export const LIMIT = 1_000

/** Return the name of a class as that of a folder. */
export function folderOf(name: string): string {
  return name
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '-')
    .replace(/^[._ ]+/, '')
    .replace(/[. ]+$/, '')
}

/** What keeps the pictures from being used; null if nothing does. */
export function lacking(classes: readonly PictureClass[]): 'names' | 'pictures' | null {
  const folders = classes.map(({ name }) => folderOf(name).toLowerCase())
  if (folders.includes('') || new Set(folders).size < folders.length) return 'names'
  return classes.filter(({ pictures }) => pictures.length > 1).length < 2 ? 'pictures' : null
}

/** Return a ZIP with a folder of pictures for each class that has some. */
export async function archived(classes: readonly PictureClass[]): Promise<Blob> {
  const members: ZipMember[] = []
  for (const { name, pictures } of classes) {
    for (const [index, { blob }] of pictures.entries()) {
      const number = String(index + 1).padStart(4, '0')
      const content = new Uint8Array(await blob.arrayBuffer())
      members.push({ name: `${folderOf(name)}/${number}.jpg`, content })
    }
  }
  return zipped(members)
}
