#include "streams.h"

#include "graphs.h"

namespace driver {

// What goes wrong now can no longer be refused: the device is lost.
void run(const Step &step) {
    try {
        if (device.lost == SUCCESS) step.run();
    } catch (const Failure &failure) {
        device.lose(failure.result == ERROR_INVALID_VALUE ? ERROR_ILLEGAL_ADDRESS : failure.result, failure.message);
    }
}

namespace {

constexpr size_t MOST_PENDING = 1024;       // a real driver's queue is about as deep; then the host waits for room

void run_next(Stream &stream) {
    Step step = std::move(stream.pending.front());
    stream.pending.pop_front();
    stream.done++;
    run(step);
}

}

std::shared_ptr<Stream> stream_of(Stream *handle) {
    if (reinterpret_cast<uintptr_t>(handle) > 2) return device.streams.get(handle, "stream");
    if (!device.legacy_stream) device.legacy_stream = std::make_shared<Stream>(current_context(), 0, 0);
    return device.legacy_stream;
}

void submit(const std::shared_ptr<Stream> &stream, Step step) {
    if (stream->capture) {
        if (stream->capture->invalidated) fail(ERROR_STREAM_CAPTURE_INVALIDATED, "the capture has been spoilt by an earlier call");
        stream->unjoined = true;
        stream->capture->graph->add(std::move(step));
        return;
    }
    if (stream == device.legacy_stream) finish_blocking();
    stream->pending.push_back(std::move(step));
    stream->queued++;
    if (settings.execution != Settings::LAZY || stream == device.legacy_stream) finish(*stream);
    else if (stream->pending.size() > MOST_PENDING) advance(*stream, stream->queued - MOST_PENDING / 2);
}

void advance(Stream &stream, long long position) {
    while (stream.done < position && !stream.pending.empty()) run_next(stream);
}

void finish(Stream &stream) { advance(stream, stream.queued); }

void finish_blocking() {
    for (const auto &[handle, stream] : device.streams) {
        if (!stream->blocking()) continue;
        if (stream->capture) {
            stream->capture->invalidated = true;
            fail(ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream would wait for a stream that is being captured");
        }
        finish(*stream);
    }
}

void finish_all() {
    for (const auto &[handle, stream] : device.streams) finish(*stream);
}

void not_while_capturing(const char *what) {
    for (const auto &[handle, stream] : device.streams) {
        if (!stream->capture || stream->capture->mode == 2) continue;
        if (stream->capture->mode == 1 && stream->capture->thread != std::this_thread::get_id()) continue;
        stream->capture->invalidated = true;
        fail(ERROR_STREAM_CAPTURE_UNSUPPORTED, "%s while a stream is being captured", what);
    }
}

EXPORT Result cuStreamCreateWithPriority(Stream **handle, unsigned flags, int priority) {
    return in_context([&] { *handle = device.streams.add(std::make_shared<Stream>(current_context(), flags, priority)); });
}

EXPORT Result cuStreamCreate(Stream **handle, unsigned flags) { return cuStreamCreateWithPriority(handle, flags, 0); }

EXPORT Result cuStreamDestroy_v2(Stream *handle) {
    return releasing([&] {
        const auto stream = device.streams.get(handle, "stream");
        if (stream->capture) stream->capture->invalidated = true;
        finish(*stream);
        device.streams.remove(handle);
    });
}

EXPORT Result cuStreamSynchronize(Stream *handle) {
    return in_context([&] {
        const auto stream = stream_of(handle);
        if (stream->capture) {
            stream->capture->invalidated = true;
            fail(ERROR_STREAM_CAPTURE_UNSUPPORTED, "a wait for a stream that is being captured");
        }
        if (stream == device.legacy_stream) finish_blocking();
        finish(*stream);
    });
}

// Asking makes the device go on, one step a time: who asks long enough sees the end.
EXPORT Result cuStreamQuery(Stream *handle) {
    return in_context([&] {
        const auto stream = stream_of(handle);
        if (stream->capture) {
            stream->capture->invalidated = true;
            fail(ERROR_STREAM_CAPTURE_UNSUPPORTED, "a query of a stream that is being captured");
        }
        if (stream->pending.empty()) return;
        run_next(*stream);
        fail(ERROR_NOT_READY, "the stream still has work");
    });
}

EXPORT Result cuStreamGetFlags(Stream *handle, unsigned *flags) { return in_context([&] { *flags = stream_of(handle)->flags; }); }
EXPORT Result cuStreamGetPriority(Stream *handle, int *priority) { return in_context([&] { *priority = stream_of(handle)->priority; }); }
EXPORT Result cuStreamGetCtx(Stream *handle, Context **context) { return in_context([&] { *context = stream_of(handle)->context; }); }

EXPORT Result cuLaunchHostFunc(Stream *handle, void (*function)(void *), void *data) {
    return in_context([&] { submit(stream_of(handle), {Step::HOST, [=] { function(data); }}); });
}

}
