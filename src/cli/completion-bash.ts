/**
 * The script for bash. It does not need bash-completion and does not evaluate what was typed. If the program has no
 * candidates, bash completes file names.
 */
export const BASH_SCRIPT = `# bash completion for fdeploy
__fdeploy_complete() {
    local cur=\${COMP_WORDS[COMP_CWORD]} word words=() out value
    # bash takes --mode=thread for three words
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
        [[ $word == "=" ]] || words+=("$word")
    done
    if [[ $cur == "=" ]]; then
        cur=
        words+=("")
    fi
    COMPREPLY=()
    out=$(fdeploy complete -- "\${words[@]}" 2>/dev/null) || return
    # The last line says what follows: 4 is that no file can stand here.
    if [[ \${out##*:} == 4 ]] && type compopt &>/dev/null; then
        compopt +o default 2>/dev/null
    fi
    while IFS=$'\\t' read -r value _; do
        [[ -n $value && $value == "$cur"* ]] && COMPREPLY+=("$value")
    done <<<"\${out%:*}"
}
complete -o default -F __fdeploy_complete fdeploy
`;
