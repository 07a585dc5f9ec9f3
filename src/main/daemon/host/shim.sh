#!/bin/sh
# Runs one program and records its identity and its end. It stays the program's parent, so the end is known even when
# the daemon that started it is gone.
#
#   sh shim.sh RECORD PROGRAM [ARGUMENT...]
#
# Descriptors: 0 nothing to read, 1 the program's stdout, 2 RECORD (append), 3 spare, 4 the program's stderr.
# With a terminal at 0, 1 and 4 the program leads a session of its own in it: keys then signal the program and not its
# recorder, and the program gets SIGHUP when the terminal goes.
# Lines of RECORD, each one append, so a line without its newline does not count:
#   S BOOT_ID STAT     the program's process, just before exec: field 1 of STAT is its pid, field 22 its start time
#   X CODE             exec failed: 127 not found, 126 not executable
#   E CODE UPTIME      the program's exit status as the shell gives it, and seconds since boot
#   anything else      the shell's own words; it has some only for a death by signal, which tells SIGKILL from exit 137
#
# Works in dash, bash, bash --posix and busybox ash. Forks once, for the program alone: that keeps starts quick.
# The names are long because a variable that the program's environment already has would reach it changed.

procession_record=$1
shift

# A signal to the whole group must not end the recorder. Caught, never ignored: a child starts with the default action
# for what its parent catches, but would inherit what its parent ignores.
trap : HUP INT QUIT TERM ALRM USR1 USR2

procession_program() {
  exec 2>&4 3>&- 4>&-

  # Nothing after a successful exec runs, so this only speaks of a failed one.
  trap 'printf "%s\n" "X $?" >>"$procession_record"' EXIT

  # `$$` would be the parent's pid. The redirection of a builtin opens /proc/self as this very process.
  read -r procession_boot </proc/sys/kernel/random/boot_id
  read -r procession_stat </proc/self/stat
  printf '%s\n' "S $procession_boot $procession_stat" >>"$procession_record"

  # bash leaves after a failed exec without running the trap, so what can be known is asked before.
  if ! command -v -- "$1" >/dev/null; then
    case $1 in */*) [ ! -e "$1" ] || exit 126 ;; esac
    exit 127
  fi
  if [ -t 0 ]; then exec setsid -c "$@"; fi
  exec "$@"
}

# In the foreground, for `&` would make the program ignore SIGINT and SIGQUIT.
(procession_program "$@")
procession_code=$?

read -r procession_uptime procession_idle </proc/uptime
printf '%s\n' "E $procession_code $procession_uptime" >>"$procession_record"
