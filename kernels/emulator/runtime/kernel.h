// What the device knows of a kernel: enough to check a launch and to call it from raw argument slots. Made from the kernel's own C++
// signature, so that the two cannot differ.
#pragma once
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace emulation {

struct Kernel {
    const char *name;
    const char *file;
    int threads;                              // of a block, exactly: its __launch_bounds__
    int dynamic_bytes;                        // of shared memory, exactly
    int arguments;
    const bool *pointers;                     // which arguments are addresses
    const uint8_t *sizes;                     // of arguments, in bytes
    void (*call)(const uint64_t *slots);      // one thread's run; a slot holds one argument in its low bytes
    char *shared_begin, *shared_end;          // the static shared memory of all kernels of its file
};

template <typename T> uint64_t slot(T value) {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
}

template <typename T> T argument(uint64_t slot) {
    static_assert(std::is_pointer_v<T> || std::is_same_v<T, int> || std::is_same_v<T, float> || std::is_same_v<T, long long>,
                  "a kernel takes pointers, int, float and long long only");
    T value;
    std::memcpy(&value, &slot, sizeof(T));
    return value;
}

template <typename... A> struct Signature {
    static constexpr bool pointers[] = {std::is_pointer_v<A>..., false};
    static constexpr uint8_t sizes[] = {sizeof(A)..., 0};

    template <void (*kernel)(A...)> static void call(const uint64_t *slots) { call<kernel>(slots, std::index_sequence_for<A...>()); }

private:
    template <void (*kernel)(A...), size_t... I> static void call(const uint64_t *slots, std::index_sequence<I...>) {
        kernel(argument<A>(slots[I])...);
    }
};

template <auto kernel> struct Described;

template <typename... A, void (*kernel)(A...)> struct Described<kernel> {
    static Kernel as(const char *name, const char *file, int threads, int dynamic_bytes, char *shared_begin, char *shared_end) {
        using S = Signature<A...>;
        return {name, file, threads, dynamic_bytes, sizeof...(A), S::pointers, S::sizes, &S::template call<kernel>, shared_begin, shared_end};
    }
};

// The kernels that are linked in.
const Kernel *find_kernel(const char *name);
void add_kernels(const Kernel *first, int count);

}
