// In which order blocks run, and threads that could go on. A thread runs until it must wait, so the order decides which missing barrier
// shows: forward finds readers that come before their writers, reverse the opposite ones, random whatever lies between.
#pragma once
#include <cstdint>

namespace emulation {

struct Schedule {
    enum Order { FORWARD, REVERSE, RANDOM };
    Order order = FORWARD;
    uint64_t seed = 0;

    // "forward", "reverse", "random:SEED"; false for anything else.
    static bool parse(const char *text, Schedule &schedule);
};

class Chooser {
public:
    void begin(const Schedule &schedule) {
        order = schedule.order;
        state = schedule.seed * 2 + 1;
    }

    // One of the set bits.
    int pick(uint32_t bits) {
        switch (order) {
            case Schedule::FORWARD: return __builtin_ctz(bits);
            case Schedule::REVERSE: return 31 - __builtin_clz(bits);
            default: {
                const int turn = static_cast<int>(next() & 31);
                const uint32_t turned = bits >> turn | bits << ((32 - turn) & 31);
                return (__builtin_ctz(turned) + turn) & 31;
            }
        }
    }

    // The one that pick would most likely choose.
    int first(uint32_t bits) const { return order == Schedule::REVERSE ? 31 - __builtin_clz(bits) : __builtin_ctz(bits); }

    // Whether to leave a warp that could go on: never but in random order, and there now and then.
    bool leaves_warp() { return order == Schedule::RANDOM && (next() & 7) == 0; }

    uint64_t next() {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        return state >> 33;
    }

private:
    Schedule::Order order = Schedule::FORWARD;
    uint64_t state = 1;
};

}
