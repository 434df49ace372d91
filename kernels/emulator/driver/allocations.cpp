// Memory of the device and pinned memory, by the driver's calls.
#include <algorithm>

#include "streams.h"

namespace driver {

namespace {

void *allocate(Allocation::Kind kind, size_t bytes, unsigned flags = 0) {
    not_while_capturing("an allocation");
    if (bytes == 0) fail(ERROR_INVALID_VALUE, "an allocation of 0 bytes");
    if (settings.fail_allocation > 0 && --settings.fail_allocation == 0) fail(ERROR_OUT_OF_MEMORY, "this allocation was to find no room");
    const size_t used = device.memory.used(Allocation::DEVICE);
    if (kind == Allocation::DEVICE && bytes > static_cast<size_t>(settings.memory) - std::min<size_t>(used, settings.memory)) {
        fail(ERROR_OUT_OF_MEMORY, "%zu bytes where %zu of %lld are in use", bytes, used, settings.memory);
    }
    void *memory = device.memory.allocate(kind, bytes, current_context(), flags).begin;
    device.counts.allocations++;
    device.counts.peak_bytes = std::max<long long>(device.counts.peak_bytes, device.memory.used(Allocation::DEVICE));
    return memory;
}

// A free waits for the device, as the real one does; so what still runs may use the memory.
void release(Allocation::Kind kind, void *memory) {
    not_while_capturing("a free");
    finish_all();
    if (memory) device.memory.release(kind, memory);
}

}

EXPORT Result cuMemGetInfo_v2(size_t *free, size_t *total) {
    return in_context([&] {
        const size_t used = device.memory.used(Allocation::DEVICE);
        *total = settings.memory;
        *free = *total - std::min(used, *total);
    });
}

EXPORT Result cuMemAlloc_v2(void **address, size_t bytes) {
    return in_context([&] { *address = allocate(Allocation::DEVICE, bytes); });
}

EXPORT Result cuMemFree_v2(void *address) {
    return releasing([&] { release(Allocation::DEVICE, address); });
}

EXPORT Result cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
    return in_context([&] { *address = allocate(Allocation::PINNED, bytes, flags); });
}

EXPORT Result cuMemAllocHost_v2(void **address, size_t bytes) { return cuMemHostAlloc(address, bytes, 0); }

EXPORT Result cuMemFreeHost(void *address) {
    return releasing([&] { release(Allocation::PINNED, address); });
}

EXPORT Result cuMemHostRegister_v2(void *address, size_t bytes, unsigned) {
    return in_context([&] {
        if (!address || bytes == 0) fail(ERROR_INVALID_VALUE, "nothing to register");
        device.memory.add_registered(address, bytes, current_context());
    });
}

EXPORT Result cuMemHostUnregister(void *address) {
    return releasing([&] {
        const Allocation *allocation = device.memory.holding(address);
        if (!allocation || allocation->kind != Allocation::REGISTERED) fail(ERROR_HOST_MEMORY_NOT_REGISTERED, "%p was not registered", address);
        finish_all();
        device.memory.release(Allocation::REGISTERED, address);
    });
}

EXPORT Result cuMemHostGetDevicePointer_v2(void **address, void *host, unsigned) {
    return in_context([&] {
        const Allocation *allocation = device.memory.holding(host);
        if (!allocation || allocation->kind == Allocation::DEVICE) fail(ERROR_INVALID_VALUE, "%p is no pinned memory", host);
        *address = host;
    });
}

EXPORT Result cuMemHostGetFlags(unsigned *flags, void *host) {
    return in_context([&] {
        const Allocation *allocation = device.memory.holding(host);
        if (!allocation || allocation->kind == Allocation::DEVICE) fail(ERROR_INVALID_VALUE, "%p is no pinned memory", host);
        *flags = allocation->flags;
    });
}

EXPORT Result cuMemGetAddressRange_v2(void **begin, size_t *bytes, void *address) {
    return in_context([&] {
        const Allocation *allocation = device.memory.holding(address);
        if (!allocation) fail(ERROR_NOT_FOUND, "%p is no memory of the device", address);
        if (begin) *begin = allocation->begin;
        if (bytes) *bytes = allocation->bytes;
    });
}

}
