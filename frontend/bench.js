/**
 * Times what the page does with a batch of operations, without a browser: `node bench.js 5000 10000`
 * prints the milliseconds of each step in each round by batch size, as JSON. The sizes take turns in
 * a round. (The fastest round of a small batch is one in which no garbage was collected; a large
 * batch has none of those: compare medians.)
 */
import process from 'node:process'
import { createServer } from 'vite'

const ROUNDS = 31
const vite = await createServer({
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, watch: null },
})
const { Replica } = await vite.ssrLoadModule('/src/session/replica.ts')
const { emptyDocument } = await vite.ssrLoadModule('/src/document/model.ts')
const { Trail } = await vite.ssrLoadModule('/src/session/trail.svelte.ts')

const place = (kind, ...id) => ['graphs', 'main', kind, ...id]
const node = (i) => ({
  id: `n${i}`,
  layer: 'Dense',
  params: { units: i },
  position: { x: 0, y: i },
})
const edge = (i) => ({ id: `e${i}`, source: `n${i - 1}`, target: `n${i}` })

/** The batches that add, remove and move `count` nodes with their edges. */
function batches(count) {
  const numbers = Array.from({ length: count }, (_, i) => i)
  return {
    add: [
      ...numbers.map((i) => ({ type: 'add', path: place('nodes'), item: node(i) })),
      ...numbers.slice(1).map((i) => ({ type: 'add', path: place('edges'), item: edge(i) })),
    ],
    remove: [
      ...numbers.slice(1).map((i) => ({ type: 'remove', path: place('edges', `e${i}`) })),
      ...numbers.map((i) => ({ type: 'remove', path: place('nodes', `n${i}`) })),
    ],
    tidy: numbers.map((i) => ({
      type: 'set',
      path: place('nodes', `n${i}`, 'position'),
      value: { x: i, y: 0 },
    })),
  }
}

/** Time one step of a round. */
function timed(times, name, action) {
  const began = performance.now()
  const result = action()
  times[name] ??= []
  times[name].push(performance.now() - began)
  return result
}

/** Make a batch a person's edit, and undo it; return the changed document. */
function step(times, name, before, operations) {
  const [trail, page, undone] = [new Trail(), replica(before), {}]
  const refused = timed(times, name, () => {
    const result = trail.apply(before, operations)
    page.edit(result.applied)
    return result.refused
  })
  const { document } = page
  timed(times, `undo ${name}`, () => {
    Object.assign(undone, trail.undo(document))
    page.edit(undone.operations)
  })
  if (refused.length + undone.skipped > 0 || undone.operations.length !== operations.length)
    throw new Error(name)
  return document
}

/** A page's copy of a document, which no server has confirmed. */
function replica(document) {
  const copy = new Replica(document, [], () => {})
  copy.welcome({ document, revision: 0 })
  return copy
}

const sizes = process.argv.slice(2).map((size) => ({ size, times: {}, ...batches(Number(size)) }))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { times, add, tidy, remove } of sizes) {
    const full = step(times, 'add', emptyDocument(), add)
    step(times, 'tidy', full, tidy)
    step(times, 'remove', full, remove)
  }
}
console.log(JSON.stringify(Object.fromEntries(sizes.map(({ size, times }) => [size, times]))))
await vite.close()
