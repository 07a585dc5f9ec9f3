/**
 * Keys that move and select. They belong to the grid, the log and the filters rather than to commands, and stand in the
 * help beside them.
 */
export const movementKeys: readonly {
  readonly title: string
  readonly rows: readonly { readonly label: string; readonly keys: readonly string[] }[]
}[] = [
  {
    title: 'Move in the grid',
    rows: [
      { label: 'Next, previous', keys: ['↓', '↑', 'J', 'K'] },
      { label: 'First, last', keys: ['Home', 'End'] },
      { label: 'Page up, page down', keys: ['PgUp', 'PgDn'] },
      { label: 'Collapse, expand a group', keys: ['←', '→'] },
      { label: 'Open details', keys: ['Enter'] },
      { label: 'Go back one level', keys: ['Esc'] },
    ],
  },
  {
    title: 'In the outline of dependencies',
    rows: [
      { label: 'Next, previous', keys: ['↓', '↑', 'J', 'K'] },
      { label: 'To the parent, to the first child', keys: ['←', '→'] },
      { label: 'Show in Sessions', keys: ['Enter'] },
      { label: 'Remove the selected dependency', keys: ['Delete'] },
      { label: 'Select nothing', keys: ['Esc'] },
    ],
  },
  {
    title: 'In the list of hosts',
    rows: [
      { label: 'Next, previous', keys: ['↓', '↑', 'J', 'K'] },
      { label: 'Test the connection', keys: ['T'] },
      { label: 'Open details', keys: ['Enter'] },
      { label: 'Remove host', keys: ['Delete'] },
      { label: 'Go back one level', keys: ['Esc'] },
    ],
  },
  {
    title: 'Select',
    rows: [
      { label: 'Select or leave out', keys: ['Space'] },
      { label: 'Extend', keys: ['Shift+↓', 'Shift+↑'] },
      { label: 'Toggle a status filter', keys: ['Alt+1 … 9'] },
    ],
  },
  {
    title: 'In the log',
    rows: [
      { label: 'Next, previous match', keys: ['Enter', 'Shift+Enter'] },
      { label: 'Stop searching', keys: ['Esc'] },
      { label: 'Select lines', keys: ['Shift+↓', 'Shift+↑'] },
      { label: 'Select all lines', keys: ['Ctrl+A'] },
      { label: 'Copy lines without colours', keys: ['Ctrl+C'] },
      { label: 'Copy lines with colours', keys: ['Alt+C'] },
    ],
  },
]
