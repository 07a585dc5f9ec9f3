import { Menu, type MenuItemConstructorOptions } from 'electron'
import { type CommandContext, type CommandId, commandOf } from '../../shared/commands/commands.ts'
import { type MenuEntry, menuTemplate } from './menu-template.ts'

export type ApplicationMenu = {
  /** Greys out what makes no sense now. */
  update(context: CommandContext): void
}

/** Sets the application menu. Its items have the ids of their commands. */
export function createApplicationMenu(run: (id: CommandId) => void): ApplicationMenu {
  const columns = menuTemplate(process.platform)
  const template: MenuItemConstructorOptions[] = columns.map(({ label, entries }) => ({
    label,
    submenu: entries.map((entry) => optionsOf(entry, run)),
  }))
  const menu = Menu.buildFromTemplate(process.platform === 'darwin' ? [{ role: 'appMenu' }, ...template] : template)
  Menu.setApplicationMenu(menu)
  const ids = columns.flatMap(({ entries }) => entries.flatMap((entry) => (entry.kind === 'command' ? entry.id : [])))
  return {
    update(context) {
      for (const id of ids) {
        const item = menu.getMenuItemById(id)
        const enabled = commandOf(id).enabled(context)
        if (item && item.enabled !== enabled) item.enabled = enabled
      }
    },
  }
}

function optionsOf(entry: MenuEntry, run: (id: CommandId) => void): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' }
    case 'role':
      return { role: entry.role, label: entry.label }
    case 'command':
      return {
        id: entry.id,
        label: entry.label,
        registerAccelerator: entry.listens,
        click: () => run(entry.id),
        ...(entry.accelerator === null ? {} : { accelerator: entry.accelerator }),
      }
  }
}
