"""A notification server (specifications.freedesktop.org/notification-spec) that shows nothing and remembers all."""

import dbus
import dbus.service

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'

CLOSED_BY_USER = 2
CLOSED_BY_CALL = 3


class NotificationServer(dbus.service.Object):
    def __init__(self, bus, emit):
        super().__init__(bus, PATH)
        self.name = dbus.service.BusName(NAME, bus)
        self.emit = emit
        self.shown = {}
        self.last_id = 0

    def list(self):
        return [notification for notification in self.shown.values()]

    def click(self, number, action):
        notification = self.shown[number]
        if action not in notification['actions']:
            raise RuntimeError(f'notification {number} has no action {action}, only {list(notification["actions"])}')
        self.ActionInvoked(number, action)
        self.remove(number, CLOSED_BY_USER)

    def close(self, number):
        self.remove(number, CLOSED_BY_USER)

    def remove(self, number, reason):
        del self.shown[number]
        self.NotificationClosed(number, reason)
        self.emit(event='notification-closed', id=number, reason=reason)

    @dbus.service.method(NAME, in_signature='susssasa{sv}i', out_signature='u')
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if int(replaces) in self.shown:
            number = int(replaces)
        else:
            self.last_id += 1
            number = self.last_id
        self.shown[number] = {
            'id': number,
            'app': str(app),
            'summary': str(summary),
            'body': str(body),
            'actions': {str(key): str(label) for key, label in zip(actions[::2], actions[1::2])},
            'urgency': int(hints.get('urgency', 1)),
        }
        self.emit(event='notification', notification=self.shown[number])
        return dbus.UInt32(number)

    @dbus.service.method(NAME, in_signature='u')
    def CloseNotification(self, number):
        if int(number) in self.shown:
            self.remove(int(number), CLOSED_BY_CALL)

    @dbus.service.method(NAME, out_signature='as')
    def GetCapabilities(self):
        return ['body', 'actions']

    @dbus.service.method(NAME, out_signature='ssss')
    def GetServerInformation(self):
        return ('test desktop', 'procession', '1', '1.2')

    @dbus.service.signal(NAME, signature='us')
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature='uu')
    def NotificationClosed(self, number, reason):
        pass
