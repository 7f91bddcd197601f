// @vitest-environment jsdom
/** What a field shows is what the document holds, or it is marked as not saved. */
import fc from 'fast-check'
import { flushSync, mount, unmount } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import type { Param } from '../contract'
import { Mixed } from '../document/common'
import { equal } from '../document/equal'
import { emptyDocument } from '../document/model'
import { Drafts } from '../session/drafts.svelte'
import TextField from './TextField.svelte'
import { read } from './values'

const fixture = vi.hoisted(() => ({ session: {} }))
vi.mock('../session', () => ({ useSession: () => fixture.session }))

const PATH = ['training', 'epochs']
const flags = { required: false, nullable: false, positional: false, telling: false }
const PARAM: Param = {
  ...flags,
  ...{ name: 'epochs', help: '', default: null, choices: [], type: 'integer' },
  ...{ minimum: 1, maximum: 100_000, length: null, advanced: false, at_call: false, start: null },
}

/** A field on a page, whose value others may change too. */
class Page {
  readonly drafts = new Drafts(() => emptyDocument())
  readonly target = document.createElement('div')
  readonly props: Record<string, unknown>
  #mounted: object | null = null

  constructor(param: Param, value: unknown, needed = false) {
    fixture.session = { drafts: this.drafts }
    document.body.replaceChildren(this.target)
    const field = { id: 'f', path: PATH, label: 'Epochs', param, needed }
    const props = $state({ ...field, value, onset: (now: unknown) => this.set(now) })
    this.props = props
    this.open()
  }

  get input(): HTMLInputElement {
    return this.target.querySelector('input') as HTMLInputElement
  }

  get note(): string {
    return this.target.querySelector('.note')?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''
  }

  get marked(): boolean {
    return this.input.getAttribute('aria-invalid') === 'true'
  }

  get value(): unknown {
    return this.props.value
  }

  set(value: unknown): void {
    this.props.value = value
  }

  type(text: string): void {
    this.input.value = text
    this.input.dispatchEvent(new Event('input', { bubbles: true }))
    flushSync()
  }

  press(key: string): void {
    this.input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    flushSync()
  }

  leave(): void {
    this.input.dispatchEvent(new FocusEvent('blur'))
    flushSync()
  }

  /** Another node is chosen, and this one again. */
  open(): void {
    if (this.#mounted) void unmount(this.#mounted)
    this.#mounted = mount(TextField, { target: this.target, props: this.props as never })
    flushSync()
  }
}

describe('a field', () => {
  it('saves what it can read while it is typed, and shows what it means', () => {
    const page = new Page(PARAM, 20)
    page.type('2*64')
    expect([page.input.value, page.value, page.marked]).toEqual(['2*64', 128, false])
    expect(page.target.querySelector('.meaning')?.textContent).toBe('= 128')
    page.leave()
    expect(page.input.value).toBe('128')
  })

  it('keeps a wrong text, also when it is left, closed and opened again', () => {
    const page = new Page(PARAM, 20)
    for (const text of ['1', '12', '12a']) page.type(text)
    page.leave()
    page.open()
    expect([page.input.value, page.value, page.marked]).toEqual(['12a', 20, true])
    expect(page.note).toMatch(/^Not saved. “a” can’t be read here. .* Back to 20 \(Esc\)$/)
    expect(page.drafts.list).toHaveLength(1)
    page.type('12')
    expect([page.value, page.marked, page.drafts.list]).toEqual([12, false, []])
  })

  it('goes back with Esc to the value before the typing, saved or not', () => {
    for (const text of ['2.5', '40']) {
      const page = new Page(PARAM, 20)
      page.type(text)
      page.press('Escape')
      expect([page.input.value, page.value, page.marked]).toEqual(['20', 20, false])
    }
  })

  it('goes back by its button, where there is no Esc', () => {
    const page = new Page(PARAM, 20)
    page.type('many')
    page.target.querySelector<HTMLButtonElement>('.note button')?.click()
    flushSync()
    expect([page.input.value, page.marked]).toEqual(['20', false])
  })

  it('is marked when it is empty and there is no default', () => {
    const page = new Page(PARAM, 20, true)
    page.type('')
    expect([page.value, page.note]).toEqual([
      20,
      'Not saved. A number is needed here. Back to 20 (Esc)',
    ])
  })

  it('shows what others have set meanwhile, and does not take it back', () => {
    const page = new Page(PARAM, 20)
    page.type('30')
    page.set(50)
    flushSync()
    expect(page.input.value).toBe('50')
    page.type('x')
    expect([page.input.value, page.value, page.marked]).toEqual(['x', 50, true])
  })

  it('steps with the arrow keys', () => {
    const page = new Page(PARAM, 20)
    page.press('ArrowUp')
    expect(page.value).toBe(21)
    page.type('1')
    page.press('ArrowDown')
    expect([page.input.value, page.value, page.marked]).toEqual(['0', 20, true])
  })
})

const pieces = fc.constantFrom(
  ...['1', '32', '0.5', '1e-3', '2.5', '10_000', '1,000', 'None', '?', '×', 'x', ',', ' '],
  ...['*', '/', '+', '-', '(', ')', '[', ']', '"', 'abc', '{', '}', ':', '0', 'true', 'é'],
)
const text = fc.oneof(
  fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
  fc.string(),
)
/** What is done to a field, and whether it ends the typing. */
const step = fc.oneof(
  text.map((typed) => ({ act: (page: Page) => page.type(typed), ends: false })),
  fc.constantFrom(
    { act: (page: Page) => page.press('ArrowUp'), ends: false },
    { act: (page: Page) => page.press('Escape'), ends: true },
    { act: (page: Page) => page.press('Enter'), ends: true },
    { act: (page: Page) => page.leave(), ends: true },
    { act: (page: Page) => page.open(), ends: true },
  ),
)
const TYPES: [Param['type'], unknown][] = [
  ['integer', 20],
  ['number', 0.1],
  ['integers', [8, 8, 1]],
  ['integer_or_integers', 3],
  ['number_or_numbers', undefined],
  ['strings', ['a', 'b']],
  ['json', { a: [1, null] }],
  ['string', 'ab,i'],
]

describe.each(TYPES)('whatever is done to a field of %s', (type, initial) => {
  it('shows what the document holds, or is marked, and then nothing was saved', () => {
    const param = { ...PARAM, type, minimum: null, maximum: null }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const page = new Page(param, initial)
        let before = page.value
        for (const { act, ends } of steps) {
          act(page)
          const meant = read(param, page.input.value)
          expect(page.marked).toBe('wrong' in meant)
          if ('value' in meant) expect(equal(meant.value, page.value)).toBe(true)
          else expect(page.value).toEqual(before)
          if (ends) before = page.value
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a field of several nodes whose values differ', () => {
  const mixed = () =>
    new Mixed(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    )

  it('shows no value until one is typed, which is for all', () => {
    const page = new Page(PARAM, mixed())
    expect([page.input.value, page.input.placeholder]).toEqual(['', 'mixed'])
    page.type('2*8')
    expect(page.value).toBe(16)
  })

  it('gives the values back on Esc, and when the text is removed', () => {
    const before = mixed()
    const page = new Page(PARAM, before)
    page.type('16')
    page.press('Escape')
    expect(page.value).toBe(before)
    page.type('12abc')
    expect([page.value, page.marked]).toEqual([before, true])
    page.type('')
    expect([page.value, page.marked]).toEqual([before, false])
    page.type('7')
    page.type('')
    expect(page.value).toBe(before)
  })
})
