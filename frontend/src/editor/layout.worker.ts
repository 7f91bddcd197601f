import { arrange, type Sketch } from '../document/layout/arrange'

self.onmessage = ({ data }: MessageEvent<Sketch>) => {
  self.postMessage(arrange(data))
}
