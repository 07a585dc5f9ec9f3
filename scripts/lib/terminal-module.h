// Put before src/unix/pty.cc of node-pty when it is compiled for Linux (see terminal-module.mjs): a terminal that it
// opens is closed in every program that the daemon starts. Without that a program started later would hold the
// terminals of others open, and they would not end with the daemon.
#include <fcntl.h>
#include <pty.h>
#include <termios.h>

static int procession_openpty(int *master, int *slave, char *name, const struct termios *settings,
                              const struct winsize *size) {
  struct termios utf8;
  if (openpty(master, slave, name, settings, size) == -1) return -1;
  fcntl(*master, F_SETFD, FD_CLOEXEC);
  fcntl(*slave, F_SETFD, FD_CLOEXEC);
  // So that the kernel's line editing erases whole characters (termios(3), IUTF8).
  if (settings == nullptr && tcgetattr(*slave, &utf8) == 0) {
    utf8.c_iflag |= IUTF8;
    tcsetattr(*slave, TCSANOW, &utf8);
  }
  return 0;
}

#define openpty procession_openpty
