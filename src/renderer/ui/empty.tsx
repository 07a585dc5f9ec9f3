import type { ReactNode } from 'react'

/** What a part says when it has nothing to show. */
export function Empty({
  art,
  title,
  body,
  children,
}: {
  readonly art?: ReactNode
  readonly title: string
  readonly body?: string
  readonly children?: ReactNode
}) {
  return (
    <div className="empty">
      {art}
      <h2>{title}</h2>
      {body && <p className="muted">{body}</p>}
      {children}
    </div>
  )
}
