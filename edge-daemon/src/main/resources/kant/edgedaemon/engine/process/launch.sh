# Runs one module of the process engine: sh launch.sh FOLDER CGROUPS COMMAND...   (CGROUPS: folders with colons between)
#
# The daemon starts this in a session of its own (setsid). It keeps both ends of the output pipes open, so that the
# module goes on while the daemon is away (its output waits in the pipes), and writes down the exit code, so that a
# daemon that comes back knows how the module ended. It hands SIGTERM on to the module; before there is one, the signal
# ends this shell, and that is right too.
folder=$1
cgroups=$2:
shift 2
while [ "$cgroups" != : ] && [ -n "$cgroups" ]; do
    echo $$ >"${cgroups%%:*}/cgroup.procs" || exit 125
    cgroups=${cgroups#*:}
done
exec 3<>"$folder/out" 4<>"$folder/err"
"$@" </dev/null >&3 2>&4 3>&- 4>&- &
module=$!
trap 'kill -TERM $module 2>/dev/null' TERM
trap : INT HUP
wait $module
code=$?
while kill -0 $module 2>/dev/null; do # a signal ended the wait, not the module
    wait $module
    code=$?
done
echo $code >"$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
# what the module left in its group ends with it, and so does this shell
kill -KILL 0
