/** A person's own input as it is sent: the numbers of large inputs as one text. */
import type { OwnSample } from '../contract'

/** More numbers than this are packed; a server takes lists of up to 10,000. */
const MOST_LISTED = 1_024
/** Bytes that become characters at once: each is an argument of one call. */
const CHUNK = 8_192

/** Return a sample whose inputs of many numbers are packed: float32, the lowest byte first. */
export function packed(sample: OwnSample): OwnSample {
  const entries = Object.entries(sample.values)
  const large = entries.filter(([, values]) => values.length > MOST_LISTED)
  if (large.length === 0) return sample
  const listed = entries.filter(([, values]) => values.length <= MOST_LISTED)
  return {
    ...sample,
    values: Object.fromEntries(listed),
    packed: Object.fromEntries(large.map(([node, values]) => [node, base64Of(values)])),
  }
}

function base64Of(values: readonly number[]): string {
  const bytes = new Uint8Array(Float32Array.from(values).buffer)
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}
