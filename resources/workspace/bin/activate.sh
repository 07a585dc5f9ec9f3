# Source this file in bash or zsh: `procession` then works on this workspace from every folder.
#   . bin/activate.sh
procession_workspace=$(cd "$(dirname "${BASH_SOURCE:-$0}")/.." && pwd)
procession() { command procession -C "$procession_workspace" "$@"; }
