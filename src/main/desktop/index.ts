import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, dialog } from 'electron'
import { currentPlaces, homeOptionIn } from '../carrier/places.ts'
import { prepareHome } from '../carrier/private-folder.ts'
import { openDesktop } from './desktop.ts'
import { registerPageScheme } from './page.ts'

/** Built to out/main/index.js. */
const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))
const places = currentPlaces(homeOptionIn(process.argv))

// One desktop per home: Chromium's lock, which the next call takes, lies in this folder.
if (places.chosenHome !== null && !app.commandLine.hasSwitch('user-data-dir')) {
  const prepared = prepareHome(places)
  if (!prepared.ok) {
    dialog.showErrorBox('Procession cannot open', `${prepared.message}\n${prepared.hint}`)
    app.exit(1)
  }
  app.setPath('userData', path.join(places.chosenHome, 'desktop'))
}
registerPageScheme()
if (app.requestSingleInstanceLock()) {
  // Not awaited: Electron becomes ready only after this module has ended.
  void app.whenReady().then(() => openDesktop(root, places))
} else {
  app.exit(0)
}
