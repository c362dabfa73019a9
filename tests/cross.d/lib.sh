# Read by tests/cross: what all machines have in common. `machine` is set.

fail() {
    echo "tests/cross: $*" >&2
    exit 1
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/vestibule-cross
tools=$cache/tools-$machine
mkdir -p "$cache"

root=
[ "$(id -u)" -eq 0 ] || root=sudo

# debian SUITE FOLDER OPTION...: unpacks a Debian, unless it is there already.
debian() {
    [ ! -e "$2" ] || return 0
    command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"
    _suite=$1 _into=$2
    shift 2
    echo "tests/cross: unpacking $_suite into $_into"
    $root rm -rf "$_into.part"
    # A mirror may lag behind: its list of testing has expired, or its lists of the security
    # updates, which nothing here needs, do not fit each other.
    $root mmdebstrap --quiet --mode=root --components=main "$@" \
        --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --setup-hook='sed -i "/-security/d" "$1/etc/apt/sources.list"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' "$_suite" "$_into.part"
    $root mv "$_into.part" "$_into"
}

# in_tools COMMAND...: runs it in their root, with the flags of a release
# (tools/release-flags), this clone and the cache where they are here. What is mounted is seen
# by nobody else and goes with the command.
in_tools() {
    $root unshare --mount --propagation private sh -euc '
        tools=$1 cache=$2 packages=$3
        shift 3
        for shared in /proc /dev "$PWD" "$cache" "$packages"; do
            mkdir -p "$tools$shared"
            mount --rbind "$shared" "$tools$shared"
        done
        exec chroot "$tools" sh -euc "cd \"\$1\"; shift; exec \"\$@\"" sh "$PWD" "$@"
    ' sh "$tools" "$cache" "${CARGO_HOME:-$HOME/.cargo}/registry" \
        env -i PATH=/usr/bin:/bin HOME=/ LC_ALL=C.UTF-8 \
        CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" \
        ${CARGO_ENCODED_RUSTFLAGS:+"CARGO_ENCODED_RUSTFLAGS=$CARGO_ENCODED_RUSTFLAGS"} \
        ${CFLAGS_x86_64_unknown_linux_gnu:+"CFLAGS_x86_64_unknown_linux_gnu=$CFLAGS_x86_64_unknown_linux_gnu"} \
        ${CFLAGS_aarch64_unknown_linux_gnu:+"CFLAGS_aarch64_unknown_linux_gnu=$CFLAGS_aarch64_unknown_linux_gnu"} \
        ${CFLAGS_armv7_unknown_linux_gnueabihf:+"CFLAGS_armv7_unknown_linux_gnueabihf=$CFLAGS_armv7_unknown_linux_gnueabihf"} \
        "$@"
}

# has_rust TRIPLE: whether rustup's Rust has the standard library of that target.
has_rust() {
    [ -d "$(rustc --print sysroot)/lib/rustlib/$1" ]
}
