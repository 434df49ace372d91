// Streams as queues: work waits until the host waits for it (or is done at once, see Settings::execution), so that a host that does not wait
// sees that nothing has happened yet.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "device.h"

namespace driver {

// A piece of work for the device, as it stands in a stream or in a graph.
struct Step {
    enum Kind { KERNEL, COPY, FILL, HOST, RECORD, WAIT, GRAPH } kind;
    std::function<void()> run;
};

// A capture that is going on. It ends up as one graph, however many streams have joined.
struct Capture {
    std::shared_ptr<Graph> graph;
    Stream *origin;
    int mode;
    std::thread::id thread;
    bool invalidated = false, over = false;
};

struct Stream {
    Stream(Context *context, unsigned flags, int priority) : context(context), flags(flags), priority(priority) {}

    Context *const context;
    const unsigned flags;
    const int priority;
    std::deque<Step> pending;
    long long queued = 0, done = 0;         // steps ever
    std::shared_ptr<Capture> capture;
    bool unjoined = false;                  // has captured work that no event has carried on yet

    bool blocking() const { return !(flags & 1); }
};

struct Event {
    Event(Context *context, unsigned flags) : context(context), flags(flags) {}

    Context *const context;
    const unsigned flags;
    std::shared_ptr<Stream> stream;         // where it was last recorded, or null
    long long position = 0;                 // what that stream must have done
    std::chrono::steady_clock::time_point time;
    std::shared_ptr<Capture> capture;       // in which it was last recorded, or null

    bool timed() const { return !(flags & 2); }
    bool happened() const { return !stream || stream->done >= position; }
};

// The stream of a handle, which may be null or 1 for the legacy stream and 2 for the thread's own, which here is the same.
std::shared_ptr<Stream> stream_of(Stream *handle);

// Hands work to a stream: into the graph where the stream is being captured, else into its queue.
void submit(const std::shared_ptr<Stream> &stream, Step step);

void run(const Step &step);

// Does what the stream holds, up to a position, or all of it.
void advance(Stream &stream, long long position);
void finish(Stream &stream);
void finish_all();
void finish_blocking();                     // what the legacy stream waits for

// Fails, and spoils the capture, where this thread may not make a call because of a capture that it has begun.
void not_while_capturing(const char *what);

}
