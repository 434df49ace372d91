#include "schedule.h"

#include <cstdlib>
#include <string>

namespace emulation {

bool Schedule::parse(const char *text, Schedule &schedule) {
    const std::string name(text);
    if (name == "forward") schedule = {FORWARD, 0};
    else if (name == "reverse") schedule = {REVERSE, 0};
    else if (name.rfind("random:", 0) == 0) {
        char *end;
        schedule = {RANDOM, strtoull(text + 7, &end, 10)};
        return end != text + 7 && *end == 0;
    } else return false;
    return true;
}

}
