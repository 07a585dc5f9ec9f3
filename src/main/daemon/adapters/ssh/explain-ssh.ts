import type { RefusalCause } from '../../../../shared/domain/host.ts'
import { quote } from './quote.ts'

/** What kept ssh from connecting, in words, and what to do about it. */
export type SshTrouble = { readonly message: string; readonly hint: string } & (
  | {
      /** May pass by itself. */
      readonly kind: 'network'
    }
  /** Would be the same the next time. */
  | { readonly kind: 'refused'; readonly because: RefusalCause }
  /** The connection is well, but has as many sessions as the host allows. */
  | { readonly kind: 'no-more-sessions' }
)

type Rule = { readonly pattern: RegExp; readonly explain: (name: string, match: readonly string[]) => SshTrouble }

const network = (message: string, hint: string): SshTrouble => ({ kind: 'network', message, hint })

const refused = (because: RefusalCause, message: string, hint: string): SshTrouble => ({
  kind: 'refused',
  because,
  message,
  hint,
})

export const tryByHand = (name: string): string => `Try \`ssh ${name}\` in a terminal.`
const isItUp = 'Check that the machine is switched on, its network, and that no firewall is in between.'

/** Long messages of others would push ours off the screen. */
const longestQuote = 400

/**
 * In the order of looking: the cause comes before what follows from it. All patterns are messages of OpenSSH 8 to 10,
 * which are the same in every language.
 */
const rules: readonly Rule[] = [
  {
    pattern: /^mux_client_request_session: session request failed: /m,
    explain: (name) => ({
      kind: 'no-more-sessions',
      message: `${name} allows no more sessions over one connection.`,
      hint: 'Raise MaxSessions in its sshd_config, or follow fewer logs at a time.',
    }),
  },
  {
    pattern: /^Control socket connect\(/m,
    explain: (name) => network(`The connection to ${name} is gone.`, 'It is made again by itself.'),
  },
  { pattern: /^@ +WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!/m, explain: explainChangedKey },
  {
    pattern: /^No (\S+) host key is known for (\S+) and you have requested strict checking/m,
    explain: (name, [type = '', host = '']) =>
      refused(
        'unknown-key',
        `The ${type} key of ${host} is not in known_hosts.`,
        `Compare its fingerprint with one from somebody who knows, then run \`procession host trust ${name}\`.`,
      ),
  },
  {
    pattern: /^Host key verification failed/m,
    explain: (name) =>
      refused(
        'unknown-key',
        `The key of a jump host on the way to ${name} is not known, or has changed.`,
        `${tryByHand(name)} It shows which key that is.`,
      ),
  },
  {
    pattern: /^Received disconnect from (\S+) port \d+:2: Too many authentication failures/m,
    explain: (_name, [host = '']) =>
      refused(
        'authentication',
        `${host} ended the log-in after too many keys that do not fit.`,
        'Name the right one with `IdentityFile` and `IdentitiesOnly yes` in ~/.ssh/config.',
      ),
  },
  { pattern: /^(\S+@\S+): Permission denied \(([^)\n]*)\)/m, explain: explainDenied },
  {
    pattern: /^Unable to negotiate with (\S+ port \d+): no matching (.+) found. Their offer: (\S*)/m,
    explain: (_name, [host = '', what = '', offer = '']) =>
      refused(
        'unusable',
        `${host} and ssh agree on no ${what}; it offers ${offer.slice(0, longestQuote)}.`,
        `Allow one of these in ~/.ssh/config, e.g. \`${keywordFor(what)} +${offer.split(',')[0]}\`, or update its sshd.`,
      ),
  },
  {
    pattern:
      /^(.*(?:Bad configuration option|Bad owner or permissions|Can't open user config file|Missing argument).*)$/m,
    explain: (_name, [line = '']) => refused('unusable', line, 'Correct the ssh configuration of this host.'),
  },
  {
    pattern: /too long for Unix domain socket/,
    explain: () =>
      refused(
        'unusable',
        'The path of the control socket is too long for a socket.',
        'Use a home for procession with a shorter path (PROCESSION_HOME).',
      ),
  },
  {
    pattern: /open failed: administratively prohibited/,
    explain: (name) =>
      refused(
        'unusable',
        `The jump host forbids connections to ${name}.`,
        'Its administrator would have to allow that (AllowTcpForwarding and PermitOpen in its sshd_config).',
      ),
  },
  {
    pattern: /open failed: connect failed: (.+)$/m,
    explain: (name, [why = '']) =>
      network(
        `The jump host could not connect to ${name}: ${why}.`,
        'Check that it is up, and its name as the jump host sees it.',
      ),
  },
  {
    pattern: /^ssh: Could not resolve hostname (\S+): (.+)$/m,
    explain: (name, [host = '', why = '']) =>
      network(
        `The name ${host} could not be resolved: ${why}.`,
        `Check the name, HostName in ~/.ssh/config (\`ssh -G ${name}\`), and this machine's network.`,
      ),
  },
  {
    pattern: /^ssh: connect to host (\S+) port (\d+): (.+)$/m,
    explain: (_name, [host = '', port = '', why = '']) =>
      network(
        `${host} port ${port}: ${why.charAt(0).toLowerCase()}${why.slice(1)}.`,
        why === 'Connection refused' ? 'Check that sshd runs there, and the port.' : isItUp,
      ),
  },
  {
    pattern: /^Connection to (\S+ port \d+) timed out/m,
    explain: (_name, [host = '']) => network(`${host} did not answer.`, isItUp),
  },
  {
    pattern: /^Timeout, server (\S+) not responding/m,
    explain: (_name, [host = '']) => network(`${host} does not respond any more.`, isItUp),
  },
  { pattern: /^Connection (?:closed|reset) by UNKNOWN port/m, explain: explainProxy },
  {
    pattern:
      /^(?:kex_exchange_identification|banner exchange|ssh_dispatch_run_fatal): .*[\s\S]*?^Connection (?:closed|reset) by (\S+ port \d+)/m,
    explain: (_name, [host = '']) =>
      network(
        `${host} closed the connection before the log-in.`,
        'It may have too many log-ins at a time (MaxStartups in its sshd_config), or block this address.',
      ),
  },
  {
    pattern: /^Connection (?:to|closed by|reset by) (\S+)(?: port \d+| closed by remote host)/m,
    explain: (_name, [host = '']) => network(`${host} closed the connection.`, 'It is made again by itself.'),
  },
  {
    pattern: /^client_loop: send disconnect: (.+)$/m,
    explain: (name, [why = '']) => network(`The connection to ${name} broke: ${why}.`, 'It is made again by itself.'),
  },
]

/** What the stderr of an ssh that ended means. `name` is the host as we call it. Never fails. */
export function explainSsh(name: string, stderr: string): SshTrouble {
  const text = printable(stderr)
  for (const { pattern, explain } of rules) {
    const match = pattern.exec(text)
    if (match !== null) return explain(name, [...match].slice(1).concat(text))
  }
  const last = lastLine(text)
  const message = last === '' ? 'ssh ended without a word.' : `ssh says: ${last.slice(0, longestQuote)}`
  return network(message, tryByHand(name))
}

/** Without colours and control characters, which a server could send to a terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

function explainChangedKey(name: string, match: readonly string[]): SshTrouble {
  const text = match.at(-1) ?? ''
  const [, type = '', fingerprint = ''] =
    /^The fingerprint for the (\S+) key sent by the remote host is\n(\S+?)\.?$/m.exec(text) ?? []
  const [, file = ''] = /^Offending \S+ key in (.+):\d+$/m.exec(text) ?? []
  const [, host = name] = /^Host key for (\S+) has changed/m.exec(text) ?? []
  const remove = `ssh-keygen -f ${quote(file)} -R ${quote(host)}`
  return refused(
    'changed-key',
    `The key of ${host} has changed: it is now ${type} ${fingerprint}. Somebody may be in between.`,
    `If its administrator confirms this key, remove the old one with \`${remove}\`, then trust the new one.`,
  )
}

function explainDenied(name: string, [who = '', methods = '', text = '']: readonly string[]): SshTrouble {
  const [, key] = /^Load key "(.+)": bad permissions$/m.exec(text) ?? []
  const hint =
    key === undefined
      ? `\`ssh ${name}\` must log in without asking for anything: use a key without a passphrase, or load it with \`ssh-add\`.`
      : `ssh ignored a key that others may read: run \`chmod 600 ${quote(key)}\`.`
  return refused('authentication', `${who} did not let us log in (it takes ${methods.replaceAll(',', ', ')}).`, hint)
}

function explainProxy(name: string, match: readonly string[]): SshTrouble {
  const text = match.at(-1) ?? ''
  const cause = text
    .split('\n')
    .find((line) => line !== '' && !/^(kex_exchange_|banner exchange|Connection )/.test(line))
  const words = cause === undefined ? '.' : `: ${cause.slice(0, longestQuote)}`
  return network(
    `The proxy or jump host on the way to ${name} closed the connection${words}`,
    'Check ProxyJump or ProxyCommand in ~/.ssh/config.',
  )
}

/** The keyword of ssh_config(5) for what ssh calls so. */
function keywordFor(what: string): string {
  if (what.startsWith('host key')) return 'HostKeyAlgorithms'
  if (what.startsWith('key exchange')) return 'KexAlgorithms'
  return what.startsWith('MAC') ? 'MACs' : 'Ciphers'
}
