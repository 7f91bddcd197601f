"""What the painted overview of a graph shows."""

# Its pixels in the window, whatever canvas they are from; null while it is not shown.
PIXELS = """() => {
  const overview = document.querySelector('.overview')
  const { x, y, width, height } = overview.getBoundingClientRect()
  if (width === 0) return null
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  copy.imageSmoothingEnabled = false
  for (const canvas of overview.querySelectorAll('canvas')) {
    const box = canvas.getBoundingClientRect()
    if (canvas.width > 0 && box.width > 0)
      copy.drawImage(canvas, box.x - x, box.y - y, box.width, box.height)
  }
  return copy.getImageData(0, 0, width, height)
}"""

# Whether it has a pixel of a colour.
HAS_COLOUR = f"""(colour) => {{
  const {{ data }} = ({PIXELS})() ?? {{ data: [] }}
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] << 16 | data[at + 1] << 8 | data[at + 2]) === parseInt(colour.slice(1), 16))
      return true
  return false
}}"""

# The bounds and the number of colours of what is painted, in pixels of the window.
PAINTED = f"""() => {{
  const {{ data, width, height }} = ({PIXELS})() ?? {{ data: [], width: 0, height: 0 }}
  const colours = new Set()
  let top = height, bottom = 0
  for (let at = 0; at < data.length; at += 4) {{
    if (data[at + 3] < 255) continue
    colours.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2])
    const row = Math.floor(at / 4 / width)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
  }}
  return {{ top, bottom, height, colours: colours.size }}
}}"""
