// Launches: checked against the kernel when the host asks, run when their turn has come.
#include <array>
#include <cstring>

#include "../runtime/grid.h"
#include "streams.h"

namespace driver {

namespace {

struct Launch {
    const emulation::Kernel *kernel;
    emulation::GridShape grid;
    std::vector<uint64_t> slots;

    void check_addresses() const;
    void run() const;
};

// An address may also be just past the end of an allocation: that of an empty view.
void Launch::check_addresses() const {
    for (int i = 0; i < kernel->arguments; i++) {
        const char *address = reinterpret_cast<const char *>(slots[i]);
        if (!kernel->pointers[i] || !address || device.memory.holding(address) || device.memory.holding(address - 1)) continue;
        fail(ERROR_ILLEGAL_ADDRESS, "kernel %s: its argument %d, %p, is no memory of the device%s", kernel->name, i + 1, static_cast<const void *>(address),
             device.memory.describe(address).c_str());
    }
}

void Launch::run() const {
    device.counts.launches++;
    device.counts.kernels.insert(kernel->name);
    if (settings.execution == Settings::NONE) return;
    if (settings.lose_device > 0 && --settings.lose_device == 0) fail(ERROR_LAUNCH_FAILED, "kernel %s: here the device was to fail", kernel->name);
    check_addresses();
    const std::string fault = emulation::run(*kernel, grid, slots.data(), settings.schedule);
    const bool address = fault.find("illegal address") != std::string::npos;
    if (!fault.empty()) fail(address ? ERROR_ILLEGAL_ADDRESS : ERROR_LAUNCH_FAILED, "%s", fault.c_str());
    const std::string damage = device.memory.damage();
    if (!damage.empty()) fail(ERROR_ILLEGAL_ADDRESS, "kernel %s: %s", kernel->name, damage.c_str());
}

void check_shape(const Function &function, emulation::GridShape grid, emulation::GridShape block, unsigned dynamic_bytes) {
    const emulation::Kernel &kernel = *function.kernel;
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 2147483647u || grid.y > 65535 || grid.z > 65535) {
        fail(ERROR_INVALID_VALUE, "kernel %s: no grid can be %u x %u x %u", kernel.name, grid.x, grid.y, grid.z);
    }
    if (block.x != static_cast<unsigned>(kernel.threads) || block.y != 1 || block.z != 1) {
        fail(ERROR_INVALID_VALUE, "kernel %s: a block of %u x %u x %u threads, where it is written for %d", kernel.name, block.x, block.y, block.z,
             kernel.threads);
    }
    if (dynamic_bytes != static_cast<unsigned>(kernel.dynamic_bytes)) {
        fail(ERROR_INVALID_VALUE, "kernel %s: %u bytes of dynamic shared memory, where it is written for %d", kernel.name, dynamic_bytes,
             kernel.dynamic_bytes);
    }
    if (dynamic_bytes > static_cast<unsigned>(function.most_dynamic_bytes)) {
        fail(ERROR_INVALID_VALUE, "kernel %s: %u bytes of dynamic shared memory, where its attribute allows %d", kernel.name, dynamic_bytes,
             function.most_dynamic_bytes);
    }
}

std::vector<uint64_t> slots_of(const emulation::Kernel &kernel, void **parameters, void **extra) {
    std::vector<uint64_t> slots(kernel.arguments + 1);
    size_t offset = 0;
    for (int i = 0; i < kernel.arguments; i++) {
        const size_t bytes = kernel.sizes[i];
        offset = (offset + bytes - 1) / bytes * bytes;
        const void *value = parameters ? parameters[i] : static_cast<const char *>(extra[1]) + offset;
        if (!value) fail(ERROR_INVALID_VALUE, "kernel %s: no value for its argument %d", kernel.name, i + 1);
        memcpy(&slots[i], value, bytes);
        offset += bytes;
    }
    // extra is {CU_LAUNCH_PARAM_BUFFER_POINTER, buffer, CU_LAUNCH_PARAM_BUFFER_SIZE, size *, CU_LAUNCH_PARAM_END}.
    if (!parameters && *static_cast<size_t *>(extra[3]) < offset) fail(ERROR_INVALID_VALUE, "kernel %s: its arguments need %zu bytes", kernel.name, offset);
    return slots;
}

struct Configuration {
    emulation::GridShape grid, block;
    unsigned dynamic_bytes;
    Stream *stream;
    const void *attributes;
    unsigned attribute_count;
};

Result launch(const Configuration &configuration, Function *handle, void **parameters, void **extra) {
    return in_context([&] {
        const auto function = device.functions.get(handle, "function");
        check_shape(*function, configuration.grid, configuration.block, configuration.dynamic_bytes);
        if (!parameters && !extra && function->kernel->arguments > 0) fail(ERROR_INVALID_VALUE, "kernel %s: no arguments", function->kernel->name);
        Launch launch = {function->kernel, configuration.grid, slots_of(*function->kernel, parameters, extra)};
        submit(stream_of(configuration.stream), {Step::KERNEL, [launch = std::move(launch)] { launch.run(); }});
    });
}

const bool described = (emulation::describe_address = [](const void *address) { return device.memory.describe(address); }, true);

}

EXPORT Result cuLaunchKernel(Function *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
                             unsigned dynamic_bytes, Stream *stream, void **parameters, void **extra) {
    return launch({{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, dynamic_bytes, stream, nullptr, 0}, function, parameters, extra);
}

EXPORT Result cuLaunchKernelEx(const Configuration *configuration, Function *function, void **parameters, void **extra) {
    return launch(*configuration, function, parameters, extra);
}

}
