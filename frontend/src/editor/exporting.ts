/** Files of what the canvas shows: a picture, and the table of its layers. */
import { csv } from '../document/csv'
import type { Picture } from '../document/picture/picture'
import { type LayerRow, rowsOf, sourcesOf } from '../document/summary'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'
import { downloadBlob, downloadText } from './download'
import { fileName } from './files'
import { pictureOf } from './picture'

/** Pixels of the file for each pixel of the canvas, where browsers can paint as many. */
const SHARPNESS = 2
const MOST_PIXELS = 100_000_000
const LONGEST_SIDE = 16_000

export function saveSvg(canvas: Canvas): void {
  downloadText(pictureOf(canvas).svg, fileName(canvas.session.document.name, 'svg'))
}

export async function savePng(canvas: Canvas): Promise<void> {
  const blob = await painted(pictureOf(canvas))
  downloadBlob(blob, fileName(canvas.session.document.name, 'png'))
}

/** Paint a picture into a PNG, twice as large as on the page where that is possible. */
async function painted({ svg, width, height }: Picture): Promise<Blob> {
  const scale = Math.min(
    SHARPNESS,
    LONGEST_SIDE / Math.max(width, height),
    Math.sqrt(MOST_PIXELS / (width * height)),
  )
  const image = new Image()
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t('editor.notPainted'))))),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** A byte order mark, by which spreadsheets know the encoding. */
const MARK = '\ufeff'

export function saveTable({ graph, layers, verdicts, session }: Canvas): void {
  const head = [
    t('summary.layer'),
    t('summary.type'),
    t('summary.shape'),
    t('summary.dtype'),
    t('summary.trainable'),
    t('summary.nonTrainable'),
    t('summary.weightBytes'),
    t('summary.activationBytes'),
    t('summary.multiplyAdds'),
    t('summary.inputs'),
  ]
  const rows = rowsOf(graph, layers, verdicts).map((row) => [
    ...cellsOf(row),
    sourcesOf(graph, row.id, layers).join(', '),
  ])
  downloadText(MARK + csv([head, ...rows]), fileName(session.document.name, 'csv'))
}

function cellsOf(row: LayerRow): (string | number | null)[] {
  const { name, type, shapes, dtype, trainable, nonTrainable } = row
  const shape = shapes?.map(written).join(', ') ?? null
  const { weightBytes, activationBytes, multiplyAdds } = row
  return [
    name,
    type,
    shape,
    dtype,
    trainable,
    nonTrainable,
    weightBytes,
    activationBytes,
    multiplyAdds,
  ]
}

/** Return a shape as Keras writes it: "(None, 32, 32)". */
function written(axes: readonly (number | null)[]): string {
  const words = axes.map((axis) => axis ?? 'None')
  return `(${words.join(', ')}${axes.length === 1 ? ',' : ''})`
}
