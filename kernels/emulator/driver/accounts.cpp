// What is there, and what has happened, for tests that look for leaks and count launches.
#include <cstdio>
#include <cstring>

#include "graphs.h"
#include "streams.h"

namespace driver {

namespace {

long long pending() {
    long long steps = 0;
    for (const auto &[handle, stream] : device.streams) steps += static_cast<long long>(stream->pending.size());
    return steps;
}

struct Account {
    const char *name;
    long long (*value)();
};

template <typename T> long long number(T value) { return static_cast<long long>(value); }

// First what must be zero when everything is closed.
const Account ACCOUNTS[] = {
    {"allocations", [] { return number(device.memory.count(Allocation::DEVICE)); }},
    {"pinned allocations", [] { return number(device.memory.count(Allocation::PINNED)); }},
    {"registered memory", [] { return number(device.memory.count(Allocation::REGISTERED)); }},
    {"contexts", [] { return number(device.contexts.count()); }},
    {"modules", [] { return number(device.modules.count()); }},
    {"streams", [] { return number(device.streams.count()); }},
    {"events", [] { return number(device.events.count()); }},
    {"graphs", [] { return number(device.graphs.count()); }},
    {"executable graphs", [] { return number(device.execs.count()); }},
    {"pending steps", [] { return pending(); }},
    {"left over", [] { return device.counts.left_over; }},
    {"bytes", [] { return number(device.memory.used(Allocation::DEVICE)); }},
    {"pinned bytes", [] { return number(device.memory.used(Allocation::PINNED)); }},
    {"peak bytes", [] { return device.counts.peak_bytes; }},
    {"allocations ever", [] { return device.counts.allocations; }},
    {"launches", [] { return device.counts.launches; }},
    {"graph launches", [] { return device.counts.graph_launches; }},
    {"copies", [] { return device.counts.copies; }},
    {"fills", [] { return device.counts.fills; }},
    {"refused calls", [] { return device.counts.refused; }},
    {"lost", [] { return number(device.lost); }},
};

struct AtExit {
    ~AtExit() {
        if (!settings.report) return;
        for (const Account &account : ACCOUNTS) fprintf(stderr, "emulated device: %s: %lld\n", account.name, account.value());
    }
} at_exit;

}

// One account by its name; -1 where there is none of that name.
EXPORT long long vivaceEmulatorAccount(const char *name) {
    std::lock_guard lock(device.mutex);
    for (const Account &account : ACCOUNTS) {
        if (strcmp(account.name, name) == 0) return account.value();
    }
    return -1;
}

// All accounts as lines "name: value", into text of so many bytes; returns the bytes that the whole would need.
EXPORT int vivaceEmulatorAccounts(char *text, int bytes) {
    std::lock_guard lock(device.mutex);
    std::string all;
    for (const Account &account : ACCOUNTS) all += std::string(account.name) + ": " + std::to_string(account.value()) + "\n";
    snprintf(text, bytes, "%s", all.c_str());
    return static_cast<int>(all.size()) + 1;
}

// The names of the kernels that were launched, as lines; returns the bytes that the whole would need.
EXPORT int vivaceEmulatorKernels(char *text, int bytes) {
    std::lock_guard lock(device.mutex);
    std::string all;
    for (const std::string &name : device.counts.kernels) all += name + "\n";
    snprintf(text, bytes, "%s", all.c_str());
    return static_cast<int>(all.size()) + 1;
}

// Why the last call was refused, or the device was lost.
EXPORT int vivaceEmulatorMessage(char *text, int bytes) {
    std::lock_guard lock(device.mutex);
    snprintf(text, bytes, "%s", device.message.c_str());
    return static_cast<int>(device.message.size()) + 1;
}

// What a new process would find: no context, no memory, a device that works. What is still there counts as left over.
EXPORT void vivaceEmulatorRestart() {
    std::lock_guard lock(device.mutex);
    device.lost = SUCCESS;
    while (device.contexts.count() > 0) device.destroy(device.contexts.begin()->first);
    device.graphs.remove_if([](const Graph &) { return true; });
    device.execs.remove_if([](const GraphExec &) { return true; });
    current_contexts.clear();
    device.counts = {};
    device.initialised = false;
}

}
