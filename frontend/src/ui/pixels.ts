/** The pixels of pictures of any size. */

type Drawable = HTMLCanvasElement | HTMLVideoElement | ImageBitmap

/** Return the bytes of a picture that passes through these sizes; the last one is its size. */
export function reduced(
  source: Drawable,
  cut: { left: number; top: number; width: number; height: number },
  widths: readonly number[],
  heights: readonly number[],
): Uint8ClampedArray {
  let [now, area]: [Drawable, typeof cut] = [source, cut]
  for (let step = 0; step < Math.max(widths.length, heights.length); step += 1) {
    const canvas = document.createElement('canvas')
    canvas.width = widths[Math.min(step, widths.length - 1)] ?? 1
    canvas.height = heights[Math.min(step, heights.length - 1)] ?? 1
    const context = canvas.getContext('2d', { willReadFrequently: true })
    const { left, top, width, height } = area
    if (context) {
      context.fillStyle = 'white'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.imageSmoothingQuality = 'high'
      context.drawImage(now, left, top, width, height, 0, 0, canvas.width, canvas.height)
    }
    now = canvas
    area = { left: 0, top: 0, width: canvas.width, height: canvas.height }
  }
  const { width, height } = area
  const context = now instanceof HTMLCanvasElement ? now.getContext('2d') : null
  return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
}
