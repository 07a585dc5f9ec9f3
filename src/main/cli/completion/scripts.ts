import bash from '../../../../resources/completion/procession.bash?raw'
import fish from '../../../../resources/completion/procession.fish?raw'
import zsh from '../../../../resources/completion/procession.zsh?raw'

/** What makes a shell complete the words of procession, for its own `source`. */
export const completionScripts = { bash, zsh, fish } as const

export type Shell = keyof typeof completionScripts

export const shells: readonly Shell[] = ['bash', 'zsh', 'fish']

export const isShell = (name: string): name is Shell => Object.hasOwn(completionScripts, name)
