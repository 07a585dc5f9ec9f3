import sprite from '../styles/status.svg?raw'

/** Puts the shapes into the page once, so that marks can refer to them. */
export function installMarks(): void {
  const { documentElement } = new DOMParser().parseFromString(sprite, 'image/svg+xml')
  documentElement.setAttribute('class', 'sprite')
  documentElement.setAttribute('aria-hidden', 'true')
  document.body.prepend(documentElement)
}

/** A shape in its colour; `kind` names both (styles/status.svg, tokens `--status-<kind>`). The word stands beside it. */
export function Mark({ kind }: { readonly kind: string }) {
  return (
    <svg className={`mark s-${kind}`} aria-hidden="true">
      <use href={`#status-${kind}`} />
    </svg>
  )
}
