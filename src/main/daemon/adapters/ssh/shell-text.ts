import { markOf } from './answers.ts'
import { quote } from './quote.ts'

/**
 * One piece of script for a shell that reads its commands from stdin, followed by the mark and its exit status. `eval`
 * of a quoted text keeps unbalanced quotes and syntax errors inside, the subshell keeps `exit` and `cd` inside, and
 * without /dev/null a command could read what is meant for the shell.
 */
export const askText = (mark: string, script: string): string =>
  `(eval ${quote(script)}) </dev/null; echo "\n${mark} $?"\n`

/**
 * The same for script that may run in the shell itself, see `AskOptions.inShell`: the fork of a subshell takes longer than
 * all the rest of a short ask.
 */
export const askInShellText = (mark: string, script: string): string =>
  `{ eval ${quote(script)}; } </dev/null 2>/dev/null; echo "\n${mark} $?"\n`

/** Makes a shell say that it is there. What its login wrote before is told apart by the mark. */
export const helloText = (mark: string): string => `echo "\n${mark} 0"\n`

/**
 * Facts of the shell itself in one line: its pid, then its /proc/PID/stat; where there is none, what the system is
 * called.
 */
export const factsScript = 'echo "$$"; if read -r line </proc/$$/stat; then echo "$line"; else uname -s; fi 2>/dev/null'

/** A shell on the other machine; `startTime` is field 22 of proc_pid_stat(5). */
export type ChannelShell = {
  readonly pid: number
  readonly startTime: string
  /** It leads a process group, as every shell that OpenSSH starts does. */
  readonly leadsGroup: boolean
}

/** What `factsScript` said: the shell, or the name of a system without /proc, in words. */
export function readFacts(output: string): ChannelShell | { readonly system: string } {
  const [pid = '', line = ''] = output.split('\n')
  const fields = line.slice(line.lastIndexOf(') ') + 2).split(' ')
  const [, , group = ''] = fields
  const startTime = fields[19]
  if (startTime === undefined || !line.startsWith(`${pid} `)) return { system: line.trim() }
  return { pid: Number(pid), startTime, leadsGroup: group === pid }
}

/**
 * Ends a shell that hangs, and what hangs in it: its group, if a process with this pid, start time and group is there.
 * What was started in a session of its own is not in that group.
 */
export const endShellScript = ({ pid, startTime }: ChannelShell): string => `
read -r line </proc/${pid}/stat || exit 0
set -- \${line##*) }
[ "$3" = ${pid} ] && [ "\${20}" = ${startTime} ] && kill -9 -${pid}
exit 0
`

/**
 * A command of its own for a shell that reads its commands from stdin: it says the mark, then runs the script, and ends
 * the whole group with it as soon as stdin ends, as it does when the session is closed or its connection is lost.
 * Without that a silent `tail -f` would stay. The braces make the shell read everything before it runs anything.
 */
export const streamText = (nonce: string, script: string): string => `{
exec 3<&0 </dev/null
read -r line </proc/$$/stat
set -- \${line##*) }
echo "\n${markOf(nonce, 0)} 0"
(eval ${quote(script)}) 3<&- &
command=$!
[ "$3" = "$$" ] && all="-$$" || all="$command"
(while read -r ignored; do :; done; kill -9 "$all") <&3 3<&- >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$command"
status=$?
kill -9 "$watcher"
exit "$status"
}
`
