#!/bin/busybox sh
# The first program of the virtual machine: it makes a board of it, without a kiosk. What
# happens from then on is asked for by the test, a line at a time on the second serial port.
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin
mkdir -p /tmp /run /var/lib/kiosk
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mkdir -p /run/udev
for driver in /drivers/*.ko; do
    insmod "$driver"
done
ifconfig lo 127.0.0.1 up
# No route leads further than to the machine that the tests run on.
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
# What listens on its loopback listens on ours.
for port in $(cat /etc/kiosk/ports); do
    nc -ll -p "$port" -e nc 10.0.2.2 "$port" &
done
chown kiosk /var/lib/kiosk
systemd-udevd --daemon
udevadm trigger --action=add
udevadm settle
exec sh /asked.sh
