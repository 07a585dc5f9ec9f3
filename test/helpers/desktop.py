#!/usr/bin/python3
"""A desktop for tests: a private X server and session bus with a notification server and a tray.

Speaks JSON lines. On stdout: first {"event": "ready", ...}, then events and replies. On stdin: requests
{"id": 1, "command": "tray.menu", ...}; each gets one {"reply": 1, "result": ...} or {"reply": 1, "error": "..."}.
When stdin ends, whoever started this has gone: everything is taken down. desktop.ts is the other side.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile

import dbus
import dbus.bus
import dbus.mainloop.glib
from gi.repository import GLib

from desktop_calls import run
from desktop_notifications import NotificationServer
from desktop_tray import Tray

BUS_CONFIGURATION = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'desktop-bus.conf')
SCREEN = '1400x900x24'
PR_SET_PDEATHSIG = 1  # prctl(2)
END_GRACE_S = 3


def emit(**message):
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + '\n')
    sys.stdout.flush()


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start_reporting(command):
    """Starts a program that writes one line about itself to the descriptor that is put in place of {fd}."""
    reader, writer = os.pipe()
    complaints = tempfile.TemporaryFile()
    program = subprocess.Popen(
        [argument.format(fd=writer) for argument in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        pass_fds=[writer],
        preexec_fn=die_with_parent,
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        line = pipe.readline().strip()
    if not line:
        status = program.wait()
        complaints.seek(0)
        raise RuntimeError(f'{command[0]} ended with {status}: {complaints.read().decode()}')
    return program, line


def end(programs):
    for program in programs:
        program.terminate()
    for program in programs:
        try:
            program.wait(END_GRACE_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


class Requests:
    """Reads requests from stdin as they come and answers them on stdout."""

    def __init__(self, handlers, stop):
        self.handlers = handlers
        self.stop = stop
        self.rest = b''
        GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, self.read)

    def read(self, _descriptor, _condition):
        data = os.read(0, 65536)
        if not data:
            self.stop()
            return False
        *lines, self.rest = (self.rest + data).split(b'\n')
        for line in lines:
            self.answer(json.loads(line))
        return True

    def answer(self, request):
        number = request['id']

        def fail(error):
            emit(reply=number, error=str(error))

        try:
            outcome = self.handlers[request['command']](request)
        except (LookupError, RuntimeError) as error:
            fail(error)
        else:
            run(outcome, lambda result: emit(reply=number, result=result), fail)


def serve(address):
    bus = dbus.bus.BusConnection(address)
    notifications = NotificationServer(bus, emit)
    tray = Tray(bus, emit)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGTERM, loop.quit)
    Requests(
        {
            'tray.items': lambda request: tray.list_items(),
            'tray.menu': lambda request: tray.read_menu(request['item']),
            'tray.click': lambda request: tray.click(request['item'], request['path']),
            'tray.activate': lambda request: tray.activate(request['item']),
            'notifications.list': lambda request: notifications.list(),
            'notifications.click': lambda request: notifications.click(request['notification'], request['action']),
            'notifications.close': lambda request: notifications.close(request['notification']),
        },
        loop.quit,
    )
    return loop


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    # A Ctrl-C on the terminal of the tests is for them: they end us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    programs = []
    try:
        xvfb, display = start_reporting(
            ['Xvfb', '-displayfd', '{fd}', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset']
        )
        programs.append(xvfb)
        daemon, address = start_reporting(
            ['dbus-daemon', f'--config-file={BUS_CONFIGURATION}', '--nofork', '--nopidfile', '--print-address={fd}']
        )
        programs.append(daemon)
        loop = serve(address)
        emit(event='ready', display=f':{display}', busAddress=address, pids=[program.pid for program in programs])
        loop.run()
    finally:
        end(programs)


if __name__ == '__main__':
    main()
