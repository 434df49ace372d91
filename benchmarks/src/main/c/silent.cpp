// A driver that does nothing as fast as it can, under the name of libcuda.so.1: what a call costs on it is what the way to it costs.
// A launch reads its nine arguments, as a driver must.
#include <cstddef>
#include <cstdint>

static char something;
static volatile uint64_t arguments[9];

extern "C" {
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuInit(unsigned) { return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int) { *device = 0; return 0; }
int cuDevicePrimaryCtxRetain(void **context, int) { *context = &something; return 0; }
int cuDevicePrimaryCtxRelease_v2(int) { return 0; }
int cuCtxSetCurrent(void *) { return 0; }
int cuMemAlloc_v2(void **address, size_t) { *address = &something; return 0; }
int cuMemFree_v2(void *) { return 0; }
int cuMemHostAlloc(void **address, size_t, unsigned) { *address = &something; return 0; }
int cuMemFreeHost(void *) { return 0; }
int cuModuleLoadData(void **module, const void *) { *module = &something; return 0; }
int cuModuleUnload(void *) { return 0; }
int cuModuleGetFunction(void **function, void *, const char *) { *function = &something; return 0; }
int cuStreamCreate(void **stream, unsigned) { *stream = &something; return 0; }
int cuStreamDestroy_v2(void *) { return 0; }
int cuStreamSynchronize(void *) { return 0; }
int cuStreamQuery(void *) { return 0; }
int cuStreamBeginCapture_v2(void *, int) { return 0; }
int cuStreamEndCapture(void *, void **graph) { *graph = &something; return 0; }
int cuGraphGetNodes(void *, void **, size_t *count) { *count = 1; return 0; }
int cuGraphInstantiateWithFlags(void **executable, void *, unsigned long long) { *executable = &something; return 0; }
int cuGraphUpload(void *, void *) { return 0; }
int cuGraphLaunch(void *, void *) { return 0; }
int cuGraphExecDestroy(void *) { return 0; }
int cuGraphDestroy(void *) { return 0; }
int cuMemcpyHtoDAsync_v2(void *, const void *, size_t, void *) { return 0; }
int cuMemcpyDtoHAsync_v2(void *, const void *, size_t, void *) { return 0; }
int cuMemcpyDtoDAsync_v2(void *, const void *, size_t, void *) { return 0; }
int cuMemsetD8Async(void *, unsigned char, size_t, void *) { return 0; }
int cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **parameters, void **) {
    for (int i = 0; i < 9; i++) arguments[i] = *(uint64_t *)parameters[i];
    return 0;
}
}
