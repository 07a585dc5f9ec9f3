/** The colour that a token (`--text-muted`) has now, as `rgb(...)`: a canvas and the like know nothing of tokens. */
export function tokenColour(token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
