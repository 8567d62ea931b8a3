# Sets KANT_JDK to a JDK 25: KANT_JAVA_HOME, JAVA_HOME, the system's JVM folders, then java on the path.
# A JDK says its version in its file "release"; starting each one to ask would cost a second.

is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/jlink" ] && grep -qsE '^JAVA_VERSION="25[."]' "$1/release"
}

find_jdk() {
  local candidate path
  for candidate in "${KANT_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*; do
    if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
      KANT_JDK=$candidate
      return 0
    fi
  done
  path=$(command -v javac) && path=$(readlink -f "$path") && candidate=${path%/bin/javac}
  if [ -n "$path" ] && is_jdk_25 "$candidate"; then
    KANT_JDK=$candidate
    return 0
  fi
  echo "kant: no JDK 25 was found (KANT_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, the path); install one, for example with: apt-get install temurin-25-jdk, or set KANT_JAVA_HOME to its folder" >&2
  return 1
}
