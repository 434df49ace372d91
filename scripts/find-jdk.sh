# Sourced by ./vivace and ./mvnw: sets JAVA_HOME to a JDK of at least 25 and java_version to its version, or fails with a sentence.
# Looks at JAVA_HOME, the java on the PATH, then where installers put JDKs. Versions are read from the "release" file: no JVM is started.

java_release() {
    sed -n 's/^JAVA_VERSION="\(.*\)".*$/\1/p' "$1/release" 2>/dev/null
}

is_jdk_25() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
    java_version=$(java_release "$1")
    major=${java_version%%[.+-]*}
    case $major in '' | *[!0-9]*) return 1 ;; esac
    [ "$major" -ge 25 ]
}

find_jdk() {
    if is_jdk_25 "${JAVA_HOME:-}"; then return 0; fi
    on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) || on_path=
    mac=$(/usr/libexec/java_home -v 25+ 2>/dev/null) || mac=
    for home in "${on_path%/bin/java}" "$mac" /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk_25 "$home"; then
            JAVA_HOME=$home
            return 0
        fi
    done
    echo "$1: no JDK 25 or newer was found in JAVA_HOME (${JAVA_HOME:-not set}), on the PATH, or where installers put one; install a JDK 25 (https://adoptium.net) or set JAVA_HOME to it." >&2
    return 1
}

find_jdk "${0##*/}" || exit 6
export JAVA_HOME
