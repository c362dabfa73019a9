# Completions of vestibule-server for bash, written by a test.
_vestibule_server() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} flags words=''
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $prev in
    --config)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return
        ;;
    --typ)
        mapfile -t COMPREPLY < <(compgen -W 'any at+jwt id-token' -- "$cur")
        return
        ;;
    --ca-file)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return
        ;;
    --log)
        mapfile -t COMPREPLY < <(compgen -W 'off error warn info debug trace' -- "$cur")
        return
        ;;
    --issuer | --audience | --listen | --jwks-uri | --algorithms | --leeway | --require-scope | --public-url | --fetch-timeout | --token-cache | --max-connections | --workers | --idle-timeout | --metrics-listen) return ;;
    esac
    flags='--config --help --version --issuer --audience --listen --jwks-uri --algorithms --typ --leeway --require-scope --public-url --ca-file --fetch-timeout --token-cache --max-connections --workers --idle-timeout --metrics-listen --log'
    [[ $cur != -* ]] || words=$flags
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _vestibule_server vestibule-server
