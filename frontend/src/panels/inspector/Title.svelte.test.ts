// @vitest-environment jsdom
/** A name or a description shows what the document holds, or it is marked as not saved. */
import fc from 'fast-check'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { emptyDocument } from '../../document/model'
import { Drafts } from '../../session/drafts.svelte'
import { readProse } from '../../widgets/prose'
import Title from './Title.svelte'

const fixture = vi.hoisted(() => ({ session: {} }))
vi.mock('../../session', () => ({ useSession: () => fixture.session }))

const LONG = 'a'.repeat(201)
let close = () => {}

afterEach(() => close())

/** The title of the model's main graph, as a page shows it. */
function titled(value: string) {
  const drafts = new Drafts(() => emptyDocument())
  fixture.session = { drafts }
  const target = document.createElement('div')
  const props = $state({
    path: ['graphs', 'main', 'name'],
    value,
    placeholder: 'Dense',
    onname: (name: string) => {
      props.value = name
    },
  })
  const mounted = mount(Title, { target, props })
  close = () => {
    void unmount(mounted)
    close = () => {}
  }
  flushSync()
  const input = target.querySelector('input') as HTMLInputElement
  const happen = (event: Event) => {
    input.dispatchEvent(event)
    flushSync()
  }
  return {
    drafts,
    input,
    type(text: string) {
      input.value = text
      happen(new Event('input', { bubbles: true }))
    },
    press: (key: string) => happen(new KeyboardEvent('keydown', { key, bubbles: true })),
    leave: () => happen(new FocusEvent('blur')),
    get state() {
      const marked = input.getAttribute('aria-invalid') === 'true'
      return [input.value, props.value, marked]
    },
    get note() {
      return target.querySelector('.note')?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''
    },
  }
}

describe('a name', () => {
  it('stays visible and marked while it is too long, until Esc', () => {
    const page = titled('hidden')
    page.type(LONG)
    page.leave()
    expect(page.state).toEqual([LONG, 'hidden', true])
    expect(page.note).toBe(
      'Not saved. At most 200 characters, and this has 201. Back to hidden (Esc)',
    )
    expect(page.drafts.list).toHaveLength(1)
    page.press('Escape')
    expect(page.state).toEqual(['hidden', 'hidden', false])
    expect(page.drafts.list).toEqual([])
  })

  it('is saved while it is typed, and goes back with Esc to what it was', () => {
    const page = titled('hidden')
    for (const text of ['h', 'he', 'head']) page.type(text)
    expect(page.state).toEqual(['head', 'head', false])
    page.press('Escape')
    expect(page.state).toEqual(['hidden', 'hidden', false])
  })

  it('counts characters as the server does', () => {
    expect(readProse('🙂'.repeat(3), 3)).toEqual({ value: '🙂🙂🙂' })
    expect(readProse('🙂'.repeat(4), 3)).toHaveProperty('wrong')
    for (const text of ['a\0b', 'a\ud83d'])
      expect(readProse(text)).toEqual({ wrong: 'It contains a character that can’t be stored.' })
  })

  it('is saved or marked, whatever is typed', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(LONG), fc.constant(' a '))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const page = titled('hidden')
        for (const typed of texts) {
          page.type(typed)
          const [shown, held, marked] = page.state
          expect(marked ? 'hidden' : String(shown).trim()).toBe(held)
          page.leave()
          if (!marked) expect(page.state).toEqual([held, held, false])
          page.press('Escape')
          page.type('hidden')
          page.leave()
        }
        close()
      }),
      { numRuns: 25 },
    )
  })
})
