/** Work over many members in steps, between which the page can draw a frame. */
export type Steps<T> = Generator<void, T>

/** How many members are a step: about a millisecond's work. */
const STEP = 250

/** Do something with each member of a list. */
export function* inSteps<T>(list: readonly T[], work: (member: T) => void): Steps<void> {
  for (let at = 0; at < list.length; at += 1) {
    work(list[at] as T)
    if (at % STEP === STEP - 1) yield
  }
}

/** Do all steps at once; return their result. */
export function finished<T>(steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}
