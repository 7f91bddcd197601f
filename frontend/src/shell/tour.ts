/** The steps of the tour, and where their cards go. */
import type { View } from '../session/view.svelte'
import { t } from '../words/t'

export interface Step {
  title: string
  text: string
  /** Selects the part of the page that the step is about. */
  target: string
  /** Bring that part into view. */
  show?: (view: View) => void
}

function openDrawer(tab: string) {
  return (view: View) => {
    view.drawer.open = true
    view.drawer.tab = tab
  }
}

export const STEPS: readonly Step[] = [
  { title: t('tour.graph'), text: t('tour.graphText'), target: '[data-tour="canvas"]' },
  {
    title: t('tour.layers'),
    text: t('tour.layersText'),
    target: '[data-tour="left"]',
    show: (view) => {
      view.left.open = true
      view.leftTab = 'layers'
    },
  },
  {
    title: t('tour.numbers'),
    text: t('tour.numbersText'),
    target: '[data-tour="right"]',
    show: (view) => {
      view.right.open = true
    },
  },
  {
    title: t('tour.train'),
    text: t('tour.trainText'),
    target: '[data-tour="train"]',
    show: openDrawer('training'),
  },
  {
    title: t('tour.code'),
    text: t('tour.codeText'),
    target: '[data-tour="drawer"]',
    show: openDrawer('code'),
  },
]

interface Box {
  left: number
  top: number
  width: number
  height: number
}

export const WIDTH = 320
const GAP = 12

/** Return where the card of a step goes: beside its target where there is room, else inside it. */
export function placeOf(target: Box, card: { height: number }, page: Omit<Box, 'left' | 'top'>) {
  const right = target.left + target.width
  const bottom = target.top + target.height
  const within = (at: number, size: number, limit: number) =>
    Math.max(GAP, Math.min(at, limit - size - GAP))
  const middle = within(target.left + (target.width - WIDTH) / 2, WIDTH, page.width)
  const centre = within(target.top + (target.height - card.height) / 2, card.height, page.height)
  if (page.width - right >= WIDTH + 2 * GAP && target.height > card.height)
    return { left: right + GAP, top: centre }
  if (target.left >= WIDTH + 2 * GAP && target.height > card.height)
    return { left: target.left - WIDTH - GAP, top: centre }
  if (page.height - bottom >= card.height + 2 * GAP) return { left: middle, top: bottom + GAP }
  if (target.top >= card.height + 2 * GAP)
    return { left: middle, top: target.top - card.height - GAP }
  return { left: middle, top: within(bottom - card.height - GAP, card.height, page.height) }
}
