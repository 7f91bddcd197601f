/** Points that are drawn on a plane: adding, spraying and erasing them, as pure functions. */

/** A point of the square from -1 to 1; `label` is the index of its class. */
export interface Point {
  readonly x: number
  readonly y: number
  readonly label: number
}

/** A drawing: the names of the classes, and the points. Without classes, y is learnt from x. */
export interface Drawing {
  readonly classes: readonly string[]
  readonly points: readonly Point[]
}

export const LIMIT = 5_000
export const FEWEST_CLASSES = 2
export const MOST_CLASSES = 6
/** How far a sprayed point lies from the pointer at most, and how far an eraser reaches. */
export const REACH = 0.08
/** How far the pointer moves before the next point is sprayed. */
export const STEP = 0.03

/** Return a coordinate inside the square, with three decimals. */
export function bounded(value: number): number {
  return Math.round(Math.min(1, Math.max(-1, value)) * 1_000) / 1_000 || 0
}

/** Return the points and one more, unless there are too many. */
export function added(points: readonly Point[], { x, y, label }: Point): readonly Point[] {
  if (points.length >= LIMIT) return points
  return [...points, { x: bounded(x), y: bounded(y), label }]
}

/** Return a point near another one; all places within reach are equally likely. */
export function near(point: Point, random: () => number = Math.random): Point {
  const radius = REACH * Math.sqrt(random())
  const angle = 2 * Math.PI * random()
  return {
    ...point,
    x: point.x + radius * Math.cos(angle),
    y: point.y + radius * Math.sin(angle),
  }
}

/** Return the points that lie outside the eraser's reach; the same list if all do. */
export function erased(points: readonly Point[], x: number, y: number): readonly Point[] {
  const rest = points.filter((point) => Math.hypot(point.x - x, point.y - y) > REACH)
  return rest.length === points.length ? points : rest
}

/** Return a drawing without one of its classes and the points of that class. */
export function withoutClass({ classes, points }: Drawing, label: number): Drawing {
  return {
    classes: classes.filter((_, index) => index !== label),
    points: points
      .filter((point) => point.label !== label)
      .map((point) => (point.label > label ? { ...point, label: point.label - 1 } : point)),
  }
}

/** Return how many points each class has. */
export function counted({ classes, points }: Drawing): number[] {
  const counts = classes.map(() => 0)
  for (const { label } of points) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

/** What of a drawing keeps it from being used; null if nothing does. */
export function missing(drawing: Drawing): 'points' | 'classes' | 'names' | null {
  const { classes, points } = drawing
  if (points.length < 2) return 'points'
  if (classes.length === 0) return null
  const names = classes.map((name) => name.trim())
  if (names.includes('') || new Set(names).size < names.length) return 'names'
  return counted(drawing).filter((count) => count > 0).length < 2 ? 'classes' : null
}
