// The one device and everything that lives on it, and the way of every call of the driver API: one at a time, checked, with errors as results.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "../runtime/kernel.h"
#include "memory.h"
#include "results.h"
#include "settings.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace driver {

struct Failure {
    Result result;
    std::string message;
};

[[noreturn]] void fail(Result result, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct Stream;
struct Event;
struct Graph;
struct GraphExec;

struct Context {
    int uses = 1;
};

struct Module {
    Context *context;
};

struct Function {
    const emulation::Kernel *kernel;
    Module *module;
    int most_dynamic_bytes = 48 * 1024;
};

// Objects that the host holds by handle; a handle that was never given out, or was destroyed, is noticed: for a while, no new object takes the
// place of an old one.
template <typename T> class Handles {
public:
    T *add(std::shared_ptr<T> object) {
        T *handle = object.get();
        live.emplace(handle, std::move(object));
        return handle;
    }

    std::shared_ptr<T> get(T *handle, const char *what) const {
        const auto found = live.find(handle);
        if (found == live.end()) fail(ERROR_INVALID_HANDLE, "%p is no %s, or no more", static_cast<void *>(handle), what);
        return found->second;
    }

    void remove(T *handle) {
        const auto found = live.find(handle);
        if (found == live.end()) return;
        destroyed.push_back(std::move(found->second));
        live.erase(found);
        if (destroyed.size() > 256) destroyed.pop_front();
    }

    template <typename P> size_t remove_if(P predicate) {
        std::vector<T *> chosen;
        for (const auto &[handle, object] : live) {
            if (predicate(*object)) chosen.push_back(handle);
        }
        for (T *handle : chosen) remove(handle);
        return chosen.size();
    }

    bool has(T *handle) const { return live.count(handle) > 0; }
    size_t count() const { return live.size(); }
    auto begin() const { return live.begin(); }
    auto end() const { return live.end(); }

private:
    std::unordered_map<T *, std::shared_ptr<T>> live;
    std::deque<std::shared_ptr<T>> destroyed;
};

// Since the process began.
struct Counts {
    long long launches = 0, graph_launches = 0, copies = 0, fills = 0, allocations = 0, peak_bytes = 0, left_over = 0, refused = 0;
    std::set<std::string> kernels;      // that were launched
};

struct Device {
    std::recursive_mutex mutex;
    bool initialised = false;
    Result lost = SUCCESS;              // sticky: what every call answers since a kernel failed
    std::string message;                // of the last failure
    Memory memory;
    Context *primary = nullptr;
    Handles<Context> contexts;
    Handles<Module> modules;
    Handles<Function> functions;
    Handles<Stream> streams;
    Handles<Event> events;
    Handles<Graph> graphs;
    Handles<GraphExec> execs;
    std::shared_ptr<Stream> legacy_stream;
    Counts counts;

    void lose(Result result, const std::string &why);
    void destroy(Context *context);     // with all that is in it
};

extern Device &device;
extern thread_local std::vector<Context *> current_contexts;  // the innermost last

Context *current_context();             // fails where there is none

// What a call needs. One that releases something works on a lost device too, and answers with the loss; one that needs nothing says nothing of it.
enum class Needs { NOTHING, INITIALISED, CONTEXT, CONTEXT_TO_RELEASE };

Result enter(Needs needs);              // whether a call may be made at all
Result refused(const Failure &failure);

// Every call: alone, in order, with failures as results.
template <typename Body> Result call(Needs needs, Body body) {
    std::lock_guard lock(device.mutex);
    try {
        if (const Result result = enter(needs); result != SUCCESS) return result;
        body();
        return needs == Needs::NOTHING ? SUCCESS : device.lost;
    } catch (const Failure &failure) {
        return refused(failure);
    }
}

template <typename Body> Result in_context(Body body) { return call(Needs::CONTEXT, body); }
template <typename Body> Result releasing(Body body) { return call(Needs::CONTEXT_TO_RELEASE, body); }

}
