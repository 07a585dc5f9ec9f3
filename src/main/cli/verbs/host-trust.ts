import type { HostKey } from '../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { compareKeyCommand, hostKeyText } from '../../../shared/text/host-row.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { parseFingerprint, parseHostName, parseOptional } from '../parse.ts'
import { exitOk, exitPartly, type Invocation, type Verb } from '../verb.ts'

export const hostTrust: Verb = {
  path: ['host', 'trust'],
  summary: 'show the key of a host that is not known yet, and trust it',
  operands: '<HOST>',
  options: [
    { flags: '--fingerprint <fingerprint>', description: 'trust the key with this fingerprint, and no other' },
    { flags: '--yes', description: 'trust the key that it shows, without asking' },
  ],
  examples: [
    'procession host trust gpu-01',
    'procession host trust gpu-01 --fingerprint SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  ],
  notes: [
    'A trusted key is written into the known_hosts file that ssh uses. On a terminal you are asked; elsewhere give',
    '--fingerprint or --yes. A key that has changed is never trusted here.',
  ],
  run: trust,
}

async function trust({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const name = parseHostName(operands[0] ?? '')
  if (!name.ok) return name
  const fingerprint = parseOptional(options.text('fingerprint'), parseFingerprint)
  if (!fingerprint.ok) return fingerprint
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  if (fingerprint.value !== undefined) return trustKey(client.value, name.value, fingerprint.value, cli)
  const shown = await client.value.call('hosts.trust', { name: name.value, fingerprint: null })
  if (!shown.ok) return shown
  const { key } = shown.value
  if (shown.value.trusted) return sayTrusted(name.value, key, cli)
  if (options.flag('yes')) return trustKey(client.value, name.value, key.fingerprint, cli)
  return askFirst(client.value, name.value, key, cli)
}

async function askFirst(client: DaemonClient, name: string, key: HostKey, cli: Cli): Promise<Result<number>> {
  const { confirm } = cli
  const page = cli.json ? cli.err : cli.out
  page.line(`${name} shows the key ${hostKeyText(key)}`)
  page.line(`Compare it, there: ${compareKeyCommand(key.type)}`)
  if (confirm !== null && (await confirm(`Trust this key of ${name}?`))) {
    return trustKey(client, name, key.fingerprint, cli)
  }
  if (cli.json) cli.out.json({ name, key, trusted: false })
  if (confirm === null) {
    return failure(
      'bad_input',
      `Nobody says whether the key of ${name} is to be trusted`,
      `If it is the right one: procession host trust ${name} --fingerprint ${key.fingerprint}`,
    )
  }
  cli.err.line('Not trusted: nothing was changed.')
  return success(exitPartly)
}

async function trustKey(client: DaemonClient, name: string, fingerprint: string, cli: Cli): Promise<Result<number>> {
  const trusted = await client.call('hosts.trust', { name, fingerprint })
  return trusted.ok ? sayTrusted(name, trusted.value.key, cli) : trusted
}

function sayTrusted(name: string, key: HostKey, cli: Cli): Result<number> {
  if (cli.json) cli.out.json({ name, key, trusted: true })
  else cli.out.line(`Trusted: the key ${hostKeyText(key)} of ${name}`)
  return success(exitOk)
}
