/** What a parent must be before its child may start. `up` is what a dependence without a state means. */
export type Required =
  | { readonly kind: 'up' }
  | { readonly kind: 'ready' }
  /** Ended: with exit code 0, or (`code` null) in any way. */
  | { readonly kind: 'exited'; readonly code: 0 | null }
  /** In the state with this label. */
  | { readonly kind: 'state'; readonly label: string }

/** What happens to a running child when its parent is no longer what it must be. */
export const onLossChoices = ['keep', 'stop', 'restart'] as const
export type OnLoss = (typeof onLossChoices)[number]

/** The parent by its process id; `missing` holds the name of one that does not exist yet. */
export type DependenceParent =
  | { readonly kind: 'process'; readonly id: string }
  | { readonly kind: 'missing'; readonly name: string }

/** `childId` may be launched only while the parent is what `required` says. */
export type Dependence = {
  readonly sessionId: string
  readonly parent: DependenceParent
  readonly required: Required
  readonly childId: string
  readonly onLoss: OnLoss
}

/** Words after `parent:` that are no labels of states. */
export const reservedStates = ['up', 'ready', 'exited:0', 'exited'] as const

/** `operative`, `ready`, `exited:0` ... as written after `parent:`; the empty text means `up`. */
export function parseRequired(text: string): Required {
  switch (text) {
    case '':
    case 'up':
      return { kind: 'up' }
    case 'ready':
      return { kind: 'ready' }
    case 'exited:0':
      return { kind: 'exited', code: 0 }
    case 'exited':
      return { kind: 'exited', code: null }
    default:
      return { kind: 'state', label: text }
  }
}

/** The inverse of `parseRequired`; `up` is written out. */
export function requiredText(required: Required): string {
  switch (required.kind) {
    case 'up':
    case 'ready':
      return required.kind
    case 'exited':
      return required.code === 0 ? 'exited:0' : 'exited'
    case 'state':
      return required.label
  }
}

/** Tells dependences of one session apart. */
export const dependenceKey = ({ parent, required, childId }: Dependence): string =>
  `${childId} ${parent.kind === 'process' ? parent.id : parent.name} ${requiredText(required)}`
