// Events: marks in streams that others wait for, and times.
#include "graphs.h"
#include "streams.h"

namespace driver {

namespace {

void record_in_capture(const std::shared_ptr<Event> &event, const std::shared_ptr<Stream> &stream, bool external) {
    if (external) {
        submit(stream, {Step::RECORD, [event] { event->time = std::chrono::steady_clock::now(); }});
        return;
    }
    event->capture = stream->capture;
    event->stream = stream;
}

void record(Event *handle, Stream *stream_handle, bool external) {
    const auto event = device.events.get(handle, "event");
    const auto stream = stream_of(stream_handle);
    if (stream->capture) return record_in_capture(event, stream, external);
    event->capture = nullptr;
    event->stream = stream;
    event->position = stream->queued + 1;
    submit(stream, {Step::RECORD, [event] { event->time = std::chrono::steady_clock::now(); }});
}

// A stream that waits for an event of a capture joins it; the origin, waiting, brings the work of the other back.
void join(const std::shared_ptr<Stream> &stream, Event &event) {
    if (event.capture->over) fail(ERROR_CAPTURED_EVENT, "a wait for an event of a capture that has ended");
    if (stream->capture && stream->capture != event.capture) fail(ERROR_STREAM_CAPTURE_MERGE, "a wait would join two captures");
    stream->capture = event.capture;
    event.stream->unjoined = false;
    if (stream.get() != event.capture->origin) stream->unjoined = true;
}

}

EXPORT Result cuEventCreate(Event **handle, unsigned flags) {
    return in_context([&] { *handle = device.events.add(std::make_shared<Event>(current_context(), flags)); });
}

EXPORT Result cuEventDestroy_v2(Event *handle) {
    return releasing([&] {
        device.events.get(handle, "event");
        device.events.remove(handle);
    });
}

EXPORT Result cuEventRecord(Event *event, Stream *stream) { return in_context([&] { record(event, stream, false); }); }

EXPORT Result cuEventRecordWithFlags(Event *event, Stream *stream, unsigned flags) { return in_context([&] { record(event, stream, flags & 1); }); }

EXPORT Result cuEventSynchronize(Event *handle) {
    return in_context([&] {
        const auto event = device.events.get(handle, "event");
        if (event->capture) fail(ERROR_CAPTURED_EVENT, "a wait for an event of a capture");
        if (event->stream) advance(*event->stream, event->position);
    });
}

EXPORT Result cuEventQuery(Event *handle) {
    return in_context([&] {
        const auto event = device.events.get(handle, "event");
        if (event->capture) fail(ERROR_CAPTURED_EVENT, "a query of an event of a capture");
        if (event->happened()) return;
        advance(*event->stream, event->stream->done + 1);
        fail(ERROR_NOT_READY, "the event has not happened");
    });
}

EXPORT Result cuStreamWaitEvent(Stream *stream_handle, Event *handle, unsigned) {
    return in_context([&] {
        const auto stream = stream_of(stream_handle);
        const auto event = device.events.get(handle, "event");
        if (event->capture) return join(stream, *event);
        if (stream->capture) fail(ERROR_STREAM_CAPTURE_MERGE, "a captured stream waits for an event from outside of the capture");
        if (!event->stream) return;
        submit(stream, {Step::WAIT, [from = event->stream, position = event->position] { advance(*from, position); }});
    });
}

EXPORT Result cuEventElapsedTime(float *milliseconds, Event *from_handle, Event *to_handle) {
    return in_context([&] {
        const auto from = device.events.get(from_handle, "event"), to = device.events.get(to_handle, "event");
        for (const auto &event : {from, to}) {
            if (!event->timed()) fail(ERROR_INVALID_HANDLE, "an event that takes no time");
            if (event->time == std::chrono::steady_clock::time_point() && !event->stream) fail(ERROR_INVALID_HANDLE, "an event that was never recorded");
            if (!event->happened()) fail(ERROR_NOT_READY, "an event has not happened yet");
        }
        *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
    });
}

EXPORT Result cuEventElapsedTime_v2(float *milliseconds, Event *from, Event *to) { return cuEventElapsedTime(milliseconds, from, to); }

}
