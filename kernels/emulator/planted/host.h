// What the planted cases need of the driver API, and a little comfort around it. A call that is refused ends the case.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

extern "C" {
int cuInit(unsigned);
int cuDevicePrimaryCtxRetain(void **, int);
int cuDevicePrimaryCtxRelease_v2(int);
int cuCtxSetCurrent(void *);
int cuCtxSynchronize();
int cuMemAlloc_v2(void **, size_t);
int cuMemFree_v2(void *);
int cuMemHostAlloc(void **, size_t, unsigned);
int cuMemFreeHost(void *);
int cuMemcpyHtoD_v2(void *, const void *, size_t);
int cuMemcpyDtoH_v2(void *, const void *, size_t);
int cuMemcpyHtoDAsync_v2(void *, const void *, size_t, void *);
int cuMemcpyDtoHAsync_v2(void *, const void *, size_t, void *);
int cuModuleLoadData(void **, const void *);
int cuModuleGetFunction(void **, void *, const char *);
int cuFuncSetAttribute(void *, int, int);
int cuStreamCreate(void **, unsigned);
int cuStreamSynchronize(void *);
int cuStreamWaitEvent(void *, void *, unsigned);
int cuEventCreate(void **, unsigned);
int cuEventRecord(void *, void *);
int cuStreamBeginCapture_v2(void *, int);
int cuStreamEndCapture(void *, void **);
int cuGraphInstantiateWithFlags(void **, void *, unsigned long long);
int cuGraphLaunch(void *, void *);
int cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **, void **);
int vivaceEmulatorSet(const char *, const char *);
int vivaceEmulatorMessage(char *, int);
long long vivaceEmulatorAccount(const char *);
}

namespace planted {

using Floats = std::vector<float>;

// Ends the case, with the driver's message, unless the result is 0.
void must(int result);

void *device_memory(size_t bytes);
void *pinned_memory(size_t bytes);
void *stream();
void *function(const char *kernel);

template <typename T> T *upload(const std::vector<T> &values) {
    void *memory = device_memory(values.size() * sizeof(T));
    must(cuMemcpyHtoD_v2(memory, values.data(), values.size() * sizeof(T)));
    return static_cast<T *>(memory);
}

inline Floats download(const void *memory, size_t count) {
    Floats values(count);
    must(cuMemcpyDtoH_v2(values.data(), memory, count * sizeof(float)));
    return values;
}

template <typename... A> void launch(const char *kernel, unsigned blocks, unsigned threads, unsigned dynamic_bytes, void *stream, A... arguments) {
    void *parameters[] = {&arguments...};
    must(cuLaunchKernel(function(kernel), blocks, 1, 1, threads, 1, 1, dynamic_bytes, stream, parameters, nullptr));
}

Floats numbers(size_t count);               // 1, 2, 3, …

// A bug, or its right twin: says whether the result is right, unless the device finds fault before.
struct Case {
    std::string name;
    std::string caught;                     // by what: "" is right everywhere; schedules that show it, and builds that show it in every schedule
    std::function<bool()> run;
};

std::vector<Case> barrier_cases();
std::vector<Case> memory_cases();
std::vector<Case> tensor_cases();
std::vector<Case> host_cases();

}
