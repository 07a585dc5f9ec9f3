# Completion of procession for fish. Load it with:
#   procession completion fish | source

function __procession_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # The first line says what the shell is to do, each further one is a candidate, a tab and what it means.
    set -l lines ($words[1] complete --quoted -- (string escape -- $words[2..-1]) $current 2>/dev/null)
    set -l prefix (string match -r '^--[^=]*=' -- $current; or echo)
    set -l path (string replace -r '^--[^=]*=' '' -- $current)
    switch "$lines[1]"
        case files
            __fish_complete_path $path | string replace -r -- '^' $prefix
        case folders
            __fish_complete_directories $path '' | string replace -r -- '^' $prefix
        case command
            set -l index (contains -i -- -- $words)
            set -l command (string escape -- $words[(math $index + 1)..-1])
            complete -C "$command $current"
        case '*'
            string join \n -- $lines[2..-1]
    end
end

complete -c procession -f -a '(__procession_complete)'
