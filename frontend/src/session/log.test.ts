import { describe, expect, it, vi } from 'vitest'
import { OrderedLog } from './log'

function follow(dense: boolean) {
  const received: number[] = []
  const ask = vi.fn()
  const log = new OrderedLog<string>({ dense, ask, apply: (_, number) => received.push(number) })
  const receive = (...numbers: number[]) => {
    for (const number of numbers) log.receive(number, `item ${number}`)
  }
  return { log, received, ask, receive }
}

describe('a dense log', () => {
  it('applies each item once and in order, whatever the order of arrival', () => {
    const { received, receive, ask } = follow(true)
    receive(1, 1, 4, 3, 1, 5, 2, 2, 6)
    expect(received).toEqual([1, 2, 3, 4, 5, 6])
    expect(ask.mock.calls).toEqual([[1]])
  })

  it('asks again for the next gap', () => {
    const { receive, ask } = follow(true)
    receive(2, 3, 1, 6, 7)
    expect(ask.mock.calls).toEqual([[0], [3]])
  })

  it('begins again where everything came at once', () => {
    const { log, received, receive } = follow(true)
    receive(1, 9, 4)
    log.reset(8)
    receive(2, 8, 10)
    expect(received).toEqual([1, 9, 10])
  })
})

it('a log whose numbers only grow drops what is old', () => {
  const { received, receive, ask } = follow(false)
  receive(1, 5, 3, 5, 6)
  expect(received).toEqual([1, 5, 6])
  expect(ask).not.toHaveBeenCalled()
})
