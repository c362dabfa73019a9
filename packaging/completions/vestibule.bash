# Completions of vestibule for bash, written by a test.
_vestibule() {
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
    --store)
        mapfile -t COMPREPLY < <(compgen -W 'keychain file memory' -- "$cur")
        return
        ;;
    --ca-file)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return
        ;;
    --theme)
        mapfile -t COMPREPLY < <(compgen -W 'system light dark' -- "$cur")
        return
        ;;
    --language)
        mapfile -t COMPREPLY < <(compgen -W 'system en de fr es ja ar' -- "$cur")
        return
        ;;
    --log)
        mapfile -t COMPREPLY < <(compgen -W 'off error warn info debug trace' -- "$cur")
        return
        ;;
    --issuer | --client-id | --audience | --resource | --scopes | --api-url | --redirect-ports) return ;;
    esac
    flags='--config --help --version --issuer --client-id --audience --resource --scopes --api-url --redirect-ports --store --ca-file --theme --language --kiosk --log'
    local command=''
    for words in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $words in
        login | message | status | logout | setup | doctor) command=$words && break ;;
        esac
    done
    case $command in
    '') words='login message status logout setup doctor' ;;
    login) words='' flags+=' --device --no-browser --switch' ;;
    message) words='' flags+='' ;;
    status) words='' flags+=' --json' ;;
    logout) words='' flags+=' --browser' ;;
    setup) words='auth0 entra google okta keycloak authentik authelia zitadel kanidm dex generic' flags+=' --write' ;;
    doctor) words='' flags+=' --json' ;;
    esac
    [[ $cur != -* ]] || words=$flags
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _vestibule vestibule
