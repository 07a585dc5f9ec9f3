import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { completionScripts, isShell, shells } from '../completion/scripts.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const completion: Verb = {
  path: ['completion'],
  summary: 'print what makes a shell complete verbs, options, names, states and pids',
  operands: '<shell>',
  options: [],
  examples: [
    'procession completion bash > ~/.local/share/bash-completion/completions/procession',
    'procession completion zsh > ~/.zfunc/_procession',
    'procession completion fish > ~/.config/fish/completions/procession.fish',
  ],
  notes: [
    'The shell is bash, zsh or fish. In bash and zsh, for the running shell alone: source <(procession completion bash)',
    'Names and states are those of the session of the current folder.',
  ],
  run: print,
}

async function print({ operands: [shell = ''] }: Invocation, cli: Cli): Promise<Result<number>> {
  if (!isShell(shell)) {
    return failure('bad_input', `There is no completion for ${shell}.`, `Use one of ${shells.join(', ')}.`)
  }
  const script = completionScripts[shell]
  if (cli.json) cli.out.json({ shell, script })
  else await cli.out.bytes(Buffer.from(script))
  return success(exitOk)
}
