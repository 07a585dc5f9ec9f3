import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import type { ConditionSample } from './sample.ts'

/** A fingerprint of a running process for tests. */
export const liveFingerprint = (changed: Partial<LiveFingerprint> = {}): LiveFingerprint => ({
  cmdline: ['/usr/bin/tws', '--port', '7496'],
  listen: ['127.0.0.1:7496'],
  established: [],
  udp: [],
  files: ['/var/log/tws.log', '/var/lib/tws/data'],
  partial: false,
  exe: '/usr/bin/tws',
  cwd: '/var/lib/tws',
  uid: 1000,
  threads: 5,
  ppid: 1,
  starttime: '4711',
  boot_id: 'b0a7',
  rss: 1_048_576,
  cgroup: '/user.slice',
  env_names: ['HOME', 'PATH'],
  ...changed,
})

/** A sample of a running process for tests. */
export const runningSample = (changed: Partial<ConditionSample> = {}): ConditionSample => ({
  fp: liveFingerprint(),
  state: 'operative',
  life: 'up',
  pid: 4242,
  alias: 'master.tws',
  name: 'calm-otter',
  uptime: 12.5,
  restarts: 1,
  ready: true,
  ...changed,
})

/** A sample of a process that has ended, for tests. */
export const endedSample = (changed: Partial<ConditionSample> = {}): ConditionSample =>
  runningSample({ fp: null, state: '', life: 'exited', pid: null, uptime: 0, ready: false, ...changed })
