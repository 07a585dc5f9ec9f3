import { Notification } from 'electron'
import type { NotificationPort } from './notification-center.ts'

/** Notifications of the desktop. `icon` is a picture file. Where there is no server for them nothing is shown. */
export function desktopNotifications(icon: string): NotificationPort {
  // Electron forgets a notification, and with it the clicks on it, when nobody holds it.
  const held = new Set<Notification>()
  return {
    show(notice, on) {
      if (!Notification.isSupported()) return { close: () => {} }
      const notification = new Notification({ title: notice.title, body: notice.body, icon })
      held.add(notification)
      notification.on('click', () => {
        held.delete(notification)
        on.click()
      })
      notification.on('close', () => {
        held.delete(notification)
        on.gone()
      })
      notification.show()
      return { close: () => notification.close() }
    },
  }
}
