// Calls kernels from a C++ program, without the driver: include this, then the kernel file, and build and run with kernels/emulator/try.
#pragma once
#include <cstdio>
#include <cstdlib>

#include "emulation.cuh"
#include "runtime/grid.h"

extern "C" char __start_emulated_shared[] __attribute__((weak, visibility("hidden"))), __stop_emulated_shared[] __attribute__((weak, visibility("hidden")));

namespace emulation {

template <typename Parameter, typename Given> uint64_t converted(Given value) { return slot(static_cast<Parameter>(value)); }

template <auto kernel> struct Launcher;

template <typename... A, void (*kernel)(A...)> struct Launcher<kernel> {
    template <typename... Given> static void launch(GridShape grid, int threads, int shared_bytes, Given... given) {
        static_assert(sizeof...(Given) == sizeof...(A), "as many arguments as the kernel takes");
        static const Kernel described =
            Described<kernel>::as("under test", "", threads, shared_bytes, __start_emulated_shared, __stop_emulated_shared);
        Schedule schedule;
        const char *order = getenv("VIVACE_EMULATOR_SCHEDULE");
        if (order && !Schedule::parse(order, schedule)) {
            fprintf(stderr, "no schedule: %s\n", order);
            exit(2);
        }
        const uint64_t slots[] = {converted<A>(given)..., 0};
        const std::string fault = run(described, grid, slots, schedule);
        if (fault.empty()) return;
        fprintf(stderr, "%s\n", fault.c_str());
        exit(1);
    }
};

// launch<layer_norm_f32>({rows}, 256, 0, x, gamma, beta, y, channels, epsilon): ends the program where the kernel is at fault.
template <auto kernel, typename... Given> void launch(GridShape grid, int threads, int shared_bytes, Given... given) {
    Launcher<kernel>::launch(grid, threads, shared_bytes, given...);
}

}
