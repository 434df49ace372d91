// Runs every planted bug and its right twin on the emulated device, each in a process of its own, under three schedules, and compares what
// is found with what is to be found. Prints a line a case and schedule: case, schedule, what was found; ends with 1 where that is not
// as expected. The argument names the build: plain, sanitized or races.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "host.h"

namespace planted {

void must(int result) {
    if (result == 0) return;
    char message[1024];
    vivaceEmulatorMessage(message, sizeof message);
    fprintf(stderr, "result %d: %s\n", result, message);
    exit(2);
}

void *device_memory(size_t bytes) {
    void *memory;
    must(cuMemAlloc_v2(&memory, bytes));
    return memory;
}

void *pinned_memory(size_t bytes) {
    void *memory;
    must(cuMemHostAlloc(&memory, bytes, 0));
    return memory;
}

void *stream() {
    void *stream;
    must(cuStreamCreate(&stream, 1));
    return stream;
}

void *function(const char *kernel) {
    static void *module = nullptr;
    void *function;
    if (!module) must(cuModuleLoadData(&module, ".version 7.0"));
    must(cuModuleGetFunction(&function, module, kernel));
    return function;
}

Floats numbers(size_t count) {
    Floats values(count);
    for (size_t i = 0; i < count; i++) values[i] = static_cast<float>(i + 1);
    return values;
}

namespace {

[[noreturn]] void run_alone(const Case &planted, const char *schedule) {
    must(vivaceEmulatorSet("SCHEDULE", schedule));
    void *context;
    must(cuInit(0));
    must(cuDevicePrimaryCtxRetain(&context, 0));
    must(cuCtxSetCurrent(context));
    const bool right = planted.run();
    if (!right) fprintf(stderr, "the result is wrong\n");
    exit(right ? 0 : 3);
}

// The line that says it: a sanitizer's report has many.
std::string telling_line(const std::string &output) {
    for (const char *mark : {"ERROR: AddressSanitizer", "runtime error:"}) {
        const size_t at = output.find(mark);
        if (at != std::string::npos) return output.substr(at, output.find('\n', at) - at);
    }
    const size_t last = output.find_last_not_of('\n');
    if (last == std::string::npos) return "";
    const size_t before = output.rfind('\n', last);
    return output.substr(before == std::string::npos ? 0 : before + 1, last - (before == std::string::npos ? 0 : before + 1) + 1);
}

// What the case's process says; empty where its result is right.
std::string found(const Case &planted, const char *schedule) {
    int ends[2];
    if (pipe(ends) != 0) exit(4);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        run_alone(planted, schedule);
    }
    close(ends[1]);
    std::string output;
    char text[4096];
    for (ssize_t read_now; (read_now = read(ends[0], text, sizeof text)) > 0;) output.append(text, static_cast<size_t>(read_now));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
    return output.empty() ? "ended by signal " + std::to_string(WTERMSIG(status)) : telling_line(output);
}

}

}

int main(int, char **arguments) {
    const std::string build = arguments[1];
    const std::map<std::string, const char *> schedules = {{"forward", "forward"}, {"reverse", "reverse"}, {"random", "random:3"}};
    int unexpected = 0;
    for (const auto &cases : {planted::barrier_cases(), planted::memory_cases(), planted::tensor_cases(), planted::host_cases()}) {
        for (const planted::Case &planted : cases) {
            for (const auto &[name, schedule] : schedules) {
                const std::string found = planted::found(planted, schedule);
                const bool expected = planted.caught.find(name) != std::string::npos
                        || planted.caught.find(build) != std::string::npos;
                const bool as_expected = found.empty() != expected;
                if (!as_expected) unexpected++;
                printf("%s\t%s\t%s\t%s%s\n", planted.name.c_str(), build.c_str(), name.c_str(), found.empty() ? "right" : found.c_str(),
                       as_expected ? "" : "\tUNEXPECTED");
            }
        }
    }
    return unexpected > 0;
}
