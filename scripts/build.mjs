// `npm run build`, and what bin/procession calls in a stale clone: installs what is missing, builds if stale.
import { ensureBuild } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { runScript } from './lib/progress.mjs'
import { ensureTerminalModule } from './lib/terminal-module.mjs'

await runScript(async () => {
  await ensureDependencies()
  await ensureTerminalModule()
  await ensureBuild()
  return 0
})
