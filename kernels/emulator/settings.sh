# How g++ builds the emulated device; sourced by build, try and planted/check, which set emulator, cuda and mode (plain, sanitized or races). Sets
# compiler, flags and common, the folder for what does not depend on the kernels. Says so where g++ is missing.
compiler=${CXX:-g++}
if ! command -v "$compiler" > /dev/null; then
    echo "The emulated device needs g++ 12 or newer, which is not installed (Debian, Ubuntu: apt install g++)." >&2
    exit 3
fi
common=$emulator/../target/emulator/$mode
mkdir -p "$common"
common=$(cd "$common" && pwd)

# Without contraction, since a sum must not depend on what g++ fuses; without strict aliasing, since kernels look at memory as vectors.
flags="-std=c++20 -gdwarf-4 -fPIC -fdata-sections -fvisibility=hidden -fno-strict-aliasing -ffp-contract=off -fno-math-errno"
flags="$flags -Wall -Wno-unknown-pragmas -Wno-unused-function -Wno-unused-variable -Wno-sign-compare -Wno-maybe-uninitialized -Wno-psabi"
flags="$flags -fmacro-prefix-map=$(cd "$emulator/../.." && pwd)/= -I$emulator -I$cuda"
instrument=
case $mode in
    plain)
        flags="$flags -O2"
        if grep -q avx2 /proc/cpuinfo && grep -q fma /proc/cpuinfo; then flags="$flags -march=x86-64-v3"; fi
        ;;
    races)
        flags="$flags -O1"
        instrument="-fsanitize=thread --param=tsan-instrument-func-entry-exit=0"         # of kernels only
        ;;
    sanitized) flags="$flags -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" ;;
    *) echo "no such build: $mode (plain, sanitized or races)" >&2; exit 2 ;;
esac
