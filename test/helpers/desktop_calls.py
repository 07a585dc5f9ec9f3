"""Calls to the programs under test that do not block: one of them may itself be waiting for our notification server.

A function that makes such calls is a generator. `result = yield call(method, argument)` makes one;
`yield from` uses another such function.
"""

import types

import dbus

CALL_TIMEOUT_S = 5


def call(method, *arguments, **options):
    """A call of a D-Bus method, to be yielded."""

    def start(succeed, fail):
        method(
            *arguments,
            reply_handler=lambda *values: succeed(values[0] if len(values) == 1 else values),
            error_handler=fail,
            timeout=CALL_TIMEOUT_S,
            **options,
        )

    return start


def run(outcome, succeed, fail):
    """Runs a function to its end, given what calling it returned; tells its result or its expected error."""
    if not isinstance(outcome, types.GeneratorType):
        succeed(outcome)
        return

    def advance(resume, value):
        try:
            start = resume(value)
        except StopIteration as end:
            succeed(end.value)
        except (dbus.DBusException, LookupError, RuntimeError) as error:
            fail(error)
        else:
            start(lambda result: advance(outcome.send, result), lambda error: advance(outcome.throw, error))

    advance(outcome.send, None)
