import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { DaemonLab, daemonEntry, ourNode, pidOf, pidsWith } from '../helpers/daemon-lab.ts'
import { until } from '../helpers/until.ts'

describe('the daemon as a process', () => {
  test('is clean of the marks of a process that started it', async () => {
    await using lab = await DaemonLab.start()
    await lab.stopDaemon()
    const marks = { PROCESSION_ID: 'x:1', PROCESSION_SESSION: 's', PROCESSION_ALIAS: 'a', PROCESSION_DB: '/d' }
    const child = spawn(ourNode(), [daemonEntry, '--home', lab.places.home], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...marks, PROCESSION_NODE: ourNode() },
    })
    await until(() => lab.answeringPid().then((pid) => pid === child.pid), { what: 'our daemon to answer' })
    await lab.startDaemon()
    const environ = readFileSync(`/proc/${lab.daemonPid}/environ`, 'utf8')
    expect(environ).not.toContain('PROCESSION_ID=')
    expect(environ).not.toContain('PROCESSION_SESSION=')
    expect(environ).toContain('PROCESSION_NODE=')
  })

  test('keeps no descriptor of whoever started it, and hands none to its processes', async () => {
    const descriptor = openSync('/etc/hostname', 'r')
    await using lab = await DaemonLab.start()
    await lab.stopDaemon()
    const child = spawn(ourNode(), [daemonEntry, '--home', lab.places.home], {
      detached: true,
      // Descriptors 3 and 4 are inherited on purpose, as from a careless shell.
      stdio: ['ignore', 'ignore', 'ignore', descriptor, descriptor],
    })
    closeSync(descriptor)
    await until(() => lab.answeringPid().then((pid) => pid === child.pid), { what: 'our daemon to answer' })
    await lab.startDaemon()
    const links = readdirSync(`/proc/${lab.daemonPid}/fd`).map((name) => linkOf(lab.daemonPid, name))
    expect(links).not.toContain('/etc/hostname')

    const row = await lab.startScript('program', 'exec sleep 1000')
    const names = readdirSync(`/proc/${pidOf(row)}/fd`)
    expect(names.sort()).toEqual(['0', '1', '2'])
  })

  test('one per home: of many started at once, one stays and all find it', async () => {
    await using lab = await DaemonLab.start()
    await lab.stopDaemon()
    const pids = await Promise.all(Array.from({ length: 4 }, () => lab.ensureDaemon()))
    expect(new Set(pids).size).toBe(1)
    // Nobody who lost is still on its way: it would take over once this one is stopped.
    expect(pidsWith(`daemon.js\0--home\0${lab.places.home}`)).toEqual([pids[0]])
    await lab.startDaemon()
  })

  test('its socket, databases and folders are for us alone', async () => {
    await using lab = await DaemonLab.start()
    await lab.startScript('p', 'exec sleep 1000', { secretEnv: { KEY: 'value' } })
    const modeOf = (file: string) => statSync(file).mode & 0o777
    expect(modeOf(lab.places.home)).toBe(0o700)
    expect(modeOf(lab.places.socket)).toBe(0o600)
    expect(modeOf(lab.places.secrets)).toBe(0o600)
    expect(modeOf(lab.places.database)).toBe(0o600)
    expect(modeOf(lab.places.log)).toBe(0o600)
    expect(modeOf(path.join(lab.workspace, 'db', 'session.db'))).toBe(0o600)
    const records = readdirSync(path.join(lab.workspace, 'pid')).filter((name) => name.endsWith('.rec'))
    for (const record of records) expect(modeOf(path.join(lab.workspace, 'pid', record))).toBe(0o600)
  })
})

function linkOf(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${name}`)
  } catch {
    return ''
  }
}
