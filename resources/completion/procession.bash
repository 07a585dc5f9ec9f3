# Completion of procession for bash. Load it with:
#   source <(procession completion bash)

# Finds the words of the line up to the cursor, as typed. COMP_WORDBREAKS splits at : and =, which names and values
# contain: what has no blank between is one word.
_procession_words() {
  local rest=${COMP_LINE:0:COMP_POINT} blanks piece index
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    blanks=${rest%%[![:space:]]*}
    rest=${rest#"$blanks"}
    piece=${COMP_WORDS[index]}
    [ "$index" -lt "$COMP_CWORD" ] || piece=$rest
    if [ "$index" -gt 0 ] && [ -z "$blanks" ]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    rest=${rest#"$piece"}
  done
}

# Completes the command behind -- : its program, then files.
_procession_command() {
  local index
  for ((index = 1; index < COMP_CWORD; index++)); do
    [ "${COMP_WORDS[index]}" != -- ] || break
  done
  if declare -F _command_offset >/dev/null; then
    _command_offset $((index + 1))
  elif [ "$COMP_CWORD" -eq $((index + 1)) ]; then
    mapfile -t COMPREPLY < <(compgen -c -- "$2")
  else
    compopt -o default 2>/dev/null
  fi
}

_procession() {
  local words lines current prefix='' breaks='' candidate
  COMPREPLY=()
  _procession_words
  current=${words[${#words[@]} - 1]}
  # The first line says what the shell is to do, each further one is a candidate, a tab and what it means.
  mapfile -t lines < <("${1/#\~/$HOME}" complete --quoted -- "${words[@]:1}" 2>/dev/null)
  case ${lines[0]-} in
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
    open) compopt -o nospace 2>/dev/null ;;
    command) _procession_command "$@" ;;
  esac
  # Readline replaces only what stands behind the last break.
  case $COMP_WORDBREAKS in *:*) breaks+=: ;; esac
  case $COMP_WORDBREAKS in *=*) breaks+== ;; esac
  case $current in
    [\"\']*) ;;
    *) [ -z "$breaks" ] || prefix=${current%"${current##*[$breaks]}"} ;;
  esac
  for candidate in "${lines[@]:1}"; do
    candidate=${candidate%%$'\t'*}
    case $current in [\"\']*) ;; *) printf -v candidate %q "$candidate" ;; esac
    COMPREPLY+=("${candidate#"$prefix"}")
  done
}

complete -F _procession procession
