import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import Database from 'better-sqlite3'
import { readBootId, readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { type DaemonLab, isRunning } from './daemon-lab.ts'
import { until } from './until.ts'

const olderBoot = '00000000-0000-4000-8000-000000000000'

/**
 * Makes a workspace look as after a power cut: the daemon and these programs are gone, and the boot that session.db and
 * the records speak of is over. The daemon is not started again.
 */
export async function pullThePlug(workspace: string, daemonPid: number, pids: readonly number[]): Promise<void> {
  // Their shims write a last word that no machine that loses its power would write.
  const shims = pids.flatMap((pid) => readStat(pid)?.ppid ?? [])
  for (const pid of [daemonPid, ...pids]) process.kill(pid, 'SIGKILL')
  const everybody = [daemonPid, ...pids, ...shims.filter((pid) => pid > 1 && pid !== process.pid)]
  await until(() => !everybody.some(isRunning), { what: 'the end of everything' })
  const bootId = readBootId()
  editDatabaseOf(workspace, (database) => {
    database.prepare('UPDATE processes SET life_json = replace(life_json, ?, ?)').run(bootId, olderBoot)
    database.prepare('UPDATE runs SET boot_id = ?, start_time = ?').run(olderBoot, '1')
  })
  for (const record of recordsIn(workspace)) {
    const text = readFileSync(record, 'utf8').replaceAll(bootId, olderBoot)
    writeFileSync(record, text.replace(/^E .*\n/m, ''))
  }
}

/** The same for the session of a lab. */
export const switchOff = (lab: DaemonLab, pids: readonly number[]): Promise<void> =>
  pullThePlug(lab.workspace, lab.daemonPid, pids)

/** Changes session.db while no daemon runs. */
export const editDatabase = (lab: DaemonLab, edit: (database: Database.Database) => void): void =>
  editDatabaseOf(lab.workspace, edit)

function editDatabaseOf(workspace: string, edit: (database: Database.Database) => void): void {
  const database = new Database(path.join(workspace, 'db', 'session.db'))
  try {
    edit(database)
  } finally {
    database.close()
  }
}

/** Paths of all run records of the workspace. */
export const recordsOf = (lab: DaemonLab): string[] => recordsIn(lab.workspace)

function recordsIn(workspace: string): string[] {
  const folder = path.join(workspace, 'pid')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rec'))
    .map((name) => path.join(folder, name))
}
