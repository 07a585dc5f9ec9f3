#compdef procession
# Completion of procession for zsh. Load it with:
#   source <(procession completion zsh)

_procession() {
  local -a lines candidates shown
  local line
  integer index
  # The first line says what the shell is to do, each further one is a candidate, a tab and what it means.
  lines=("${(@f)$(${(Q)~words[1]} complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $lines[1] == (files|folders) && $PREFIX == --*=* ]]; then
    compset -P '*='
  fi
  case $lines[1] in
    files) _files; return ;;
    folders) _files -/; return ;;
    command)
      index=${words[(i)--]}
      words=("${(@)words[index+1,-1]}")
      ((CURRENT -= index))
      _normal
      return
      ;;
  esac
  for line in "${(@)lines[2,-1]}"; do
    candidates+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done
  ((${#candidates})) || return 1
  if [[ $lines[1] == open ]]; then
    compadd -l -S '' -d shown -a candidates
  else
    compadd -l -d shown -a candidates
  fi
}

# As a file _procession in a folder of fpath this is the function's first call; sourced, it makes the function known.
if [[ $funcstack[1] == _procession ]]; then
  _procession "$@"
else
  if ! ((${+functions[compdef]})); then
    autoload -Uz compinit && compinit
  fi
  compdef _procession procession
fi
