import type { Fingerprint } from '../domain/fingerprint.ts'
import { mapLists } from './lists.ts'

/**
 * A fingerprint without what differs between two runs of the same program in the same state: the ports that the kernel
 * chose for it and the names that it drew by lot. Only fingerprints that both went through here may be compared.
 *
 * @param ephemeralFrom the lowest port that the kernel gives away by itself (ip_local_port_range, ip(7))
 */
export function normalise(fingerprint: Fingerprint, ephemeralFrom: number): Fingerprint {
  return mapLists(fingerprint, {
    listen: (endpoints) => endpoints.map((endpoint) => normaliseEndpoint(endpoint, ephemeralFrom)),
    files: (paths) => paths.map(normalisePath),
  })
}

/** `127.0.0.1:45001` becomes `127.0.0.1:*`; ports below `ephemeralFrom` were chosen by somebody and stay. */
export function normaliseEndpoint(endpoint: string, ephemeralFrom: number): string {
  const at = endpoint.lastIndexOf(':')
  const port = endpoint.slice(at + 1)
  return at > 0 && /^\d{1,5}$/.test(port) && Number(port) >= ephemeralFrom ? `${endpoint.slice(0, at)}:*` : endpoint
}

const temporaryFolder = '/tmp/'

/** Random parts of names below /tmp become `*`; see `isRandom`. Other paths stay. */
export function normalisePath(path: string): string {
  return path.startsWith(temporaryFolder)
    ? temporaryFolder + path.slice(temporaryFolder.length).split('/').map(normaliseName).join('/')
    : path
}

/** Python's tempfile: `tmp` and eight of a-z, 0-9 and `_`, which may look like words (`tmpab_c0defg`). */
const pythonName = /^tmp[a-z0-9_]{8}(?![A-Za-z0-9_])/
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
const longRun = /[A-Za-z0-9]{6,}/g

const normaliseName = (name: string): string =>
  name
    .replace(pythonName, 'tmp*')
    .replace(uuid, '*')
    .replace(longRun, (run) => (isRandom(run) ? '*' : run))

/**
 * Whether an unbroken run of six or more letters and digits was drawn by lot, as mkstemp(3), mktemp(1) and mkdtemp of
 * Node do it: it is a number (Java; also pids and times), or it mixes two of lower case, upper case and digits in
 * another way than people do, who write a word or a capitalised word, perhaps numbered with up to five digits
 * (`worker12`, `Session2`, `CACHE01`). Three in a hundred random names of six look like a word and are not recognised.
 */
const isRandom = (run: string): boolean => !/^(?:[A-Z]?[a-z]+|[A-Z]+)\d{0,5}$/.test(run)
