#include "device.h"

#include <cstdarg>
#include <cstdio>

#include "graphs.h"
#include "streams.h"

namespace driver {

Device &device = *new Device;             // never destroyed: threads of a JVM run on while the process ends
thread_local std::vector<Context *> current_contexts;

void fail(Result result, const char *format, ...) {
    char text[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    throw Failure{result, text};
}

Result refused(const Failure &failure) {
    device.message = failure.message;
    device.counts.refused++;
    if (settings.verbose) fprintf(stderr, "emulated device: %s\n", failure.message.c_str());
    return failure.result;
}

Context *current_context() {
    if (current_contexts.empty() || !current_contexts.back()) fail(ERROR_INVALID_CONTEXT, "this thread has no current context");
    if (!device.contexts.has(current_contexts.back())) fail(ERROR_INVALID_CONTEXT, "the current context of this thread was destroyed");
    return current_contexts.back();
}

Result enter(Needs needs) {
    if (needs == Needs::NOTHING) return SUCCESS;
    if (!device.initialised) return ERROR_NOT_INITIALIZED;
    if (device.lost != SUCCESS && needs != Needs::CONTEXT_TO_RELEASE) return device.lost;
    if (needs != Needs::INITIALISED) current_context();
    return SUCCESS;
}

void Device::lose(Result result, const std::string &why) {
    lost = result;
    message = why;
    fprintf(stderr, "emulated device: %s\n", why.c_str());
    for (const auto &[handle, stream] : streams) stream->pending.clear();
}

void Device::destroy(Context *context) {
    const auto inside = [&](const auto &object) { return object.context == context; };
    counts.left_over += memory.release_all(context) + streams.remove_if(inside) + events.remove_if(inside);
    functions.remove_if([&](const Function &function) { return function.module->context == context; });
    counts.left_over += modules.remove_if(inside);
    if (legacy_stream && legacy_stream->context == context) legacy_stream = nullptr;
    if (primary == context) primary = nullptr;
    contexts.remove(context);
}

}
