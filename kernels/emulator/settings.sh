# How g++ builds the emulated device; sourced by build and try. Sets flags for mode plain or sanitized, and says so where g++ is missing.
compiler=${CXX:-g++}
if ! command -v "$compiler" > /dev/null; then
    echo "The emulated device needs g++ 12 or newer, which is not installed (Debian, Ubuntu: apt install g++)." >&2
    exit 3
fi

# Without contraction, since a sum must not depend on what g++ fuses; without strict aliasing, since kernels look at memory as vectors.
flags="-std=c++20 -g -fPIC -fvisibility=hidden -fno-strict-aliasing -ffp-contract=off -fno-math-errno -Wall -Wextra -Wno-unknown-pragmas"
flags="$flags -Wno-unused-function -Wno-unused-const-variable -Wno-psabi -I$emulator -I$cuda"
case $mode in
    plain)
        flags="$flags -O2"
        if grep -q avx2 /proc/cpuinfo && grep -q fma /proc/cpuinfo; then flags="$flags -march=x86-64-v3"; fi
        ;;
    sanitized) flags="$flags -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" ;;
    *) echo "no such build: $mode (plain or sanitized)" >&2; exit 2 ;;
esac
