// Bugs in kernels.
#include <cmath>
#include <cstring>

#include "host.h"

namespace planted {

namespace {

const char *const ANY = "forward reverse random";

Floats mirrored(const Floats &x, size_t row) {
    Floats y(x.size());
    for (size_t i = 0; i < x.size(); i++) y[i] = x[i - i % row + row - 1 - i % row];
    return y;
}

// A kernel with x, y and a bug.
Floats through(const char *kernel, const Floats &x, size_t results, unsigned threads, int bug, unsigned blocks = 1, unsigned dynamic_bytes = 0) {
    float *from = upload(x);
    void *to = device_memory(results * sizeof(float));
    launch(kernel, blocks, threads, dynamic_bytes, nullptr, from, to, bug);
    return download(to, results);
}

Case mirrors(const char *name, const char *caught, const char *kernel, size_t count, size_t row, unsigned threads, int bug) {
    return {name, caught, [=] { return through(kernel, numbers(count), count, threads, bug) == mirrored(numbers(count), row); }};
}

bool rotates(int bug) {
    Floats expected = numbers(128);
    expected.pop_back();
    expected.insert(expected.begin(), 0.f);
    return through("rotate", numbers(128), 128, 128, bug) == expected;
}

bool first_warp_adds(int bug) { return through("first_warp_adds", numbers(128), 128, 128, bug) == Floats(128, 528.f); }

bool half_sums(int bug) { return through("half_sum", numbers(32), 1, 32, bug) == Floats{136.f}; }

bool chains(int bug) { return through("chain", Floats(6, 1.f), 6, 32, bug, 6) == numbers(6); }

// Twice, for the counters must be left as they were found.
bool doubles_then_mirrors(int bug) {
    constexpr unsigned half = 3;
    const Floats x = numbers(32 * half);
    float *from = upload(x);
    void *to = device_memory(2 * x.size() * sizeof(float));
    int *tickets = upload(std::vector<int>(2));
    Floats expected(2 * x.size());
    for (size_t i = 0; i < x.size(); i++) expected[i] = expected[2 * x.size() - 1 - i] = 2.f * x[i];
    bool right = true;
    for (int run = 0; run < 2; run++) {
        launch("double_then_mirror", 2 * half, 32, 0, nullptr, from, to, tickets, bug);
        right = right && download(to, expected.size()) == expected;
    }
    return right;
}

bool doubles(size_t count, int bug) {
    float *from = upload(numbers(count));
    void *to = device_memory(count * sizeof(float));
    launch("twice", static_cast<unsigned>(count / 64 + 1), 64, 0, nullptr, from, to, static_cast<int>(count), bug);
    Floats y = download(to, count);
    for (float &value : y) value /= 2;
    return y == numbers(count);
}

bool adds_neighbours(int bug) {
    const Floats y = through("neighbours", numbers(64), 64, 64, bug);
    for (size_t i = 0; i < 64; i++) {
        if (y[i] != (i < 63 ? 2.f * i + 3.f : 64.f)) return false;
    }
    return true;
}

bool doubles_by_four(int bug) {
    const Floats y = through("twice_by_four", numbers(129), 128, 32, bug);
    for (size_t i = 0; i < 128; i++) {
        if (y[i] != 2.f * (i + 1 + bug)) return false;
    }
    return true;
}

uint16_t bf16_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return static_cast<uint16_t>(bits >> 16);
}

// Whole numbers, which bf16 and every sum here hold exactly.
bool multiplies(int bug) {
    std::vector<uint16_t> a(256), b(128);
    Floats expected(128);
    const auto at = [](int i) { return static_cast<float>(i * 7919 % 31 - 15); };
    for (int i = 0; i < 256; i++) a[i] = bf16_bits(at(i));
    for (int i = 0; i < 128; i++) b[i] = bf16_bits(at(i + 1000));
    for (int i = 0; i < 128; i++) {
        for (int k = 0; k < 16; k++) expected[i] += at(i / 8 * 16 + k) * at(k * 8 + i % 8 + 1000);
    }
    uint16_t *from_a = upload(a), *from_b = upload(b);
    void *to = device_memory(512);
    launch("tile", 1, 32, 0, nullptr, from_a, from_b, to, bug);
    return download(to, 128) == expected;
}

bool mirrors_large(int bug) {
    must(cuFuncSetAttribute(function("mirror_large"), 8, 65536));
    return through("mirror_large", numbers(16384), 16384, 64, bug, 1, 65536) == mirrored(numbers(16384), 16384);
}

}

std::vector<Case> barrier_cases() {
    return {
        mirrors("mirror", "", "mirror", 128, 128, 128, 0),
        mirrors("mirror: no barrier", ANY, "mirror", 128, 128, 128, 1),
        mirrors("mirror by a template", "", "mirror_by_template", 128, 128, 128, 0),
        mirrors("mirror by a template: no barrier", ANY, "mirror_by_template", 128, 128, 128, 1),
        {"rotate", "", [] { return rotates(0); }},
        {"rotate: no barrier", "reverse random races", [] { return rotates(1); }},
        mirrors("two rounds", "", "mirror_twice", 256, 128, 128, 0),
        mirrors("two rounds: no barrier before the second", ANY, "mirror_twice", 256, 128, 128, 1),
        mirrors("mirror in a warp", "", "mirror_in_warp", 32, 32, 32, 0),
        mirrors("mirror in a warp: no __syncwarp", ANY, "mirror_in_warp", 32, 32, 32, 1),
        {"the first warp adds", "", [] { return first_warp_adds(0); }},
        {"the first warp adds: a barrier in the condition", ANY, [] { return first_warp_adds(1); }},
        {"the first warp adds: others return before the barrier", ANY, [] { return first_warp_adds(2); }},
        {"half of a warp", "", [] { return half_sums(0); }},
        {"half of a warp: a mask of all lanes", ANY, [] { return half_sums(1); }},
        {"half of a warp: values of lanes outside the mask", ANY, [] { return half_sums(2); }},
        {"a sum over blocks", "", [] { return chains(0); }},
        {"a sum over blocks: that takes their order for granted", "reverse random races", [] { return chains(1); }},
        {"two operations in a launch", "", [] { return doubles_then_mirrors(0); }},
        {"two operations in a launch: the second does not wait", "races", [] { return doubles_then_mirrors(1); }},
        {"two operations in a launch: work by the index of the block", "reverse random", [] { return doubles_then_mirrors(2); }},
    };
}

std::vector<Case> memory_cases() {
    return {
        {"twice", "", [] { return doubles(100, 0); }},
        {"twice: reads one past the end, in the slack", "sanitized forward reverse random", [] { return doubles(100, 1); }},
        {"twice: reads one past the end, where a page ends", ANY, [] { return doubles(1024, 1); }},
        {"twice: writes one past the end, in the slack", ANY, [] { return doubles(100, 2); }},
        {"twice: writes one past the end, where a page ends", ANY, [] { return doubles(1024, 2); }},
        {"twice: reads far outside", ANY, [] { return doubles(100, 3); }},
        {"neighbours", "", [] { return adds_neighbours(0); }},
        {"neighbours: one past the end of a shared array", "sanitized", [] { return adds_neighbours(1); }},
        {"neighbours: a shared array that nobody filled", ANY, [] { return adds_neighbours(2); }},
        {"four at once", "", [] { return doubles_by_four(0); }},
        {"four at once: misaligned", "plain sanitized", [] { return doubles_by_four(1); }},
        {"dynamic shared memory", "", [] { return mirrors_large(0); }},
        {"dynamic shared memory: one past the end", ANY, [] { return mirrors_large(1); }},
    };
}

std::vector<Case> tensor_cases() {
    return {
        mirrors("ring of copies", "", "ring", 2048, 512, 128, 0),
        mirrors("ring of copies: waits for one group too few", ANY, "ring", 2048, 512, 128, 1),
        mirrors("ring of copies: no barrier after the wait", ANY, "ring", 2048, 512, 128, 2),
        mirrors("ring of copies: filled while others read", ANY, "ring", 2048, 512, 128, 3),
        {"tile", "", [] { return multiplies(0); }},
        {"tile: registers of a exchanged", ANY, [] { return multiplies(1); }},
        {"tile: b not transposed", ANY, [] { return multiplies(2); }},
        {"tile: rows of the result by the wrong lanes", ANY, [] { return multiplies(3); }},
        {"tile: a misaligned row", ANY, [] { return multiplies(4); }},
    };
}

}
