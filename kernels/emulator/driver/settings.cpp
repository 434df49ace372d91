#include "settings.h"

#include <cstdio>
#include <cstdlib>
#include <limits>

#include "device.h"

namespace driver {

namespace {

bool number(const std::string &text, long long least, long long most, long long &value) {
    char *end;
    const long long read = strtoll(text.c_str(), &end, 10);
    if (text.empty() || *end != 0 || read < least || read > most) return false;
    value = read;
    return true;
}

template <typename T> bool whole(const std::string &text, long long least, long long most, T &value) {
    long long read;
    if (!number(text, least, most, read)) return false;
    value = static_cast<T>(read);
    return true;
}

Settings from_environment() {
    Settings settings;
    for (const char *name : {"MEMORY", "FAIL_ALLOCATION", "LOSE_DEVICE", "DRIVER", "DEVICES", "CAPABILITY", "MULTIPROCESSORS", "SCHEDULE", "EXECUTION",
                             "VERBOSE", "REPORT"}) {
        const char *value = getenv((std::string("VIVACE_EMULATOR_") + name).c_str());
        if (value && *value && !settings.set(name, value)) fprintf(stderr, "emulated device: VIVACE_EMULATOR_%s cannot be %s\n", name, value);
    }
    return settings;
}

}

bool Settings::set(const std::string &name, const std::string &value) {
    const long long most = std::numeric_limits<long long>::max();
    if (name == "MEMORY") return whole(value, 0, most, memory);
    if (name == "FAIL_ALLOCATION") return whole(value, 0, most, fail_allocation);
    if (name == "LOSE_DEVICE") return whole(value, 0, most, lose_device);
    if (name == "DRIVER") return whole(value, 0, 1000000, driver);
    if (name == "DEVICES") return whole(value, 0, 1, devices);
    if (name == "CAPABILITY") return whole(value, 10, 999, capability);
    if (name == "MULTIPROCESSORS") return whole(value, 1, 1000, multiprocessors);
    if (name == "VERBOSE") return whole(value, 0, 1, verbose);
    if (name == "REPORT") return whole(value, 0, 1, report);
    if (name == "SCHEDULE") return emulation::Schedule::parse(value.c_str(), schedule);
    if (name != "EXECUTION") return false;
    if (value == "lazy") execution = LAZY;
    else if (value == "eager") execution = EAGER;
    else if (value == "none") execution = NONE;
    else return false;
    return true;
}

Settings settings = from_environment();

EXPORT int vivaceEmulatorSet(const char *name, const char *value) {
    std::lock_guard lock(device.mutex);
    return settings.set(name, value) ? 0 : 1;
}

}
