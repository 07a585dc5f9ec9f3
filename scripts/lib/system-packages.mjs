import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isExecutable } from './our-node.mjs'

/**
 * How to see that something is there: a program in PATH, a shared library, a module of the system's python, or one of
 * several files.
 *
 * @typedef {{ command: string } | { library: string } | { pythonModule: string } | { anyFile: string[] }} Probe
 */

/**
 * @typedef {object} SystemPackage
 * @property {readonly string[]} names its name in Debian, then what newer releases or Ubuntu call it
 * @property {Probe} probe
 */

/** The python that Debian's python packages are for; another one may come first in PATH. */
export const SYSTEM_PYTHON = '/usr/bin/python3'

/** @satisfies {Record<string, SystemPackage>} */
const packages = {
  xvfb: { names: ['xvfb'], probe: { command: 'Xvfb' } },
  dbus: { names: ['dbus'], probe: { command: 'dbus-daemon' } },
  pythonDbus: { names: ['python3-dbus'], probe: { pythonModule: 'dbus' } },
  pythonGlib: { names: ['python3-gi'], probe: { pythonModule: 'gi' } },
  gtk: { names: ['libgtk-3-0', 'libgtk-3-0t64'], probe: { library: 'libgtk-3.so.0' } },
  nss: { names: ['libnss3'], probe: { library: 'libnss3.so' } },
  sound: { names: ['libasound2', 'libasound2t64'], probe: { library: 'libasound.so.2' } },
  gbm: { names: ['libgbm1'], probe: { library: 'libgbm.so.1' } },
  notify: { names: ['libnotify4'], probe: { library: 'libnotify.so.4' } },
  screenSaver: { names: ['libxss1'], probe: { library: 'libXss.so.1' } },
  fonts: {
    names: ['fonts-dejavu-core'],
    probe: { anyFile: ['/usr/share/fonts/truetype/dejavu', '/usr/share/fonts/dejavu', '/usr/share/fonts/TTF'] },
  },
  chromium: { names: ['chromium'], probe: { command: 'chromium' } },
  busybox: { names: ['busybox', 'busybox-static'], probe: { command: 'busybox' } },
  procps: { names: ['procps'], probe: { command: 'ps' } },
  utilLinux: { names: ['util-linux'], probe: { command: 'setsid' } },
  zsh: { names: ['zsh'], probe: { command: 'zsh' } },
  fish: { names: ['fish'], probe: { command: 'fish' } },
  sshServer: { names: ['openssh-server'], probe: { command: 'sshd' } },
  sshClient: { names: ['openssh-client'], probe: { command: 'ssh' } },
  tcsh: { names: ['tcsh'], probe: { command: 'tcsh' } },
  userTools: { names: ['passwd'], probe: { command: 'useradd' } },
  compiler: { names: ['g++'], probe: { command: 'g++' } },
}

/** @typedef {keyof typeof packages} PackageKey */

/** What the desktop app needs to run at all. @type {readonly PackageKey[]} */
const ELECTRON_LIBRARIES = ['gtk', 'nss', 'sound', 'gbm', 'notify', 'screenSaver', 'fonts']

/** @satisfies {Record<string, readonly PackageKey[]>} */
const parts = {
  /** the shared libraries and the font of the desktop app */
  'electron libraries': ELECTRON_LIBRARIES,
  /** a private X server and session bus with a notification server and a tray, see test/helpers/desktop.ts */
  desktop: ['xvfb', 'dbus', 'pythonDbus', 'pythonGlib'],
  chromium: ['chromium', 'fonts'],
  busybox: ['busybox'],
  /** ps, setsid and what else the tests of processes call */
  'process tools': ['procps', 'utilLinux'],
  /** for their completion, see resources/completion */
  zsh: ['zsh'],
  fish: ['fish'],
  /** a server of its own for each test, see test/helpers/sshd.ts */
  sshd: ['sshServer', 'sshClient'],
  /** users whose shells are not those of POSIX */
  'log-in shells': ['tcsh', 'fish', 'userTools'],
  /** compiles the module for terminals, see terminal-module.mjs */
  terminals: ['compiler'],
}

/** A part of the system that some tests need. @typedef {keyof typeof parts} PartName */

/** @type {readonly PartName[]} */
export const allParts = /** @type {PartName[]} */ (Object.keys(parts))

/**
 * @param {readonly PartName[]} wanted
 * @param {(probe: Probe) => boolean} [isThere]
 * @returns {SystemPackage[]} the packages of these parts that are not installed, each once
 */
export function missingPackages(wanted, isThere = probeSystem) {
  const keys = new Set(wanted.flatMap((part) => parts[part]))
  return [...keys].map((key) => packages[key]).filter(({ probe }) => !isThere(probe))
}

/**
 * @param {Probe} probe
 * @returns {boolean}
 */
function probeSystem(probe) {
  if ('command' in probe) return findCommand(probe.command) !== null
  if ('library' in probe) return loadableLibraries().has(probe.library)
  if ('pythonModule' in probe) return hasPythonModule(probe.pythonModule)
  return probe.anyFile.some((file) => existsSync(file))
}

/**
 * @param {string} name
 * @returns {string | null} its absolute path, looked for in PATH and where administrators' programs are
 */
export function findCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin']
  const found = folders.map((folder) => path.join(folder, name)).find((file) => isExecutable(file))
  return found ?? null
}

/** @type {Set<string> | undefined} */
let libraries

/** @returns {Set<string>} the shared libraries that the dynamic linker finds */
function loadableLibraries() {
  libraries ??= listLibraries()
  return libraries
}

/** @returns {Set<string>} */
function listLibraries() {
  const ldconfig = findCommand('ldconfig')
  if (ldconfig === null) return new Set()
  const listing = execFileSync(ldconfig, ['-p'], { encoding: 'utf8' })
  return new Set(listing.split('\n').map((line) => line.trim().split(' ')[0] ?? ''))
}

/** Forgets what was looked up: something was installed. */
export function forgetProbes() {
  libraries = undefined
}

/**
 * @param {string} name
 * @returns {boolean}
 */
function hasPythonModule(name) {
  try {
    execFileSync(SYSTEM_PYTHON, ['-B', '-c', `import ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
