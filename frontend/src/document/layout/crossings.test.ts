import { describe, expect, it } from 'vitest'
import { Crossings } from './crossings'

const place = (x: number, y: number) => ({ x, y })

describe('crossings', () => {
  it('are counted with every wire, whatever bands it passes', () => {
    const crossings = new Crossings(96)
    crossings.add([place(0, 0), place(0, 1000)])
    crossings.add([place(50, 450), place(50, 500)])
    expect(crossings.count([place(-100, 480), place(100, 480)])).toBe(2)
    expect(crossings.count([place(-100, 10), place(100, 990)])).toBe(1)
    expect(crossings.count([place(-100, 800), place(100, 800)])).toBe(1)
    expect(crossings.count([place(10, 0), place(10, 1000)])).toBe(0)
  })

  it('leave out wires that only touch', () => {
    const crossings = new Crossings(96)
    crossings.add([place(0, 0), place(100, 40)])
    expect(crossings.count([place(0, 0), place(-100, 40)])).toBe(0)
    expect(crossings.count([place(0, 0), place(100, 40)])).toBe(0)
    expect(crossings.count([place(50, 20), place(50, 200)])).toBe(0)
  })
})
