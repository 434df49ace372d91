// The kernels that were built in, by name.
#include <string_view>
#include <unordered_map>

#include "kernel.h"

namespace emulation {

namespace {

std::unordered_map<std::string_view, const Kernel *> &table() {
    static std::unordered_map<std::string_view, const Kernel *> kernels;
    return kernels;
}

}

const Kernel *find_kernel(const char *name) {
    const auto found = table().find(name);
    return found == table().end() ? nullptr : found->second;
}

void add_kernels(const Kernel *first, int count) {
    for (int i = 0; i < count; i++) table().emplace(first[i].name, &first[i]);
}

}
