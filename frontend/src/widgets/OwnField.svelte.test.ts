// @vitest-environment jsdom
/** What a field of the page shows is what the page uses, or it is marked. */
import fc from 'fast-check'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, describe, expect, it } from 'vitest'
import OwnField from './OwnField.svelte'
import { paramOf } from './params'
import { readNumbers } from './values'

const WHOLE = paramOf('from', 'integer', { minimum: 0, maximum: 200 })
let mounted: object | null = null

class Page {
  readonly target = document.createElement('div')
  readonly props: Record<string, unknown>

  constructor(given: Record<string, unknown>) {
    document.body.replaceChildren(this.target)
    const props = $state({
      ...{ label: 'From', param: WHOLE },
      ...given,
      onset: (now: unknown) => {
        props.value = now
      },
    } as Record<string, unknown>)
    this.props = props
    mounted = mount(OwnField, { target: this.target, props: props as never })
    flushSync()
  }

  get field(): HTMLInputElement {
    return this.target.querySelector('input, textarea') as HTMLInputElement
  }

  /** The text, the value in use, and the note. */
  get state(): [string, unknown, string] {
    const note = this.target.querySelector('.note')?.textContent ?? ''
    expect(this.field.getAttribute('aria-invalid')).toBe(String(note !== ''))
    return [this.field.value, this.props.value, note.replaceAll(/\s+/g, ' ').trim()]
  }

  type(text: string): void {
    this.field.value = text
    this.field.dispatchEvent(new Event('input', { bubbles: true }))
    flushSync()
  }

  leave(): void {
    this.field.dispatchEvent(new FocusEvent('blur'))
    flushSync()
  }

  escape(): void {
    this.field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    flushSync()
  }
}

afterEach(() => {
  if (mounted) void unmount(mounted)
  mounted = null
})

describe('a number of the page', () => {
  it('is read as a number of the document is', () => {
    const page = new Page({ value: 3 })
    page.type('2*64')
    expect(page.state).toEqual(['2*64', 128, ''])
    page.leave()
    expect(page.state).toEqual(['128', 128, ''])
  })

  it('keeps a wrong text with its reason until Esc', () => {
    const page = new Page({ value: 3 })
    for (const [text, why] of [
      ['12abc', '“abc” can’t be read here. Expected a whole number, such as 32 or 2*16.'],
      ['1_000', 'At most 200.'],
      ['', 'A number is needed here.'],
    ]) {
      page.type(text as string)
      page.leave()
      expect(page.state).toEqual([text, 3, `Not used. ${why} Back to 3 (Esc)`])
    }
    page.escape()
    expect(page.state).toEqual(['3', 3, ''])
  })
})

const SEVERAL = {
  param: paramOf('values', 'numbers'),
  rows: 3,
  reads: (text: string) => readNumbers(text, 3),
  writes: (values: unknown) => (values as number[]).join(' '),
}

describe('several numbers', () => {
  it('are separated by what people write, and each may be computed', () => {
    const page = new Page({ ...SEVERAL, value: [1, 2, 3] })
    page.type('2*4, 1e-1\n-3')
    expect(page.state).toEqual(['2*4, 1e-1\n-3', [8, 0.1, -3], ''])
    page.leave()
    expect(page.field.value).toBe('8 0.1 -3')
  })

  it('must be as many as before, and none may be missing', () => {
    const page = new Page({ ...SEVERAL, value: [1, 2, 3] })
    page.type('1 2')
    expect(page.state[2]).toContain('3 numbers are needed here; there are 2.')
    page.type('1 ? 3')
    expect(page.state).toEqual([
      '1 ? 3',
      [1, 2, 3],
      'Not used. Every value must be a number. Back to 1 2 3 (Esc)',
    ])
  })
})

it('shows what is used, or is marked, whatever is typed', () => {
  const piece = fc.constantFrom('1', '20', '_', '*', '-', '.', ' ', 'x', ',', '(', ')', 'e')
  const text = fc.array(piece, { maxLength: 6 }).map((all) => all.join(''))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      const page = new Page({ value: 3 })
      for (const typed of texts) {
        page.type(typed)
        page.leave()
        const [shown, value, note] = page.state
        if (note) expect([shown, value]).toEqual([typed, 3])
        else {
          expect(shown).toBe(String(value))
          page.type('3')
          page.leave()
        }
      }
    }),
    { numRuns: 60 },
  )
})
