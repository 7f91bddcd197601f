/** The real catalogue for tests, as the server sends it: the file leaves defaults out. */
import { readFileSync } from 'node:fs'
import type { Catalogue, Entry, Port } from '../contract'
import { entry, param, port } from './sample'

const written = readFileSync('../engine/catalogue/catalogue.json', 'utf8')
const { layers } = JSON.parse(written) as { layers: Partial<Entry>[] }

export const CATALOGUE: Catalogue = {
  keras: '',
  categories: [],
  objects: [],
  layers: layers.map((some) =>
    entry(some.name as string, {
      ...some,
      inputs: ports(some.inputs),
      outputs: ports(some.outputs),
      params: (some.params ?? []).map((part) => param(part.name, part.type, part)),
    }),
  ),
}

function ports(some: Partial<Port>[] = []): Port[] {
  return some.map(({ name = '', when, ...rest }) =>
    port(name, { ...rest, when: when ? { ...when, holding: when.holding ?? [] } : null }),
  )
}
