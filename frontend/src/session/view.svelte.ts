/** View state: how this person has arranged the page. It is kept in the browser, never shared. */
import { isObject } from '../document/model'
import { safeStorage } from './outbox'

const KEY = 'layerloom.view'

export type Theme = 'system' | 'light' | 'dark'
export type LeftTab = 'layers' | 'outline'

interface Panel {
  open: boolean
  size: number
}

/** Where the drawer lies: below the canvas, beside it, or in its place. */
export const DRAWER_PLACES = ['below', 'beside', 'instead'] as const
export type DrawerPlace = (typeof DRAWER_PLACES)[number]

interface Drawer {
  open: boolean
  place: string
  /** Its width beside the canvas. */
  width: number
  /** The id of one of the drawer's tabs. */
  tab: string
  /** The height of each tab, once it was changed. */
  heights: Record<string, number>
}

const WIDE = typeof innerWidth === 'undefined' || innerWidth >= 800

const HIGH = typeof innerHeight === 'undefined' ? 900 : innerHeight

function lowOf(value: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(value, most)))
}

/** The share of the page's height that a tab of the drawer needs at first. */
const SHARES: Readonly<Record<string, number>> = {
  training: 0.4,
  code: 0.36,
  data: 0.36,
  history: 0.36,
  summary: 0.36,
}
const PLAIN_SHARE = 0.25

const INITIAL = {
  theme: 'system' as Theme,
  name: '',
  leftTab: 'layers' as LeftTab,
  left: { open: WIDE, size: 232 } as Panel,
  right: { open: WIDE, size: 288 } as Panel,
  drawer: { open: WIDE, place: 'below', width: 480, tab: 'training', heights: {} } as Drawer,
}

export class View {
  theme = $state(INITIAL.theme)
  /** What the others call this person. */
  name = $state(INITIAL.name)
  leftTab = $state(INITIAL.leftTab)
  left = $state({ ...INITIAL.left })
  right = $state({ ...INITIAL.right })
  drawer = $state({ ...INITIAL.drawer })
  /** Whether the small map of the whole graph is shown. */
  minimap = $state(true)
  /** Whether the cards show what is inside the model. */
  inside = $state(false)

  /** The step of the tour that is shown, from 0; null when it is not. */
  tour = $state<number | null>(null)

  get drawerPlace(): DrawerPlace {
    return DRAWER_PLACES.find((place) => place === this.drawer.place) ?? 'below'
  }

  set drawerPlace(place: DrawerPlace) {
    this.drawer.place = place
    this.drawer.open = true
  }

  /** The width of the drawer beside the canvas, else its height with the present tab: as it was
   * left, or what the tab needs. */
  get drawerSize(): number {
    const { heights, tab, width } = this.drawer
    if (this.drawerPlace === 'beside') return width
    // Less on a low screen: the canvas gets the room.
    return heights[tab] ?? lowOf(HIGH * (SHARES[tab] ?? PLAIN_SHARE), 160, 360)
  }

  set drawerSize(size: number) {
    if (this.drawerPlace === 'beside') this.drawer.width = size
    else this.drawer.heights = { ...this.drawer.heights, [this.drawer.tab]: size }
  }

  /** Whether the system asks for dark; see `shownTheme`. */
  systemDark = $state(false)

  /** The theme that is shown: the system's where nothing else was chosen. */
  get shownTheme(): 'light' | 'dark' {
    if (this.theme !== 'system') return this.theme
    return this.systemDark ? 'dark' : 'light'
  }

  constructor(readonly storage: Storage | null = safeStorage()) {
    this.#restore()
    if (!this.name) this.name = inventName()
  }

  /** Keep the present state; called from an effect, so that every change is kept. */
  keep(): void {
    const { theme, name, leftTab, left, right, drawer, tour, minimap, inside } = this
    try {
      this.storage?.setItem(
        KEY,
        JSON.stringify({ theme, name, leftTab, left, right, drawer, tour, minimap, inside }),
      )
    } catch {
      // A full or forbidden storage only means that the arrangement is not remembered.
    }
  }

  #restore(): void {
    try {
      const stored: unknown = JSON.parse(this.storage?.getItem(KEY) ?? '{}')
      if (isObject(stored)) this.#take(stored)
    } catch {
      // The stored text is not ours: ignore it.
    }
  }

  #take(stored: Record<string, unknown>): void {
    if (['system', 'light', 'dark'].includes(String(stored.theme)))
      this.theme = stored.theme as Theme
    if (typeof stored.minimap === 'boolean') this.minimap = stored.minimap
    if (typeof stored.inside === 'boolean') this.inside = stored.inside
    if (typeof stored.name === 'string') this.name = stored.name.slice(0, 40)
    if (stored.leftTab === 'layers' || stored.leftTab === 'outline') this.leftTab = stored.leftTab
    if (typeof stored.tour === 'number') this.tour = stored.tour
    for (const panel of ['left', 'right', 'drawer'] as const) {
      const values = stored[panel]
      if (!isObject(values)) continue
      // A narrow page starts with the canvas alone, whatever was open on a wide one.
      if (!WIDE) continue
      for (const [key, initial] of Object.entries(INITIAL[panel])) {
        const value = values[key]
        if (typeof value === typeof initial) Object.assign(this[panel], { [key]: value })
      }
    }
  }
}

const FIRST = [
  'Amber',
  'Brisk',
  'Clear',
  'Deft',
  'Early',
  'Keen',
  'Lucid',
  'Quiet',
  'Swift',
  'Warm',
]
const SECOND = [
  'Finch',
  'Heron',
  'Ibis',
  'Lynx',
  'Marten',
  'Otter',
  'Raven',
  'Stoat',
  'Tern',
  'Wren',
]

function inventName(): string {
  const pick = (words: string[]) => words[Math.floor(Math.random() * words.length)]
  return `${pick(FIRST)} ${pick(SECOND)}`
}
