#include "faults.h"

#include <dlfcn.h>
#include <ucontext.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include "block.h"
#include "grid.h"

namespace emulation {

std::string (*describe_address)(const void *) = nullptr;

std::string line_of(const void *code) {
    Dl_info library;
    if (!dladdr(code, &library) || !library.dli_fname) return "";
    char place[1024];
    const auto offset = static_cast<const char *>(code) - static_cast<const char *>(library.dli_fbase);
    snprintf(place, sizeof place, "; addr2line -e '%s' 0x%lx tells the line", library.dli_fname, static_cast<long>(offset));
    return place;
}

namespace {

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction earlier[64];
thread_local bool in_kernel = false;
alignas(16) thread_local char signal_stack[64 * 1024];

int signal_raised;
const void *address_touched, *instruction;

// Where the thread last waited for others: what went wrong lies behind it.
std::string last_wait() {
    if (!current || !current->site.file) return "";
    return std::string(", after the barrier or warp operation in ") + current->site.file + ":" + std::to_string(current->site.line);
}

// Where a kernel lands that raised a signal: no more in the handler, on a stack that is sure to have room.
[[noreturn]] void landed() {
    const std::string line = last_wait() + line_of(instruction);
    if (signal_raised == SIGFPE) fault("integer division by zero%s", line.c_str());
    if (signal_raised == SIGILL) fault("trap%s", line.c_str());
    const std::string what = describe_address && address_touched ? describe_address(address_touched) : "";
    fault("illegal address %p%s%s", address_touched, what.c_str(), line.c_str());
}

void handle(int signal, siginfo_t *info, void *context) {
    const struct sigaction &other = earlier[signal];
    if (in_kernel) {
        signal_raised = signal;
        greg_t *registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
        instruction = reinterpret_cast<void *>(registers[REG_RIP]);
        address_touched = info->si_addr;
        alignas(16) static char landing[256 * 1024];
        registers[REG_RIP] = reinterpret_cast<greg_t>(&landed);
        registers[REG_RSP] = reinterpret_cast<greg_t>(landing + sizeof landing) - 8;
    } else if (other.sa_flags & SA_SIGINFO) {
        other.sa_sigaction(signal, info, context);
    } else if (other.sa_handler == SIG_DFL || other.sa_handler == SIG_IGN) {
        sigaction(signal, &other, nullptr);                 // happens again, and then for good
    } else {
        other.sa_handler(signal);
    }
}

void install() {
    for (int signal : SIGNALS) {
        sigaction(signal, nullptr, &earlier[signal]);
        struct sigaction action = {};
        action.sa_sigaction = handle;
        action.sa_mask = earlier[signal].sa_mask;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | (earlier[signal].sa_flags & SA_RESTART);
        sigaction(signal, &action, nullptr);
    }
}

}

CatchSignals::CatchSignals() {
    static std::once_flag installed;
    std::call_once(installed, install);
    stack_t mine = {};
    mine.ss_sp = signal_stack;
    mine.ss_size = sizeof signal_stack;
    sigaltstack(&mine, &before);
    in_kernel = true;
}

CatchSignals::~CatchSignals() {
    in_kernel = false;
    sigaltstack(&before, nullptr);
}

}
