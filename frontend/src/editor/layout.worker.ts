import { arrange, type Sketch } from './layout'

self.onmessage = ({ data }: MessageEvent<Sketch>) => {
  self.postMessage(arrange(data))
}
