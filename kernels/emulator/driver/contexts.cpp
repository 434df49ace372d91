// Contexts: which one a thread's calls go to, and how long it lives.
#include "streams.h"

namespace driver {

namespace {

Context *new_context() { return device.contexts.add(std::make_shared<Context>()); }

void check_initialised() {
    if (!device.initialised) fail(ERROR_NOT_INITIALIZED, "cuInit was not called");
}

void end(Context *context) {
    if (device.lost == SUCCESS) finish_all();
    device.destroy(context);
}

void release_primary(int number) {
    if (number != 0) fail(ERROR_INVALID_DEVICE, "there is no device %d", number);
    if (!device.primary) fail(ERROR_INVALID_CONTEXT, "the primary context is released more often than it was retained");
    if (--device.primary->uses == 0) end(device.primary);
}

}

EXPORT Result cuDevicePrimaryCtxRetain(Context **handle, int number) {
    return call(Needs::INITIALISED, [&] {
        if (number < 0 || number >= settings.devices) fail(ERROR_INVALID_DEVICE, "there is no device %d", number);
        if (device.primary) device.primary->uses++;
        else device.primary = new_context();
        *handle = device.primary;
    });
}

// Even a lost device lets go of its context.
EXPORT Result cuDevicePrimaryCtxRelease_v2(int number) {
    return call(Needs::NOTHING, [&] { release_primary(number); });
}

EXPORT Result cuDevicePrimaryCtxReset_v2(int) {
    return call(Needs::NOTHING, [&] {
        if (device.primary) end(device.primary);
    });
}

EXPORT Result cuDevicePrimaryCtxGetState(int, unsigned *flags, int *active) {
    return call(Needs::INITIALISED, [&] {
        *flags = 0;
        *active = device.primary != nullptr;
    });
}

EXPORT Result cuDevicePrimaryCtxSetFlags_v2(int, unsigned) {
    return call(Needs::INITIALISED, [] {});
}

EXPORT Result cuCtxCreate_v2(Context **handle, unsigned, int number) {
    return call(Needs::INITIALISED, [&] {
        if (number < 0 || number >= settings.devices) fail(ERROR_INVALID_DEVICE, "there is no device %d", number);
        *handle = new_context();
        current_contexts.push_back(*handle);
    });
}

EXPORT Result cuCtxDestroy_v2(Context *context) {
    return call(Needs::NOTHING, [&] {
        device.contexts.get(context, "context");
        if (!current_contexts.empty() && current_contexts.back() == context) current_contexts.pop_back();
        end(context);
    });
}

EXPORT Result cuCtxSetCurrent(Context *context) {
    return call(Needs::NOTHING, [&] {
        check_initialised();
        if (context) device.contexts.get(context, "context");
        if (current_contexts.empty()) current_contexts.push_back(context);
        else current_contexts.back() = context;
        if (!context) current_contexts.pop_back();
    });
}

EXPORT Result cuCtxGetCurrent(Context **context) {
    return call(Needs::NOTHING, [&] {
        check_initialised();
        *context = current_contexts.empty() ? nullptr : current_contexts.back();
    });
}

EXPORT Result cuCtxPushCurrent_v2(Context *context) {
    return call(Needs::NOTHING, [&] {
        check_initialised();
        device.contexts.get(context, "context");
        current_contexts.push_back(context);
    });
}

EXPORT Result cuCtxPopCurrent_v2(Context **context) {
    return call(Needs::NOTHING, [&] {
        check_initialised();
        if (current_contexts.empty()) fail(ERROR_INVALID_CONTEXT, "this thread has no current context");
        if (context) *context = current_contexts.back();
        current_contexts.pop_back();
    });
}

EXPORT Result cuCtxGetDevice(int *number) { return in_context([&] { *number = 0; }); }
EXPORT Result cuCtxGetFlags(unsigned *flags) { return in_context([&] { *flags = 0; }); }

EXPORT Result cuCtxGetApiVersion(Context *, unsigned *version) { return in_context([&] { *version = 3020; }); }

EXPORT Result cuCtxSynchronize() {
    return in_context([&] {
        not_while_capturing("a wait for the device");
        finish_all();
    });
}

EXPORT Result cuCtxGetStreamPriorityRange(int *least, int *greatest) {
    return in_context([&] {
        *least = 0;
        *greatest = -5;
    });
}

EXPORT Result cuCtxSetCacheConfig(int) { return in_context([] {}); }
EXPORT Result cuCtxSetLimit(int, size_t) { return in_context([] {}); }

}
