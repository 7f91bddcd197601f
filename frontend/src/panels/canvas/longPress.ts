/** A long press with a finger: what a second button of the mouse is to a hand without one. */

/** How long the finger rests, in milliseconds. */
export const PRESS = 500
/** How far it may move meanwhile, in pixels. */
const STILL = 10

/**
 * Call `press` with the event that began a long press, unless the finger moves or another comes.
 * The lifted finger then clicks nothing: a menu may have opened under it.
 */
export function longPress(press: (event: PointerEvent) => void) {
  return (element: HTMLElement) => {
    let start: PointerEvent | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let pressed = false

    function stop(): void {
      clearTimeout(timer)
      start = null
    }

    function begin(event: PointerEvent): void {
      stop()
      pressed = false
      if (event.pointerType !== 'touch' || !event.isPrimary) return
      start = event
      timer = setTimeout(() => {
        stop()
        pressed = true
        press(event)
      }, PRESS)
    }

    function move(event: PointerEvent): void {
      if (!start) return
      const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY)
      if (far > STILL) stop()
    }

    function lift(event: TouchEvent): void {
      if (pressed && event.cancelable) event.preventDefault()
      pressed = false
    }

    element.addEventListener('pointerdown', begin, true)
    element.addEventListener('touchend', lift, true)
    addEventListener('pointermove', move, true)
    addEventListener('pointerup', stop, true)
    addEventListener('pointercancel', stop, true)
    return () => {
      stop()
      element.removeEventListener('pointerdown', begin, true)
      element.removeEventListener('touchend', lift, true)
      removeEventListener('pointermove', move, true)
      removeEventListener('pointerup', stop, true)
      removeEventListener('pointercancel', stop, true)
    }
  }
}
