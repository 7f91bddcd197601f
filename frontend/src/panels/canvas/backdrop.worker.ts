import { type Asked, paintShapes, type Shapes } from './shapes'

const canvas = new OffscreenCanvas(1, 1)
const context = canvas.getContext('2d')
let present: readonly Shapes[] = []

self.onmessage = ({ data: { shapes = present, colors, part } }: MessageEvent<Asked>) => {
  present = shapes
  canvas.width = Math.max(1, Math.round(part.width * part.ratio))
  canvas.height = Math.max(1, Math.round(part.height * part.ratio))
  if (context) paintShapes(context, present, colors, part)
  const picture = canvas.transferToImageBitmap()
  self.postMessage(picture, { transfer: [picture] })
}
