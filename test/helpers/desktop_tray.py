"""A tray: a StatusNotifierItem watcher and host (freedesktop.org/wiki/Specifications/StatusNotifierItem) that reads
items and their menus (com.canonical.dbusmenu, github.com/AyatanaIndicators/libdbusmenu) instead of drawing them."""

import hashlib

import dbus
import dbus.service

from desktop_calls import call

WATCHER = 'org.kde.StatusNotifierWatcher'
ITEM = 'org.kde.StatusNotifierItem'
MENU = 'com.canonical.dbusmenu'
PROPERTIES = 'org.freedesktop.DBus.Properties'

ROOT_ENTRY = 0
ALL_LEVELS = -1


class Tray(dbus.service.Object):
    """Items are named by bus name and object path, as the watcher's own property names them."""

    def __init__(self, bus, emit):
        super().__init__(bus, '/StatusNotifierWatcher')
        self.bus = bus
        self.emit = emit
        self.items = {}
        self.name = dbus.service.BusName(WATCHER, bus)
        for signal in ('LayoutUpdated', 'ItemsPropertiesUpdated'):
            bus.add_signal_receiver(lambda *_: emit(event='menu-changed'), signal, MENU)
        for signal in ('NewIcon', 'NewTitle', 'NewToolTip', 'NewStatus'):
            bus.add_signal_receiver(lambda *_: emit(event='item-changed'), signal, ITEM)

    # What tests ask for.

    def list_items(self):
        described = []
        for item in list(self.items):
            described.append((yield from self.describe(item)))
        return described

    def read_menu(self, item):
        menu = yield from self.menu_of(item)
        yield from announce(menu, ROOT_ENTRY)
        children = yield from children_of(menu, ROOT_ENTRY)
        return [describe_entry(child) for child in children]

    def click(self, item, path):
        menu = yield from self.menu_of(item)
        entry = yield from find_entry(menu, path)
        if not entry[1].get('enabled', True):
            raise RuntimeError(f'menu entry {" > ".join(path)} is disabled')
        yield call(menu.Event, entry[0], 'clicked', dbus.Int32(0, variant_level=1), dbus.UInt32(0), signature='isvu')

    def activate(self, item):
        yield call(self.object_of(item, ITEM).Activate, 0, 0, signature='ii')

    # Reading.

    def object_of(self, item, interface):
        name, path = self.items[item]
        return dbus.Interface(self.bus.get_object(name, path, introspect=False), interface)

    def properties_of(self, item):
        return (yield call(self.object_of(item, PROPERTIES).GetAll, ITEM))

    def describe(self, item):
        properties = yield from self.properties_of(item)
        return {
            'item': item,
            'id': str(properties.get('Id', '')),
            'title': str(properties.get('Title', '')),
            'status': str(properties.get('Status', '')),
            'toolTip': str(properties['ToolTip'][2]) if 'ToolTip' in properties else '',
            'icons': [describe_pixmap(pixmap) for pixmap in properties.get('IconPixmap', [])],
        }

    def menu_of(self, item):
        properties = yield from self.properties_of(item)
        if not properties.get('Menu'):
            raise RuntimeError('the tray item has no menu')
        name, _ = self.items[item]
        return dbus.Interface(self.bus.get_object(name, properties['Menu'], introspect=False), MENU)

    # What items call.

    @dbus.service.method(WATCHER, in_signature='s', sender_keyword='sender')
    def RegisterStatusNotifierItem(self, service, sender=None):
        name, path = (sender, str(service)) if service.startswith('/') else (str(service), '/StatusNotifierItem')
        item = name + path
        self.items[item] = (name, path)
        self.emit(event='item-added', item=item)
        self.bus.watch_name_owner(name, lambda owner: owner or self.forget(item))

    def forget(self, item):
        if self.items.pop(item, None):
            self.emit(event='item-removed', item=item)

    @dbus.service.method(WATCHER, in_signature='s')
    def RegisterStatusNotifierHost(self, service):
        pass

    @dbus.service.method(PROPERTIES, in_signature='ss', out_signature='v')
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature='s', out_signature='a{sv}')
    def GetAll(self, interface):
        return {
            'IsStatusNotifierHostRegistered': dbus.Boolean(True),
            'ProtocolVersion': dbus.Int32(0),
            'RegisteredStatusNotifierItems': dbus.Array(list(self.items), signature='s'),
        }


def announce(menu, entry):
    """Says that a menu is about to open, so that it may be filled. Not every app answers this for its whole menu."""
    try:
        yield call(menu.AboutToShow, entry, signature='i')
    except dbus.DBusException as error:
        if error.get_dbus_name() != 'org.freedesktop.DBus.Error.Failed':
            raise


def children_of(menu, entry):
    no_filter = dbus.Array([], signature='s')
    _revision, layout = yield call(menu.GetLayout, entry, ALL_LEVELS, no_filter, signature='iias')
    return layout[2]


def find_entry(menu, path):
    """Opens each menu on the way, as a person would, so that one that is filled when it opens is."""
    entry = None
    parent = ROOT_ENTRY
    for depth, label in enumerate(path):
        yield from announce(menu, parent)
        children = yield from children_of(menu, parent)
        entry = next((child for child in children if plain_label(child[1]) == label), None)
        if entry is None:
            labels = [plain_label(child[1]) for child in children]
            raise RuntimeError(f'no menu entry {" > ".join(path[: depth + 1])}; there are {labels}')
        parent = entry[0]
    return entry


def describe_entry(entry):
    """An entry of a layout, (id, properties, children), with the defaults that dbusmenu gives what is left out."""
    number, properties, children = entry
    toggle = str(properties.get('toggle-type', ''))
    return {
        'id': int(number),
        'type': 'separator' if properties.get('type') == 'separator' else toggle or 'normal',
        'label': plain_label(properties),
        'enabled': bool(properties.get('enabled', True)),
        'visible': bool(properties.get('visible', True)),
        'checked': bool(toggle) and int(properties.get('toggle-state', 0)) == 1,
        'children': [describe_entry(child) for child in children],
    }


def plain_label(properties):
    """The label as it is shown: one underscore marks a shortcut, two are one."""
    marked = str(properties.get('label', ''))
    return marked.replace('__', '\0').replace('_', '').replace('\0', '_')


def describe_pixmap(pixmap):
    width, height, data = pixmap
    return {'width': int(width), 'height': int(height), 'sha256': hashlib.sha256(bytes(data)).hexdigest()}
