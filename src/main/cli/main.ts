import { existsSync } from 'node:fs'
import path from 'node:path'
import { runCli } from './run-cli.ts'

/** The folder of package.json above this file: the same for the built program and for its source. */
function findProgramRoot(folder: string): string {
  const parent = path.dirname(folder)
  return parent === folder || existsSync(path.join(folder, 'package.json')) ? folder : findProgramRoot(parent)
}

process.exitCode = await runCli(process.argv.slice(2), {
  programRoot: findProgramRoot(import.meta.dirname),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
})
