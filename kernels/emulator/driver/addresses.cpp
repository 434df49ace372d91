// cuGetProcAddress: the driver's functions by their names without versions.
#include <dlfcn.h>

#include <string>

#include "device.h"

namespace driver {

namespace {

void *own_function(const char *name) {
    Dl_info library;
    dladdr(reinterpret_cast<void *>(&own_function), &library);
    static void *self = dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    const std::string base(name);
    for (const char *version : {"_v3", "_v2", "WithFlags", ""}) {
        if (*version == 'W' && base != "cuGraphInstantiate") continue;
        if (void *function = dlsym(self, (base + version).c_str())) return function;
    }
    return nullptr;
}

}

// status: 0 found, 1 no such function.
EXPORT Result cuGetProcAddress_v2(const char *name, void **function, int, uint64_t, int *status) {
    return call(Needs::NOTHING, [&] {
        *function = own_function(name);
        if (status) *status = *function ? 0 : 1;
        if (!*function) fail(ERROR_NOT_FOUND, "no function %s", name);
    });
}

EXPORT Result cuGetProcAddress(const char *name, void **function, int version, uint64_t flags) {
    return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}

}
