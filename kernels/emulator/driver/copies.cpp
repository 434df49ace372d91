// Copies and fills. Those without a stream wait for the default stream and return when they are done; those with one wait their turn, and
// then read and write what is there by then. As with the real driver, ordinary memory of the host is read at once, or written before the
// call returns; pinned memory is not.
#include <cstring>
#include <vector>

#include "streams.h"

namespace driver {

namespace {

bool on_device(const void *address) {
    const Allocation *allocation = device.memory.holding(address);
    return allocation && allocation->kind == Allocation::DEVICE;
}

bool pageable(const void *address) { return !device.memory.holding(address); }

void check_device(const void *address, size_t bytes, const char *what) {
    if (device.memory.check(address, bytes, what).kind != Allocation::DEVICE) fail(ERROR_INVALID_VALUE, "%s: %p is memory of the host", what, address);
}

void check_host(const void *address, size_t bytes, const char *what) {
    if (!address) fail(ERROR_INVALID_VALUE, "%s: the host's side is null", what);
    const Allocation *allocation = device.memory.holding(address);
    if (allocation && allocation->kind == Allocation::DEVICE) fail(ERROR_INVALID_VALUE, "%s: %p is memory of the device", what, address);
    if (allocation) device.memory.check(address, bytes, what);
    const std::string place = device.memory.describe(address);
    if (!allocation && !place.empty()) fail(ERROR_INVALID_VALUE, "%s: %p is no memory of the host%s", what, address, place.c_str());
}

struct Copy {
    void *to;
    const void *from;
    size_t bytes;

    void check() const {
        const char *what = "a copy";
        on_device(to) ? check_device(to, bytes, what) : check_host(to, bytes, what);
        on_device(from) ? check_device(from, bytes, what) : check_host(from, bytes, what);
        const char *t = static_cast<const char *>(to), *f = static_cast<const char *>(from);
        if (t < f + bytes && f < t + bytes) fail(ERROR_INVALID_VALUE, "a copy whose two sides overlap");
    }

    void run() const {
        check();
        device.counts.copies++;
        memcpy(to, from, bytes);
    }
};

Result copy_now(Copy copy) {
    return in_context([&] {
        not_while_capturing("a copy that does not name a stream");
        if (copy.bytes == 0) return;
        copy.check();
        finish_blocking();
        copy.run();
    });
}

Result copy_later(Copy copy, Stream *handle) {
    return in_context([&] {
        const auto stream = stream_of(handle);
        if (copy.bytes == 0) return;
        copy.check();
        const bool captured = stream->capture != nullptr;
        if (!captured && !on_device(copy.from) && pageable(copy.from)) {
            const char *source = static_cast<const char *>(copy.from);
            auto staged = std::make_shared<std::vector<char>>(source, source + copy.bytes);
            submit(stream, {Step::COPY, [copy, staged] { Copy{copy.to, staged->data(), copy.bytes}.run(); }});
            return;
        }
        submit(stream, {Step::COPY, [copy] { copy.run(); }});
        if (!captured && !on_device(copy.to) && pageable(copy.to)) finish(*stream);
    });
}

template <typename T> struct Fill {
    T *to;
    T value;
    size_t count;

    void check() const {
        check_device(to, count * sizeof(T), "a fill");
        if (reinterpret_cast<uintptr_t>(to) % sizeof(T) != 0) fail(ERROR_INVALID_VALUE, "a fill of the misaligned address %p", static_cast<void *>(to));
    }

    void run() const {
        check();
        device.counts.fills++;
        for (size_t i = 0; i < count; i++) to[i] = value;
    }
};

template <typename T> Result fill_now(Fill<T> fill) {
    return in_context([&] {
        not_while_capturing("a fill that does not name a stream");
        if (fill.count == 0) return;
        fill.check();
        finish_blocking();
        fill.run();
    });
}

template <typename T> Result fill_later(Fill<T> fill, Stream *handle) {
    return in_context([&] {
        const auto stream = stream_of(handle);
        if (fill.count == 0) return;
        fill.check();
        submit(stream, {Step::FILL, [fill] { fill.run(); }});
    });
}

}

EXPORT Result cuMemcpyHtoD_v2(void *to, const void *from, size_t bytes) { return copy_now({to, from, bytes}); }
EXPORT Result cuMemcpyDtoH_v2(void *to, const void *from, size_t bytes) { return copy_now({to, from, bytes}); }
EXPORT Result cuMemcpyDtoD_v2(void *to, const void *from, size_t bytes) { return copy_now({to, from, bytes}); }
EXPORT Result cuMemcpy(void *to, const void *from, size_t bytes) { return copy_now({to, from, bytes}); }
EXPORT Result cuMemcpyHtoDAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) { return copy_later({to, from, bytes}, stream); }
EXPORT Result cuMemcpyDtoHAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) { return copy_later({to, from, bytes}, stream); }
EXPORT Result cuMemcpyDtoDAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) { return copy_later({to, from, bytes}, stream); }
EXPORT Result cuMemcpyAsync(void *to, const void *from, size_t bytes, Stream *stream) { return copy_later({to, from, bytes}, stream); }

EXPORT Result cuMemsetD8_v2(uint8_t *to, uint8_t value, size_t count) { return fill_now<uint8_t>({to, value, count}); }
EXPORT Result cuMemsetD16_v2(uint16_t *to, uint16_t value, size_t count) { return fill_now<uint16_t>({to, value, count}); }
EXPORT Result cuMemsetD32_v2(uint32_t *to, uint32_t value, size_t count) { return fill_now<uint32_t>({to, value, count}); }
EXPORT Result cuMemsetD8Async(uint8_t *to, uint8_t value, size_t count, Stream *stream) { return fill_later<uint8_t>({to, value, count}, stream); }
EXPORT Result cuMemsetD16Async(uint16_t *to, uint16_t value, size_t count, Stream *stream) { return fill_later<uint16_t>({to, value, count}, stream); }
EXPORT Result cuMemsetD32Async(uint32_t *to, uint32_t value, size_t count, Stream *stream) { return fill_later<uint32_t>({to, value, count}, stream); }

}
