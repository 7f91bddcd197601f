/** The device of a document: the processor, a GPU, or several devices that train at once. */
import type { Environment } from '../contract'

export interface Devices {
  kind: 'cpu' | 'gpu'
  /** The GPUs, or the parts of a processor that is divided, which are counted from 0. */
  numbers: readonly number[]
}

/** Return what a device means: “gpu:0,2” are two GPUs, “cpu:0,1” two halves of the processor. */
export function readDevice(device: string): Devices {
  const [kind, numbers = '0'] = device.split(':')
  return { kind: kind === 'cpu' ? 'cpu' : 'gpu', numbers: numbers.split(',').map(Number) }
}

/** Return devices as a document names them. */
export function writeDevice({ kind, numbers }: Devices): string {
  return kind === 'cpu' && numbers.length === 1 ? 'cpu' : `${kind}:${numbers.join(',')}`
}

/** Return the processor in so many parts. */
export function parts(count: number): string {
  return writeDevice({ kind: 'cpu', numbers: Array.from({ length: count }, (_, at) => at) })
}

/** Add a GPU to those that train, or take it away; the last one stays. */
export function toggled(device: string, gpu: number): string {
  const { kind, numbers } = readDevice(device)
  const others = numbers.filter((number) => number !== gpu)
  const chosen = others.length < numbers.length ? others : [...numbers, gpu]
  return writeDevice({ kind, numbers: chosen.length ? chosen.sort((a, b) => a - b) : numbers })
}

/** Whether a server has all devices that are asked for. */
export function isThere(
  device: string,
  server: Pick<Environment, 'devices' | 'cpu_parts'>,
): boolean {
  const { kind, numbers } = readDevice(device)
  if (kind === 'cpu') return numbers.length === 1 || numbers.length <= server.cpu_parts
  return numbers.every((number) => server.devices.some(({ id }) => id === `gpu:${number}`))
}

/** Return a device's name: "CPU", "GPU 0", "GPU 0 + 2", "CPU × 2". */
export function deviceName(device: string): string {
  const { kind, numbers } = readDevice(device)
  const name = kind.toUpperCase()
  if (kind === 'cpu') return numbers.length === 1 ? name : `${name} × ${numbers.length}`
  return device === kind ? name : `${name} ${numbers.join(' + ')}`
}
