#!/bin/busybox sh
# The first program of the virtual machine that has Debian on its disk: it lays on it, anew
# with each boot, what the test brings, and leaves the rest to Debian.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for driver in /drivers/*.ko; do
    insmod "$driver"
done
while ! [ -b /dev/vda ]; do usleep 100000; done
mount -t ext4 /dev/vda /disk
cp -r /files/. /disk/
umount /sys /proc
mount -o move /dev /disk/dev
exec switch_root /disk /sbin/init
