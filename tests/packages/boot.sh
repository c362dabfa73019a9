# Boots the Debian in the folder $1: systemd is the first program in namespaces of its own,
# which end with it. It sees this machine's network and displays, and what is in the folder $2,
# as /srv. Its processes are in the control group $3.
mkdir "$3"
echo $$ >"$3/cgroup.procs"
exec unshare --mount --propagation private --pid --fork --kill-child --cgroup --uts --ipc \
    sh -euc '
    mount --bind "$1" "$1"
    mount --bind "$2" "$1/srv"
    cd "$1"
    mount -t proc proc proc
    # The kernel is that of this machine.
    mount --bind proc/sys proc/sys
    mount -o remount,bind,ro proc/sys
    mount -t sysfs -o ro sys sys
    mount -t cgroup2 cgroup sys/fs/cgroup
    mount -t tmpfs -o mode=755 run run
    mount -t tmpfs tmp tmp
    mkdir tmp/.X11-unix
    mount --bind /tmp/.X11-unix tmp/.X11-unix
    pivot_root . mnt
    umount -l /mnt
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other /sbin/init
' sh "$1" "$2"
