// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { view } from '../../session/sample'
import { csvOf, svgOf } from './drawing'

const look = { color: (token: string) => token, tick: String }
const line = { label: 'a < b & "c"', color: '--s-1', values: [1, null, 100] }

describe('curves that are kept', () => {
  it('are a picture with axes, names and lines', () => {
    const chart = { title: 'Loss', x: [1, 2, 3], lines: [line], xLabel: 'epoch', log: false }
    const svg = svgOf([chart, chart], look)
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
    expect(parsed.querySelector('parsererror')).toBeNull()
    expect(parsed.documentElement.getAttribute('height')).toBe('600')
    expect([...parsed.querySelectorAll('text')].map((text) => text.textContent)).toContain(
      'a < b & "c"',
    )
    expect(parsed.querySelectorAll('path[stroke="--s-1"]')).toHaveLength(4)
  })

  it('have the values themselves beside a logarithmic axis', () => {
    const chart = { title: 'Loss', x: [1, 2, 3], lines: [line], xLabel: 'epoch', log: true }
    expect(svgOf([chart], look)).toContain('>10</text>')
  })

  it('are a table of epochs', () => {
    expect(csvOf(view()).split('\r\n').slice(0, 2)).toEqual([
      'epoch,loss,accuracy,val_loss,val_accuracy,seconds,steps_per_second,learning_rate,memory_bytes',
      '1,1,0.5,1.2,0.6,2,25,0.001,500000000',
    ])
  })
})
