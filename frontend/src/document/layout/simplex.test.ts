import { expect, it } from 'vitest'
import { type Constraint, minimize } from './simplex'

const cost = (x: number[], constraints: Constraint[]) =>
  constraints.reduce(
    (sum, { from, to, weight }) => sum + weight * ((x[to] ?? 0) - (x[from] ?? 0)),
    0,
  )

/** The least cost, by trying all coordinates up to a limit. */
function tried(count: number, constraints: Constraint[], limit: number): number {
  let least = Infinity
  const x = new Array<number>(count).fill(0)
  for (let code = 0; code < limit ** count; code += 1) {
    for (let i = 0, rest = code; i < count; i += 1, rest = Math.floor(rest / limit))
      x[i] = rest % limit
    const holds = constraints.every(({ from, to, least }) => (x[to] ?? 0) - (x[from] ?? 0) >= least)
    if (holds) least = Math.min(least, cost(x, constraints))
  }
  return least
}

it('finds coordinates as good as the best of all', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * below)
  }
  for (let round = 0; round < 20; round += 1) {
    const count = 5
    const constraints = Array.from({ length: 7 }, () => {
      const from = random(count - 1)
      const to = from + 1 + random(count - 1 - from)
      return { from, to, least: random(3), weight: 1 + random(4) }
    })
    const x = minimize(count, constraints)
    for (const { from, to, least } of constraints)
      expect((x[to] ?? 0) - (x[from] ?? 0)).toBeGreaterThanOrEqual(least)
    expect(cost(x, constraints)).toBe(tried(count, constraints, 9))
  }
}, 60_000)

it('takes a chain of 20,000 without recursion', () => {
  const constraints = Array.from({ length: 19_999 }, (_, i) => ({
    from: i,
    to: i + 1,
    least: 1,
    weight: 1,
  }))
  expect(minimize(20_000, constraints)[19_999]).toBe(19_999)
})
