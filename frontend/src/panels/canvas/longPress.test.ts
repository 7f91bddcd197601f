// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { longPress, PRESS } from './longPress'

type Touch = Partial<Pick<PointerEvent, 'clientX' | 'clientY' | 'isPrimary' | 'pointerType'>>

function fire(target: EventTarget, type: string, more: Touch = {}): void {
  const touch = { clientX: 50, clientY: 50, isPrimary: true, pointerType: 'touch', ...more }
  target.dispatchEvent(Object.assign(new Event(type, { bubbles: true }), touch))
}

describe('a long press', () => {
  const element = document.createElement('div')
  const press = vi.fn()
  let detach: () => void

  beforeEach(() => {
    vi.useFakeTimers()
    document.body.append(element)
    detach = longPress(press)(element)
  })
  afterEach(() => {
    detach()
    press.mockReset()
    vi.useRealTimers()
  })

  it('is a finger that rests', () => {
    fire(element, 'pointerdown')
    fire(window, 'pointermove', { clientX: 54 })
    vi.advanceTimersByTime(PRESS - 1)
    expect(press).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(press).toHaveBeenCalledOnce()
  })

  it('ends without a click on what has opened under the finger', () => {
    const lift = () => {
      const event = new Event('touchend', { bubbles: true, cancelable: true })
      element.dispatchEvent(event)
      return event.defaultPrevented
    }
    fire(element, 'pointerdown')
    vi.advanceTimersByTime(PRESS)
    expect(lift()).toBe(true)
    fire(element, 'pointerdown')
    fire(window, 'pointerup')
    expect(lift()).toBe(false)
  })

  it.each([
    ['moves', 'pointermove', { clientX: 80 }],
    ['is lifted', 'pointerup', {}],
    ['pans the page', 'pointercancel', {}],
  ] as const)('is none if the finger %s', (_, type, more) => {
    fire(element, 'pointerdown')
    fire(window, type, more)
    vi.advanceTimersByTime(2 * PRESS)
    expect(press).not.toHaveBeenCalled()
  })

  it('is none with two fingers, nor with a mouse', () => {
    fire(element, 'pointerdown')
    fire(element, 'pointerdown', { isPrimary: false })
    vi.advanceTimersByTime(2 * PRESS)
    fire(element, 'pointerdown', { pointerType: 'mouse' })
    vi.advanceTimersByTime(2 * PRESS)
    expect(press).not.toHaveBeenCalled()
  })
})
