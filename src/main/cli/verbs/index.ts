import type { Verb } from '../verb.ts'
import { daemonLogs } from './daemon-logs.ts'
import { daemonStart } from './daemon-start.ts'
import { daemonStatus } from './daemon-status.ts'
import { daemonStop } from './daemon-stop.ts'
import { doctor } from './doctor.ts'
import { open } from './open.ts'
import { serve } from './serve.ts'
import { sessionInit } from './session-init.ts'
import { sessionList } from './session-list.ts'
import { sessionLogs } from './session-logs.ts'
import { sessionRestart } from './session-restart.ts'
import { sessionShow } from './session-show.ts'
import { sessionStart } from './session-start.ts'
import { sessionStop } from './session-stop.ts'

/** In the order of the help. */
export const verbs: readonly Verb[] = [
  open,
  serve,
  doctor,
  sessionInit,
  sessionStart,
  sessionStop,
  sessionRestart,
  sessionShow,
  sessionList,
  sessionLogs,
  daemonStart,
  daemonStop,
  daemonStatus,
  daemonLogs,
]
