/** The camera of this device, while it is on. */

/** Why there is no picture. */
export type Refusal = 'insecure' | 'refused' | 'none' | 'busy'

const QUALITY = 0.92

export class Camera {
  stream = $state.raw<MediaStream | null>(null)
  refusal = $state<Refusal | null>(null)
  #closed = false

  /** Ask for the camera; `stream` or `refusal` says what came of it. */
  async start(): Promise<void> {
    this.refusal = null
    if (!navigator.mediaDevices) {
      this.refusal = 'insecure'
      return
    }
    try {
      const wanted = { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } }
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false })
      // The person may have closed the panel before answering the browser's question.
      if (this.#closed) release(stream)
      else this.stream = stream
    } catch (error) {
      this.refusal = refusalOf(error)
    }
  }

  /** Switch the camera off. */
  close(): void {
    this.#closed = true
    if (this.stream) release(this.stream)
    this.stream = null
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function refusalOf(error: unknown): Refusal {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy'
}

/** Return the middle of a video's present picture as a square of `size` pixels; null before any. */
export async function capture(video: HTMLVideoElement, size: number): Promise<Blob | null> {
  const side = Math.min(video.videoWidth, video.videoHeight)
  if (side === 0) return null
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2]
  canvas.getContext('2d')?.drawImage(video, left, top, side, side, 0, 0, size, size)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}
