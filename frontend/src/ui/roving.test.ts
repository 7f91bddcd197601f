// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { roving } from './roving'

afterEach(() => document.body.replaceChildren())

function list(options: Omit<Parameters<typeof roving>[0], 'items'>) {
  const element = document.createElement('div')
  element.innerHTML = '<button>a</button><button>b</button><button>c</button>'
  document.body.append(element)
  const detach = roving({ ...options, items: 'button' })(element)
  element.querySelector('button')?.focus()
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    document.activeElement?.dispatchEvent(event)
    return [document.activeElement?.textContent, event.defaultPrevented]
  }
  return { press, detach: detach as () => void }
}

it.each([
  { axis: 'vertical', wrap: true, keys: ['ArrowDown', 'ArrowUp', 'ArrowUp'], ends: 'bac' },
  { axis: 'vertical', wrap: false, keys: ['ArrowUp', 'End', 'ArrowDown'], ends: 'acc' },
  { axis: 'horizontal', wrap: true, keys: ['End', 'ArrowRight', 'ArrowLeft'], ends: 'cac' },
  { axis: 'horizontal', wrap: false, keys: ['ArrowRight', 'Home', 'ArrowLeft'], ends: 'baa' },
] as const)('moves along the $axis axis (wrap: $wrap)', ({ axis, wrap, keys, ends }) => {
  const { press } = list({ axis, wrap })
  expect(keys.map((key) => press(key))).toEqual([...ends].map((name) => [name, true]))
})

it('leaves the keys of the other axis, and all others, alone', () => {
  const { press } = list({ axis: 'vertical' })
  expect(['ArrowRight', 'Enter', 'x'].map(press)).toEqual(Array(3).fill(['a', false]))
})

it('says where the focus goes, until it is detached', () => {
  const onmove = vi.fn()
  const { press, detach } = list({ axis: 'vertical', onmove })
  press('ArrowDown')
  expect(onmove).toHaveBeenCalledWith(1)
  detach()
  expect(press('ArrowDown')).toEqual(['b', false])
})
