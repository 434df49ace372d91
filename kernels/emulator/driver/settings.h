// What the device is like and when it fails. Each setting comes from the environment, as VIVACE_EMULATOR_NAME, and may be changed while
// the process runs, by vivaceEmulatorSet(name, value).
#pragma once
#include <string>

#include "../runtime/schedule.h"

namespace driver {

struct Settings {
    long long memory = 8ll << 30;       // MEMORY: bytes of the device
    long long fail_allocation = 0;      // FAIL_ALLOCATION: the n-th from now, of device or pinned memory, finds no room; 0 none
    long long lose_device = 0;          // LOSE_DEVICE: after so many kernels from now the device fails for good; 0 never
    int driver = 13000;                 // DRIVER: the version that it claims
    int devices = 1;                    // DEVICES: 0 or 1
    int capability = 80;                // CAPABILITY: ten times the compute capability
    int multiprocessors = 16;           // MULTIPROCESSORS
    emulation::Schedule schedule;       // SCHEDULE: forward, reverse or random:SEED
    enum { LAZY, EAGER, NONE } execution = LAZY;   // EXECUTION: when the host waits, at once, or never (only checked)
    bool verbose = false;               // VERBOSE: tells about every call that is refused
    bool report = false;                // REPORT: tells at exit what was left over

    // False where there is no such setting or value.
    bool set(const std::string &name, const std::string &value);
};

extern Settings settings;

}
