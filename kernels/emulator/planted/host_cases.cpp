// Bugs in the program that drives the device.
#include "host.h"

namespace planted {

namespace {

const char *const ANY = "forward reverse random";
constexpr int COUNT = 128;
constexpr size_t BYTES = COUNT * sizeof(float);

void twice(void *x, void *y, void *stream) { launch("twice", 2, 64, 0, stream, x, y, COUNT, 0); }

bool doubled(const Floats &y) {
    for (int i = 0; i < COUNT; i++) {
        if (y[i] != 2.f * (i + 1)) return false;
    }
    return true;
}

Floats held(const void *pinned) { return Floats(static_cast<const float *>(pinned), static_cast<const float *>(pinned) + COUNT); }

bool uses_freed_memory() {
    void *x = upload(numbers(COUNT)), *y = device_memory(BYTES);
    must(cuMemFree_v2(x));
    twice(x, y, nullptr);
    return doubled(download(y, COUNT));
}

bool replays_on_freed_memory() {
    void *x = upload(numbers(COUNT)), *y = device_memory(BYTES), *line = stream(), *graph, *exec;
    must(cuStreamBeginCapture_v2(line, 1));
    twice(x, y, line);
    must(cuStreamEndCapture(line, &graph));
    must(cuGraphInstantiateWithFlags(&exec, graph, 0));
    must(cuMemFree_v2(x));
    must(cuGraphLaunch(exec, line));
    must(cuStreamSynchronize(line));
    return doubled(download(y, COUNT));
}

bool frees_twice() {
    void *x = device_memory(BYTES);
    must(cuMemFree_v2(x));
    must(cuMemFree_v2(x));
    return true;
}

bool copies_too_much() {
    must(cuMemcpyHtoD_v2(device_memory(BYTES), numbers(COUNT + 1).data(), BYTES + 4));
    return true;
}

bool reads_before_it_waits(bool bug) {
    void *x = upload(numbers(COUNT)), *y = device_memory(BYTES), *line = stream(), *pinned = pinned_memory(BYTES);
    twice(x, y, line);
    must(cuMemcpyDtoHAsync_v2(pinned, y, BYTES, line));
    if (!bug) must(cuStreamSynchronize(line));
    return doubled(held(pinned));
}

bool reuses_a_buffer(bool bug) {
    void *x = device_memory(BYTES), *y = device_memory(BYTES), *line = stream(), *pinned = pinned_memory(BYTES);
    for (int i = 0; i < COUNT; i++) static_cast<float *>(pinned)[i] = static_cast<float>(i + 1);
    must(cuMemcpyHtoDAsync_v2(x, pinned, BYTES, line));
    if (!bug) must(cuStreamSynchronize(line));
    static_cast<float *>(pinned)[3] = 0.f;
    twice(x, y, line);
    must(cuStreamSynchronize(line));
    return doubled(download(y, COUNT));
}

bool two_streams(bool bug) {
    void *x = upload(numbers(COUNT)), *y = device_memory(BYTES), *first = stream(), *second = stream(), *pinned = pinned_memory(BYTES), *event;
    must(cuEventCreate(&event, 2));
    twice(x, y, first);
    must(cuEventRecord(event, first));
    if (!bug) must(cuStreamWaitEvent(second, event, 0));
    must(cuMemcpyDtoHAsync_v2(pinned, y, BYTES, second));
    must(cuStreamSynchronize(second));
    return doubled(held(pinned));
}

bool wrong_block() {
    void *x = upload(numbers(COUNT)), *y = device_memory(BYTES);
    launch("twice", 1, 128, 0, nullptr, x, y, COUNT, 0);
    return doubled(download(y, COUNT));
}

bool waits_in_a_capture() {
    void *line = stream(), *graph;
    must(cuStreamBeginCapture_v2(line, 1));
    cuStreamSynchronize(line);
    must(cuStreamEndCapture(line, &graph));
    return true;
}

bool asks_for_too_much_shared_memory() {
    void *x = upload(numbers(16384)), *y = device_memory(65536);
    launch("mirror_large", 1, 64, 65536, nullptr, x, y, 0);
    return true;
}

bool leaks(bool bug) {
    void *x = device_memory(BYTES);
    if (!bug) must(cuMemFree_v2(x));
    must(cuDevicePrimaryCtxRelease_v2(0));
    return vivaceEmulatorAccount("left over") == 0;
}

bool takes_null() {
    void *y = device_memory(BYTES);
    twice(nullptr, y, nullptr);
    must(cuCtxSynchronize());
    return true;
}

}

std::vector<Case> host_cases() {
    return {
        {"waits before it reads", "", [] { return reads_before_it_waits(false); }},
        {"reads before it waits", ANY, [] { return reads_before_it_waits(true); }},
        {"waits before it reuses a pinned buffer", "", [] { return reuses_a_buffer(false); }},
        {"reuses a pinned buffer too early", ANY, [] { return reuses_a_buffer(true); }},
        {"two streams", "", [] { return two_streams(false); }},
        {"two streams: no wait for the event", ANY, [] { return two_streams(true); }},
        {"frees what it allocates", "", [] { return leaks(false); }},
        {"a leak", ANY, [] { return leaks(true); }},
        {"a kernel gets freed memory", ANY, uses_freed_memory},
        {"a graph is replayed on freed memory", ANY, replays_on_freed_memory},
        {"a kernel gets null", ANY, takes_null},
        {"a free too many", ANY, frees_twice},
        {"a copy past the end", ANY, copies_too_much},
        {"a block of the wrong size", ANY, wrong_block},
        {"a wait while capturing", ANY, waits_in_a_capture},
        {"shared memory that was not asked for", ANY, asks_for_too_much_shared_memory},
    };
}

}
