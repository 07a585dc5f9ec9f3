// Stands in for the default app of a development Electron in the test runtime, into which it is copied:
// `electron [-r module]... [switches] <app> [arguments]` starts the app in the folder or file <app>.
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

/**
 * @param {readonly string[]} argv
 * @returns {{ preloads: string[], target: string | null, printsVersion: boolean }}
 */
function parse(argv) {
  const preloads = []
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '-r' || argument === '--require') preloads.push(argv[++index] ?? '')
    else if (argument === '-v' || argument === '--version') return { preloads, target: null, printsVersion: true }
    else if (!argument.startsWith('-')) return { preloads, target: argument, printsVersion: false }
  }
  return { preloads, target: null, printsVersion: false }
}

/**
 * What Electron's own default app uses of `app` beyond its documented part.
 *
 * @type {typeof app & { setAppPath(place: string): void, setVersion(version: string): void }}
 */
const adoptingApp = /** @type {any} */ (app)

/**
 * Gives the app its identity and its place, as Electron does for a packaged one.
 *
 * @param {string} place folder or file
 * @returns {string} the script to run
 */
function adopt(place) {
  if (!statSync(place).isDirectory()) {
    adoptingApp.setAppPath(path.dirname(place))
    return place
  }
  const about = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'))
  const name = about.productName ?? about.name
  if (name) app.setName(name)
  if (about.version) adoptingApp.setVersion(about.version)
  if (about.desktopName) app.setDesktopName(about.desktopName)
  // As Electron's own: a folder given on the command line is not overruled by the name of the app.
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', path.join(app.getPath('appData'), app.name))
  }
  adoptingApp.setAppPath(place)
  return path.join(place, about.main ?? 'index.js')
}

const { preloads, target, printsVersion } = parse(process.argv.slice(1))
if (printsVersion) {
  process.stdout.write(`v${process.versions.electron}\n`)
  process.exit(0)
}
if (target === null) {
  process.stderr.write('usage: electron [-r module]... [switches] <app> [arguments]\n')
  process.exit(2)
}
Object.assign(process, { defaultApp: true })
const require = createRequire(path.join(process.cwd(), 'anything.js'))
for (const preload of preloads) require(path.resolve(preload))
await import(pathToFileURL(adopt(path.resolve(target))).href)
