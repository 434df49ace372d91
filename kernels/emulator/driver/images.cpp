#include "images.h"

#include <cstdint>
#include <cstring>

#include "device.h"

namespace driver {

namespace {

constexpr uint32_t WRAPPER = 0x466243b1, FAT_BINARY = 0xba55ed50, ELF = 0x464c457f;

template <typename T> T read(const char *from) {
    T value;
    memcpy(&value, from, sizeof value);
    return value;
}

// Code for 8.x runs on 8.y, y >= x; PTX for anything runs on all that came after.
bool runs(bool ptx, int architecture) {
    if (ptx) return architecture <= settings.capability;
    return architecture / 10 == settings.capability / 10 && architecture <= settings.capability;
}

// A fat binary: its own header (magic, version, header's size, bytes that follow), then entries, each with a header (kind, version, header's
// size, bytes of the payload, …, architecture at byte 28) and a payload.
void check_fat_binary(const char *image) {
    const char *entry = image + read<uint16_t>(image + 6);
    const char *end = entry + read<uint64_t>(image + 8);
    while (entry < end) {
        const bool ptx = read<uint16_t>(entry) == 1;
        if (runs(ptx, static_cast<int>(read<uint32_t>(entry + 28)))) return;
        const uint64_t step = read<uint32_t>(entry + 4) + read<uint64_t>(entry + 8);
        if (step == 0) fail(ERROR_INVALID_IMAGE, "the fat binary is damaged");
        entry += step;
    }
    fail(ERROR_NO_BINARY_FOR_GPU, "the fat binary has no code for compute capability %d.%d", settings.capability / 10, settings.capability % 10);
}

}

void check_image(const void *image) {
    if (!image) fail(ERROR_INVALID_VALUE, "no image");
    if (settings.driver < 12000) fail(ERROR_UNSUPPORTED_PTX_VERSION, "the driver is older than the image");
    const char *bytes = static_cast<const char *>(image);
    const uint32_t magic = read<uint32_t>(bytes);
    if (magic == WRAPPER) return check_image(read<const void *>(bytes + 8));
    if (magic == FAT_BINARY) return check_fat_binary(bytes);
    if (magic == ELF || strncmp(bytes, "//", 2) == 0 || strncmp(bytes, ".version", 8) == 0) return;
    fail(ERROR_INVALID_IMAGE, "the image is no fat binary, ELF or PTX: it begins with %08x", magic);
}

}
