# Read by tests/cross: Windows and macOS. `machine` and `what` are set, lib.sh is read.

case $machine in
windows) rust=x86_64-pc-windows-gnu ;;
macos) rust=aarch64-apple-darwin ;;
esac
variables=$(echo "$rust" | tr - _)
gnu=x86_64-w64-mingw32
stand_ins=$cache/stand-ins
target=$cache/target-elsewhere

# Debian testing's Rust brings the source of the standard library, which has to be compiled:
# Debian has it ready for Linux alone. To check needs no compiler of C for the other system,
# only what rustc makes import libraries with, and one root serves both.
find_rust() {
    place=
    case $machine-$what in
    *-check) needed=$gnu-dlltool packages=binutils-mingw-w64-x86-64 tools=$cache/tools-check ;;
    *) needed=$gnu-gcc packages=gcc-mingw-w64-x86-64-win32 ;;
    esac
    if has_rust "$rust"; then
        [ "$machine" = macos ] || command -v "$needed" >/dev/null ||
            fail "$needed is missing: apt-get install $packages"
        echo "tests/cross: with rustup's Rust"
        return
    fi
    place=in_tools
    echo "tests/cross: with Debian testing's Rust"
    packages=rustc,cargo,gcc,libc6-dev,rust-src,$packages
    debian forky "$tools" --variant=minbase --architectures=amd64 --include="$packages"
    library=$tools/usr/lib/rustlib/$rust/lib
    [ -e "$library/complete" ] || standard_library
}

# Puts the standard library where rustc looks for it. To check a crate, what cargo checks of
# the library is enough; to link one, it is compiled. Only for this is rustc told to do what
# it does for its makers alone.
standard_library() {
    echo "tests/cross: Rust's standard library for $rust"
    work=$cache/library-$rust
    rm -rf "$work"
    mkdir -p "$work/src" "$work/.cargo"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
    echo '#![no_std]' >"$work/src/lib.rs"
    printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "%s"\n' \
        /usr/lib/rustlib/src/rust/library/vendor >"$work/.cargo/config.toml"
    case $what in
    check) verb=check made=lib*.rmeta ;;
    *) verb='build --release' made=lib*.rlib ;;
    esac
    # Bitcode is what the link-time optimisation of a release works on.
    in_tools env RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes sh -euc '
        cd "$1"
        cargo $2 --quiet --offline --target "$3" --target-dir target \
            -Zbuild-std=std,panic_unwind,panic_abort,proc_macro,test
        mkdir -p "/usr/lib/rustlib/$3/lib"
        cp target/"$3"/*/deps/$4 "/usr/lib/rustlib/$3/lib/"
        rm -f "/usr/lib/rustlib/$3/lib"/libempty-*
        case $3 in
        # What a program of mingw begins and ends with.
        *-windows-gnu)
            for part in rsbegin rsend; do
                rustc --crate-type lib --emit "obj=/usr/lib/rustlib/$3/lib/$part.o" --target "$3" \
                    --edition 2024 -L "dependency=/usr/lib/rustlib/$3/lib" \
                    "/usr/lib/rustlib/src/rust/library/rtstartup/$part.rs"
            done
            ;;
        esac
    ' sh "$work" "$verb" "$rust" "$made"
    $root touch "$library/complete"
    rm -rf "$work"
}

# What answers for a C compiler and its archiver where nothing is linked: they say that they
# are clang, and write empty files. Neither mingw is needed for that nor Apple's compiler,
# which comes with its own computers alone.
write_stand_ins() {
    mkdir -p "$stand_ins"
    cat >"$stand_ins/cc" <<'SH'
#!/bin/sh
case " $* " in
*" -E "*) echo clang ;;
*" --version "*) echo 'clang version 17.0.0' ;;
esac
while [ $# -gt 0 ]; do
    [ "$1" != -o ] || : >"$2"
    shift
done
SH
    cat >"$stand_ins/ar" <<'SH'
#!/bin/sh
for argument; do
    case $argument in
    *.a) printf '!<arch>\n' >"$argument" ;;
    esac
done
SH
    chmod +x "$stand_ins/cc" "$stand_ins/ar"
}

# elsewhere_cargo ARGUMENT...: cargo for that system. aws-lc has assembly for Windows, which
# it brings along assembled.
elsewhere_cargo() {
    $place env CARGO_TARGET_DIR="$target" CARGO_INCREMENTAL=0 \
        CARGO_PROFILE_DEV_DEBUG=false AWS_LC_SYS_PREBUILT_NASM=1 "$@"
}

# Types, tests included, and no warning. What rustup's Rust compiled for this machine, macros
# and whatever runs while others are compiled, serves here too.
check() {
    write_stand_ins
    [ -n "$place" ] || target=${CARGO_TARGET_DIR:-$target}
    elsewhere_cargo SDKROOT=/ RUSTFLAGS="-D warnings" \
        "CC_$variables=$stand_ins/cc" "CXX_$variables=$stand_ins/cc" \
        "AR_$variables=$stand_ins/ar" "RANLIB_$variables=true" \
        cargo check --offline --locked --keep-going --target "$rust" --workspace --all-targets \
        --features ui-tests,dev-idp
}

# windows_cargo COMMAND ARGUMENT...: the same with mingw's compiler. A test that it would run
# is noted instead, with the folder that it is to run in.
windows_cargo() {
    upper=$(echo "$variables" | tr a-z A-Z)
    verb=$1
    shift
    elsewhere_cargo "CARGO_TARGET_${upper}_LINKER=$gnu-gcc" \
        "CARGO_TARGET_${upper}_RUNNER=$out/note" \
        "CC_$variables=$gnu-gcc" "AR_$variables=$gnu-ar" \
        cargo "$verb" --offline --locked --target "$rust" "$@"
}

build() {
    windows_cargo build --profile "$profile" --workspace --bins --features dev-idp
    for program in vestibule vestibule-server dev-idp; do
        cp "$target/$rust/$folder/$program.exe" "$out/"
    done
}

# A Windows of its own, new for each story, with a screen of its own in it: that of Xvfb has a
# refresh rate of 0 Hz, by which the toolkit divides. Addresses are opened with what BROWSER
# names, as on Linux.
set_up_wine() {
    command -v wine >/dev/null || fail "Wine is missing: apt-get install wine wine64"
    printf '#!/bin/sh\nexec "$BROWSER" "$1"\n' >"$out/browser"
    chmod +x "$out/browser"
    # Nothing of Wine's own words, and neither .NET nor HTML, which it would install.
    export WINEPREFIX="$out/wine" WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
    rm -rf "$WINEPREFIX"
    wine wineboot --init >/dev/null 2>&1 || fail "Wine cannot set up $WINEPREFIX: run wineboot"
    wine reg add 'HKCU\Software\Wine\Explorer' /v Desktop /d Story /f >/dev/null
    wine reg add 'HKCU\Software\Wine\Explorer\Desktops' /v Story /d 1200x900 /f >/dev/null
    wine reg add 'HKCU\Software\Wine\WineBrowser' /v Browsers /d "$out/browser" /f >/dev/null
    wineserver --wait
    random=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
    [ -e "$random" ] || write_random_numbers
}

# The library with the one function by which Rust gets random numbers: Windows has had it for
# long, Wine since version 9.
write_random_numbers() {
    cat >"$out/random.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}
C
    $place $gnu-gcc -shared -o "$random" "$out/random.c" -ladvapi32
}

# The unit tests of app, client and what both stand on.
unit_tests() {
    printf '#!/bin/sh\necho "$PWD $1" >>%s\n' "$out/tests" >"$out/note"
    chmod +x "$out/note"
    : >"$out/tests"
    windows_cargo test --lib --package vestibule --package vestibule-auth \
        --package vestibule-keys --package vestibule-net --package vestibule-settings
    while read -r package program; do
        (cd "$package" && wine "$program" --quiet </dev/null)
    done <"$out/tests"
}

write_starters() {
    mkdir -p "$out/start"
    for program in vestibule vestibule-server dev-idp; do
        cat >"$out/start/$program" <<SH
#!/bin/sh
export WINEPREFIX=$WINEPREFIX WINEDEBUG=$WINEDEBUG WINEDLLOVERRIDES=$WINEDLLOVERRIDES
exec wine $out/$program.exe "\$@"
SH
        chmod +x "$out/start/$program"
    done
}

# What is kept lies where Windows wants it and nowhere else, and what a person sets is read
# from there: with it, `status` is no wrong use.
check_folders() {
    data=$WINEPREFIX/drive_c/users/$(id -un)/AppData
    ls "$data/Local/vestibule/"*.lock >/dev/null || fail "no state in $data/Local/vestibule"
    # The tests may have left something of theirs in Temp.
    found=$(find "$WINEPREFIX/drive_c" -name Temp -prune -o -name '*vestibule*' -print)
    [ "$found" = "$data/Local/vestibule" ] || fail "the programs left more than their state: $found"
    mkdir "$data/Roaming/vestibule"
    printf 'issuer = "http://127.0.0.1:1"\nclient_id = "vestibule"\n' \
        >"$data/Roaming/vestibule/vestibule.toml"
    code=0
    "$out/start/vestibule" status || code=$?
    [ "$code" -eq 4 ] || fail "the configuration in $data/Roaming/vestibule is not read"
}

elsewhere() {
    find_rust
    if [ "$what" = check ]; then
        check
        return
    fi
    mkdir -p "$out"
    build
    echo "tests/cross: in $out:"
    ls -l "$out"
    [ "$what" != build ] || return 0
    set_up_wine
    unit_tests
    write_starters
    tell the_story_that_a_person_sees_with_the_programs_as_they_are_installed
    check_folders
}
