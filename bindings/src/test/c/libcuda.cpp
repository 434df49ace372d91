// A stand-in for libcuda.so.1 in which every call is done at once, on the host: just enough of the driver to test that the façade asks the
// right things in the right order. Kernels are C++ functions found by name. standin_* let a test make calls fail and look at what happened.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <new>
#include <set>
#include <string>
#include <vector>

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_IMAGE = 200, INVALID_CONTEXT = 201,
       NO_BINARY = 209, INVALID_HANDLE = 400, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901 };

typedef void (*Kernel)(void **arguments);
struct KernelFunction { const char *name; int arguments; Kernel run; int dynamicShared; };
struct Graph { std::vector<std::function<void()>> nodes; };
struct Stream { Graph *capturing = nullptr; };
struct Event { std::chrono::steady_clock::time_point at; };

static std::set<void *> live;                  // everything given out and not taken back
static std::map<std::string, int> failures;    // by call: the code of the next one
static std::map<std::string, int> counts;      // by call
static int retained = 0, sticky = OK;
static int lastLaunch[7];
static thread_local void *current = nullptr;
static char context;

static int begin(const char *call, bool needsContext = true) {
    counts[call]++;
    auto failure = failures.find(call);
    if (failure != failures.end()) {
        int code = failure->second;
        failures.erase(failure);
        return code;
    }
    if (sticky) return sticky;
    return needsContext && current != &context ? INVALID_CONTEXT : OK;
}
#define CALL() do { int code_ = begin(__func__); if (code_) return code_; } while (0)

template <typename T> static T *give(T *made) { live.insert(made); return made; }
template <typename T> static int take(T *made) {
    if (!live.erase(made)) return INVALID_HANDLE;
    delete made;
    return OK;
}
static int setting(const char *name, int otherwise) { const char *text = getenv(name); return text ? atoi(text) : otherwise; }
static int enqueue(Stream *stream, std::function<void()> work) {
    if (!live.count(stream)) return INVALID_HANDLE;
    if (stream->capturing) stream->capturing->nodes.push_back(work); else work();
    return OK;
}

static void add(void **a) { float *x = *(float **)a[0], y = *(float *)a[2]; for (int i = 0, n = *(int *)a[1]; i < n; i++) x[i] += y; }
static void store(void **a) { char *to = *(char **)a[0]; memcpy(to, a[1], 4); memcpy(to + 8, a[2], 8); memcpy(to + 16, a[3], 4); }
static void nothing(void **) {}
static void crash(void **) { sticky = ILLEGAL_ADDRESS; }
static KernelFunction kernels[] = {{"add", 3, add, 0}, {"store", 4, store, 0}, {"nothing", 0, nothing, 0}, {"nine", 9, nothing, 0}, {"crash", 0, crash, 0}};

extern "C" {
int standin_fail(const char *call, int code) { failures[call] = code; return 0; }
int standin_count(const char *call) { return counts[call]; }
int standin_live() { return (int)live.size(); }
int standin_forget() { live.clear(); return 0; }
int standin_retained() { return retained; }
int standin_last_launch(int which) { return lastLaunch[which]; }

int cuDriverGetVersion(int *version) { *version = setting("STANDIN_VERSION", 13000); return OK; }
int cuInit(unsigned) { return setting("STANDIN_INIT", OK); }
int cuDeviceGetCount(int *count) { *count = setting("STANDIN_DEVICES", 1); return OK; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal == 0 ? OK : INVALID_DEVICE; }
int cuDeviceGetName(char *name, int length, int) { strncpy(name, "Vivace stand-in", length); return OK; }
int cuDeviceGetAttribute(int *value, int which, int) { *value = which == 75 ? 9 : which == 76 ? 0 : which == 16 ? 132 : -1; return OK; }
int cuDevicePrimaryCtxRetain(void **made, int) { int code = begin(__func__, false); if (code) return code; retained++; *made = &context; return OK; }
int cuDevicePrimaryCtxRelease_v2(int) {
    counts[__func__]++;
    if (--retained > 0) return OK;
    if (sticky) live.clear();    // everything went with the context
    sticky = OK;
    current = nullptr;
    return OK;
}
int cuCtxSetCurrent(void *context) { current = context; return begin(__func__, false); }
int cuMemGetInfo_v2(size_t *free, size_t *total) { CALL(); *free = 3ull << 30; *total = 4ull << 30; return OK; }

int cuMemAlloc_v2(void **address, size_t bytes) { CALL(); *address = give(new (std::align_val_t(256)) char[bytes]); return OK; }
int cuMemFree_v2(void *address) {
    CALL();
    if (!live.erase(address)) return INVALID_VALUE;
    operator delete[](address, std::align_val_t(256));
    return OK;
}
int cuMemHostAlloc(void **address, size_t bytes, unsigned) { CALL(); *address = give((char *)malloc(bytes)); return OK; }
int cuMemFreeHost(void *address) { CALL(); if (!live.erase(address)) return INVALID_VALUE; free(address); return OK; }

int cuModuleLoadData(void **module, const char *image) {
    CALL();
    if (strncmp(image, "old", 3) == 0) return NO_BINARY;
    if (strcmp(image, "stand-in") != 0) return INVALID_IMAGE;
    *module = give(new char);
    return OK;
}
int cuModuleUnload(char *module) { CALL(); return take(module); }
int cuModuleGetFunction(KernelFunction **function, void *, const char *name) {
    CALL();
    for (auto &kernel : kernels) if (strcmp(kernel.name, name) == 0) { *function = &kernel; return OK; }
    return NOT_FOUND;
}
int cuFuncGetAttribute(int *value, int which, KernelFunction *) { CALL(); *value = which == 4 ? 40 : which == 3 ? 16 : which == 1 ? 1024 : -1; return OK; }
int cuFuncSetAttribute(KernelFunction *function, int which, int value) {
    CALL();
    if (which != 8 || value > 227 * 1024) return INVALID_VALUE;
    function->dynamicShared = value;
    return OK;
}
int cuLaunchKernel(KernelFunction *kernel, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, Stream *stream,
                   void **parameters, void **) {
    CALL();
    if (shared > 48 * 1024 && (int)shared > kernel->dynamicShared) return INVALID_VALUE;
    unsigned launch[] = {gx, gy, gz, bx, by, bz, shared};
    memcpy(lastLaunch, launch, sizeof launch);
    std::vector<uint64_t> values;
    for (int i = 0; i < kernel->arguments; i++) values.push_back(*(uint64_t *)parameters[i]);
    return enqueue(stream, [=]() mutable {
        std::vector<void *> pointers;
        for (auto &value : values) pointers.push_back(&value);
        kernel->run(pointers.data());
    });
}

int cuStreamCreate(Stream **stream, unsigned flags) { CALL(); if (flags != 1) return INVALID_VALUE; *stream = give(new Stream); return OK; }
int cuStreamDestroy_v2(Stream *stream) { CALL(); return take(stream); }
int cuStreamSynchronize(Stream *stream) { CALL(); return stream->capturing ? CAPTURE_UNSUPPORTED : OK; }
int cuStreamQuery(Stream *) { CALL(); return OK; }
int cuMemcpyHtoDAsync_v2(char *to, const char *from, size_t bytes, Stream *stream) { CALL(); return enqueue(stream, [=] { memcpy(to, from, bytes); }); }
int cuMemcpyDtoHAsync_v2(char *to, const char *from, size_t bytes, Stream *stream) { CALL(); return enqueue(stream, [=] { memcpy(to, from, bytes); }); }
int cuMemcpyDtoDAsync_v2(char *to, const char *from, size_t bytes, Stream *stream) { CALL(); return enqueue(stream, [=] { memmove(to, from, bytes); }); }
int cuMemsetD8Async(char *to, unsigned char value, size_t bytes, Stream *stream) { CALL(); return enqueue(stream, [=] { memset(to, value, bytes); }); }

int cuLaunchHostFunc(Stream *stream, void (*work)(void *), void *data) { CALL(); return enqueue(stream, [=] { work(data); }); }

int cuStreamBeginCapture_v2(Stream *stream, int mode) { CALL(); if (mode != 1) return INVALID_VALUE; stream->capturing = give(new Graph); return OK; }
int cuStreamEndCapture(Stream *stream, Graph **graph) {
    CALL();
    if (!stream->capturing) return CAPTURE_INVALIDATED;
    *graph = stream->capturing;
    stream->capturing = nullptr;
    return OK;
}
int cuGraphGetNodes(Graph *graph, void **, size_t *count) { CALL(); *count = graph->nodes.size(); return OK; }
int cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) { CALL(); *executable = give(new Graph(*graph)); return OK; }
int cuGraphUpload(Graph *, Stream *) { CALL(); return OK; }
int cuGraphLaunch(Graph *graph, Stream *stream) { CALL(); for (auto &node : graph->nodes) enqueue(stream, node); return sticky; }
int cuGraphExecDestroy(Graph *graph) { CALL(); return take(graph); }
int cuGraphDestroy(Graph *graph) { CALL(); return take(graph); }

int cuEventCreate(Event **event, unsigned) { CALL(); *event = give(new Event); return OK; }
int cuEventRecord(Event *event, Stream *) { CALL(); event->at = std::chrono::steady_clock::now(); return OK; }
int cuEventSynchronize(Event *) { CALL(); return OK; }
int cuEventElapsedTime(float *millis, Event *from, Event *to) {
    CALL();
    *millis = std::chrono::duration<float, std::milli>(to->at - from->at).count();
    return OK;
}
int cuEventDestroy_v2(Event *event) { CALL(); return take(event); }
}
