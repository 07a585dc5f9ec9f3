/** What a supervised process carries; a daemon with it would be taken for one. PROCESSION_HOME and _NODE stay. */
export const variablesOfProcesses = [
  'PROCESSION_ID',
  'PROCESSION_SESSION',
  'PROCESSION_ALIAS',
  'PROCESSION_WORKSPACE',
  'PROCESSION_DB',
]
