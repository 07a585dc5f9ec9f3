import type { Verb } from '../verb.ts'
import { createComplete } from './complete.ts'
import { completion } from './completion.ts'
import { configCheck } from './config-check.ts'
import { configPath } from './config-path.ts'
import { configShow } from './config-show.ts'
import { daemonLogs } from './daemon-logs.ts'
import { daemonStart } from './daemon-start.ts'
import { daemonStatus } from './daemon-status.ts'
import { daemonStop } from './daemon-stop.ts'
import { doctor } from './doctor.ts'
import { hostAdd } from './host-add.ts'
import { hostList } from './host-list.ts'
import { hostRemove } from './host-remove.ts'
import { hostTest } from './host-test.ts'
import { hostTrust } from './host-trust.ts'
import { open } from './open.ts'
import { serve } from './serve.ts'
import { sessionActivate } from './session-activate.ts'
import { sessionAttach } from './session-attach.ts'
import { sessionAttachTty } from './session-attach-tty.ts'
import { sessionDeactivate } from './session-deactivate.ts'
import { sessionDependenceAdd } from './session-dependence-add.ts'
import { sessionDependenceGraph } from './session-dependence-graph.ts'
import { sessionDependenceList } from './session-dependence-list.ts'
import { sessionDependenceRemove } from './session-dependence-remove.ts'
import { sessionDetach } from './session-detach.ts'
import { sessionExport } from './session-export.ts'
import { sessionGc } from './session-gc.ts'
import { sessionImport } from './session-import.ts'
import { sessionInit } from './session-init.ts'
import { sessionList } from './session-list.ts'
import { sessionLogs } from './session-logs.ts'
import { sessionRestart } from './session-restart.ts'
import { sessionSecretSet } from './session-secret-set.ts'
import { sessionShow } from './session-show.ts'
import { sessionStart } from './session-start.ts'
import { sessionStateDefine } from './session-state-define.ts'
import { sessionStateList } from './session-state-list.ts'
import { sessionStateRemove } from './session-state-remove.ts'
import { sessionStop } from './session-stop.ts'
import { sessionWait } from './session-wait.ts'

const shown: readonly Verb[] = [
  open,
  serve,
  doctor,
  completion,
  sessionInit,
  sessionActivate,
  sessionDeactivate,
  sessionStart,
  sessionStop,
  sessionRestart,
  sessionAttach,
  sessionDetach,
  sessionWait,
  sessionShow,
  sessionList,
  sessionLogs,
  sessionAttachTty,
  sessionDependenceAdd,
  sessionDependenceRemove,
  sessionDependenceList,
  sessionDependenceGraph,
  sessionStateDefine,
  sessionStateList,
  sessionStateRemove,
  sessionSecretSet,
  sessionImport,
  sessionExport,
  sessionGc,
  hostAdd,
  hostList,
  hostTest,
  hostTrust,
  hostRemove,
  daemonStart,
  daemonStop,
  daemonStatus,
  daemonLogs,
  configPath,
  configShow,
  configCheck,
]

/** In the order of the help. */
export const verbs: readonly Verb[] = [...shown, createComplete(shown)]
