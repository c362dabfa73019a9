# Runs what the test asks for on the second serial port, a line of shell at a time. A serial
# port is there on every kernel, and on this one nobody logs in or is prompted. What a line
# says goes into a file first: programs that find a terminal open pagers there, and wait.
stty -F /dev/ttyS1 raw -echo
exec <>/dev/ttyS1 >&0
echo "ready 0"
while read -r line; do
    (eval "$line") >/run/said 2>&1 </dev/null
    code=$?
    cat /run/said
    echo "ended $code"
done
