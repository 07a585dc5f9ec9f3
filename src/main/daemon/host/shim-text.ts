import { createHash } from 'node:crypto'
import shimText from './shim.sh?raw'

export { shimText }

/** Sixteen digits of the hash: enough to tell versions of one small file apart. */
const hashLength = 16

/** Each version has a name of its own, so that none is changed while a shell reads it. */
export const shimName = `shim-${createHash('sha256').update(shimText).digest('hex').slice(0, hashLength)}.sh`
