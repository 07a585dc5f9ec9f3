// Prints the folder of an Electron runtime, getting one if there is none:
//   node scripts/electron-runtime.mjs            its folder, for ELECTRON_OVERRIDE_DIST_PATH
//   node scripts/electron-runtime.mjs --binary   its program
import process from 'node:process'
import { ensureDependencies } from './lib/dependencies.mjs'
import { resolveElectronRuntime } from './lib/electron-runtime.mjs'
import { runScript } from './lib/progress.mjs'

await runScript(async () => {
  await ensureDependencies()
  const { folder, binary } = await resolveElectronRuntime()
  console.log(process.argv.includes('--binary') ? binary : folder)
  return 0
})
