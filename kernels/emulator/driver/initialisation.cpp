// The driver and its device, as they present themselves.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "device.h"

namespace driver {

namespace {

constexpr char NAME[] = "Vivace emulated device";

void check_device(int number) {
    if (number < 0 || number >= settings.devices) fail(ERROR_INVALID_DEVICE, "there is no device %d", number);
}

int attribute(int number) {
    switch (number) {
        case 1: return 1024;                                    // threads per block, and as x and y of a block
        case 2: return 1024;
        case 3: return 1024;
        case 4: return 64;
        case 5: return 2147483647;                              // blocks of a grid
        case 6: return 65535;
        case 7: return 65535;
        case 8: return 48 * 1024;                               // shared memory of a block
        case 10: return 32;                                     // warp
        case 12: return 65536;                                  // registers of a block
        case 13: return 1000000;                                // clock, kHz
        case 15: case 18: case 19: case 31: case 41: return number == 18 ? 0 : 1;   // overlap; integrated; mapped host memory; concurrency; one address space
        case 16: return settings.multiprocessors;
        case 36: return 1000000;                                // memory clock, kHz
        case 37: return 64;                                     // memory bus, bits
        case 38: return 4 << 20;                                // L2 cache
        case 39: return 2048;                                   // threads of a multiprocessor
        case 40: return 1;                                      // copy engines
        case 75: return settings.capability / 10;
        case 76: return settings.capability % 10;
        case 81: return 228 * 1024;                             // shared memory of a multiprocessor
        case 82: return 65536;                                  // registers of a multiprocessor
        case 97: return 227 * 1024;                             // shared memory of a block that asks for it
        case 106: return 32;                                    // blocks of a multiprocessor
        case 111: return 1024;                                  // shared memory of a block that the system keeps
        default: return 0;
    }
}

}

EXPORT Result cuInit(unsigned flags) {
    return call(Needs::NOTHING, [&] {
        if (flags != 0) fail(ERROR_INVALID_VALUE, "cuInit takes no flags");
        if (settings.devices == 0) fail(ERROR_NO_DEVICE, "the emulated machine has no device");
        device.initialised = true;
    });
}

EXPORT Result cuDriverGetVersion(int *version) {
    return call(Needs::NOTHING, [&] { *version = settings.driver; });
}

EXPORT Result cuDeviceGetCount(int *count) {
    return call(Needs::INITIALISED, [&] { *count = settings.devices; });
}

EXPORT Result cuDeviceGet(int *handle, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        *handle = number;
    });
}

EXPORT Result cuDeviceGetName(char *name, int bytes, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        snprintf(name, bytes, "%s", NAME);
    });
}

EXPORT Result cuDeviceGetUuid(char *uuid, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        memcpy(uuid, "VivaceEmulated00", 16);
    });
}

EXPORT Result cuDeviceGetUuid_v2(char *uuid, int number) { return cuDeviceGetUuid(uuid, number); }

EXPORT Result cuDeviceTotalMem_v2(size_t *bytes, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        *bytes = settings.memory;
    });
}

EXPORT Result cuDeviceGetAttribute(int *value, int number, int device_number) {
    return call(Needs::INITIALISED, [&] {
        check_device(device_number);
        *value = attribute(number);
    });
}

EXPORT Result cuDeviceComputeCapability(int *major, int *minor, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        *major = settings.capability / 10;
        *minor = settings.capability % 10;
    });
}

EXPORT Result cuDeviceGetPCIBusId(char *id, int bytes, int number) {
    return call(Needs::INITIALISED, [&] {
        check_device(number);
        snprintf(id, bytes, "0000:00:00.0");
    });
}

EXPORT Result cuGetErrorName(Result result, const char **name) {
#define AS_CASE(constant, value, text) case constant: *name = value == 0 ? "CUDA_SUCCESS" : "CUDA_" #constant; return SUCCESS;
    switch (result) { DRIVER_RESULTS(AS_CASE) }
#undef AS_CASE
    *name = nullptr;
    return ERROR_INVALID_VALUE;
}

EXPORT Result cuGetErrorString(Result result, const char **description) {
#define AS_CASE(constant, value, text) case constant: *description = text; return SUCCESS;
    switch (result) { DRIVER_RESULTS(AS_CASE) }
#undef AS_CASE
    *description = nullptr;
    return ERROR_INVALID_VALUE;
}

}
