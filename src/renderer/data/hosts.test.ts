import { expect, test } from 'vitest'
import { localRow, sshRow } from '../../../test/helpers/host-rows.ts'
import type { HostRow } from '../../shared/domain/host.ts'
import { listedHosts, shownHostMark, suggestedHosts } from './hosts.ts'

const hosts = new Map(
  [
    sshRow('gpu-10', { kind: 'connected', since: 1 }),
    sshRow('gpu-2', { kind: 'connected', since: 1 }),
    sshRow('only-name', { kind: 'idle' }, { from: 'ssh-config' }),
    sshRow('tried', { kind: 'unreachable', since: 1, retryAt: 2 }, { from: 'ssh-config' }),
    localRow(),
    sshRow('away', { kind: 'reconnecting', since: 1, attempt: 1, retryAt: 2 }),
    sshRow('no', { kind: 'refused', since: 1, because: 'authentication', key: null }),
  ].map((host): [string, HostRow] => [host.name, host]),
)

test('this machine, then what needs a person, then the others by name', () => {
  expect(listedHosts(hosts).map(({ name }) => name)).toEqual(['local', 'no', 'tried', 'away', 'gpu-2', 'gpu-10'])
})

test('names that only ssh knows are offered', () => expect(suggestedHosts(hosts)).toEqual(['only-name']))

test('without the daemon nobody knows', () => {
  expect([shownHostMark(localRow(), null), shownHostMark(localRow(), 5)]).toEqual([null, 'unknown'])
})
