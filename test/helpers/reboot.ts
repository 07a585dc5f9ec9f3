import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import Database from 'better-sqlite3'
import { readBootId, readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { type DaemonLab, isRunning } from './daemon-lab.ts'
import { until } from './until.ts'

const olderBoot = '00000000-0000-4000-8000-000000000000'

/**
 * A machine that was switched off: the daemon and these programs are gone, and the boot that session.db and the records
 * speak of is over. The daemon is not started again.
 */
export async function switchOff(lab: DaemonLab, pids: readonly number[]): Promise<void> {
  await lab.killDaemon()
  // Their shims write a last word that no machine that loses its power would write.
  const shims = pids.flatMap((pid) => readStat(pid)?.ppid ?? [])
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  const everybody = [...pids, ...shims.filter((pid) => pid > 1 && pid !== process.pid)]
  await until(() => everybody.every((pid) => !isRunning(pid)), { what: 'the end of everything' })
  const bootId = readBootId()
  editDatabase(lab, (database) => {
    database.prepare('UPDATE processes SET life_json = replace(life_json, ?, ?)').run(bootId, olderBoot)
    database.prepare('UPDATE runs SET boot_id = ?').run(olderBoot)
  })
  for (const record of recordsOf(lab)) {
    const text = readFileSync(record, 'utf8').replaceAll(bootId, olderBoot)
    writeFileSync(record, text.replace(/^E .*\n/m, ''))
  }
}

/** Changes session.db while no daemon runs. */
export function editDatabase(lab: DaemonLab, edit: (database: Database.Database) => void): void {
  const database = new Database(path.join(lab.workspace, 'db', 'session.db'))
  try {
    edit(database)
  } finally {
    database.close()
  }
}

/** Paths of all run records of the workspace. */
export function recordsOf(lab: DaemonLab): string[] {
  const folder = path.join(lab.workspace, 'pid')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rec'))
    .map((name) => path.join(folder, name))
}
