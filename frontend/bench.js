/**
 * Times what the page does with a batch of operations, without a browser: `node bench.js 5000 10000`
 * prints the milliseconds of each step by batch size as JSON, the median of many rounds, in which
 * the sizes take turns. (The fastest round of a small batch is one in which no garbage was
 * collected; a large batch has none of those.)
 */
import process from 'node:process'
import { createServer } from 'vite'

const ROUNDS = 31
const vite = await createServer({
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, watch: null },
})
const { applyAll } = await vite.ssrLoadModule('/src/document/operations.ts')
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

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** Apply a batch, record it, and work out what undoes it; return the changed document. */
function step(times, name, before, operations) {
  const trail = new Trail()
  const { document, refused } = timed(times, `apply ${name}`, () => applyAll(before, operations))
  timed(times, `record ${name}`, () => trail.record(before, operations))
  const { operations: undone, skipped } = timed(times, `undo ${name}`, () => trail.undo(document))
  if (refused.length + skipped > 0 || undone.length !== operations.length) throw new Error(name)
  return document
}

const sizes = process.argv.slice(2).map((size) => ({ size, times: {}, ...batches(Number(size)) }))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { times, add, tidy, remove } of sizes) {
    const full = step(times, 'add', emptyDocument(), add)
    step(times, 'tidy', full, tidy)
    step(times, 'remove', full, remove)
  }
}
const medians = (times) =>
  Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
const result = Object.fromEntries(sizes.map(({ size, times }) => [size, medians(times)]))
console.log(JSON.stringify(result))
await vite.close()
