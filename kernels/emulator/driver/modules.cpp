// Modules and functions. The kernels are those that were built in; an image is only checked.
#include <fstream>
#include <iterator>
#include <vector>

#include "images.h"
#include "streams.h"

namespace driver {

namespace {

constexpr int MOST_DYNAMIC = 227 * 1024;

void load(Module **handle, const void *image) {
    check_image(image);
    *handle = device.modules.add(std::make_shared<Module>(current_context()));
}

}

EXPORT Result cuModuleLoadData(Module **handle, const void *image) {
    return in_context([&] { load(handle, image); });
}

EXPORT Result cuModuleLoadDataEx(Module **handle, const void *image, unsigned, int *, void **) { return cuModuleLoadData(handle, image); }
EXPORT Result cuModuleLoadFatBinary(Module **handle, const void *image) { return cuModuleLoadData(handle, image); }

EXPORT Result cuModuleLoad(Module **handle, const char *path) {
    return in_context([&] {
        std::ifstream file(path, std::ios::binary);
        if (!file) fail(ERROR_FILE_NOT_FOUND, "no file %s", path);
        std::vector<char> image(std::istreambuf_iterator<char>(file), {});
        image.resize(image.size() + 16);                       // PTX needs an end, and the check reads a few bytes
        load(handle, image.data());
    });
}

EXPORT Result cuModuleUnload(Module *handle) {
    return releasing([&] {
        device.modules.get(handle, "module");
        finish_all();
        device.functions.remove_if([&](const Function &function) { return function.module == handle; });
        device.modules.remove(handle);
    });
}

EXPORT Result cuModuleGetFunction(Function **handle, Module *module_handle, const char *name) {
    return in_context([&] {
        const auto module = device.modules.get(module_handle, "module");
        const emulation::Kernel *kernel = emulation::find_kernel(name);
        if (!kernel) fail(ERROR_NOT_FOUND, "no kernel %s", name);
        for (const auto &[known, function] : device.functions) {
            if (function->kernel == kernel && function->module == module_handle) {
                *handle = known;
                return;
            }
        }
        *handle = device.functions.add(std::make_shared<Function>(kernel, module_handle));
    });
}

EXPORT Result cuModuleGetGlobal_v2(void **, size_t *, Module *, const char *name) {
    return in_context([&] { fail(ERROR_NOT_FOUND, "no global variable %s", name); });
}

EXPORT Result cuModuleGetLoadingMode(int *mode) {
    return call(Needs::INITIALISED, [&] { *mode = 2; });       // lazy, the default since CUDA 12
}

EXPORT Result cuFuncGetModule(Module **module, Function *handle) {
    return in_context([&] { *module = device.functions.get(handle, "function")->module; });
}

EXPORT Result cuFuncGetName(const char **name, Function *handle) {
    return in_context([&] { *name = device.functions.get(handle, "function")->kernel->name; });
}

EXPORT Result cuFuncGetAttribute(int *value, int attribute, Function *handle) {
    return in_context([&] {
        const auto function = device.functions.get(handle, "function");
        switch (attribute) {
            case 0: *value = function->kernel->threads; return;            // most threads of a block
            case 1: case 2: case 3: *value = 0; return;                    // static shared memory, constants, local memory: not known here
            case 4: *value = 32; return;                                   // registers: likewise
            case 5: case 6: *value = settings.capability; return;
            case 8: *value = function->most_dynamic_bytes; return;
            default: *value = 0;
        }
    });
}

EXPORT Result cuFuncSetAttribute(Function *handle, int attribute, int value) {
    return in_context([&] {
        const auto function = device.functions.get(handle, "function");
        if (attribute != 8) return;
        if (value < 0 || value > MOST_DYNAMIC) fail(ERROR_INVALID_VALUE, "%d bytes of dynamic shared memory, of at most %d", value, MOST_DYNAMIC);
        function->most_dynamic_bytes = value;
    });
}

EXPORT Result cuFuncSetCacheConfig(Function *handle, int) {
    return in_context([&] { device.functions.get(handle, "function"); });
}

EXPORT Result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Function *handle, int threads, size_t dynamic_bytes) {
    return in_context([&] {
        device.functions.get(handle, "function");
        *blocks = static_cast<int>(std::min<size_t>(2048 / threads, 228 * 1024 / (dynamic_bytes + 1024)));
    });
}

}
