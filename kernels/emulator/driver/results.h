// Results of the CUDA driver API, as far as the stand-in gives them.
#pragma once

namespace driver {

#define DRIVER_RESULTS(result)                                                                                    \
    result(SUCCESS, 0, "no error")                                                                                \
    result(ERROR_INVALID_VALUE, 1, "invalid argument")                                                            \
    result(ERROR_OUT_OF_MEMORY, 2, "out of memory")                                                               \
    result(ERROR_NOT_INITIALIZED, 3, "initialization error")                                                      \
    result(ERROR_DEINITIALIZED, 4, "driver shutting down")                                                        \
    result(ERROR_NO_DEVICE, 100, "no CUDA-capable device is detected")                                            \
    result(ERROR_INVALID_DEVICE, 101, "invalid device ordinal")                                                   \
    result(ERROR_INVALID_IMAGE, 200, "device kernel image is invalid")                                            \
    result(ERROR_INVALID_CONTEXT, 201, "invalid device context")                                                  \
    result(ERROR_NO_BINARY_FOR_GPU, 209, "no kernel image is available for execution on the device")              \
    result(ERROR_INVALID_PTX, 218, "a PTX JIT compilation failed")                                                \
    result(ERROR_UNSUPPORTED_PTX_VERSION, 222, "the provided PTX was compiled with an unsupported toolchain.")    \
    result(ERROR_FILE_NOT_FOUND, 301, "file not found")                                                           \
    result(ERROR_INVALID_HANDLE, 400, "invalid resource handle")                                                  \
    result(ERROR_NOT_FOUND, 500, "named symbol not found")                                                        \
    result(ERROR_NOT_READY, 600, "device not ready")                                                              \
    result(ERROR_ILLEGAL_ADDRESS, 700, "an illegal memory access was encountered")                                \
    result(ERROR_LAUNCH_OUT_OF_RESOURCES, 701, "too many resources requested for launch")                         \
    result(ERROR_PRIMARY_CONTEXT_ACTIVE, 708, "cannot set while device is active in this process")                \
    result(ERROR_HOST_MEMORY_ALREADY_REGISTERED, 712, "part or all of the requested memory range is already mapped") \
    result(ERROR_HOST_MEMORY_NOT_REGISTERED, 713, "pointer does not correspond to a registered memory region")    \
    result(ERROR_LAUNCH_FAILED, 719, "unspecified launch failure")                                                \
    result(ERROR_NOT_SUPPORTED, 801, "operation not supported")                                                   \
    result(ERROR_STREAM_CAPTURE_UNSUPPORTED, 900, "operation not permitted when stream is capturing")             \
    result(ERROR_STREAM_CAPTURE_INVALIDATED, 901, "operation failed due to a previous error during capture")      \
    result(ERROR_STREAM_CAPTURE_MERGE, 902, "operation would result in a merge of separate capture sequences")    \
    result(ERROR_STREAM_CAPTURE_UNMATCHED, 903, "capture was not ended in the same stream as it began")           \
    result(ERROR_STREAM_CAPTURE_UNJOINED, 904, "capturing stream has unjoined work")                              \
    result(ERROR_STREAM_CAPTURE_IMPLICIT, 906, "operation would make the legacy stream depend on a capturing blocking stream") \
    result(ERROR_CAPTURED_EVENT, 907, "operation not permitted on an event last recorded in a capturing stream")  \
    result(ERROR_STREAM_CAPTURE_WRONG_THREAD, 908, "attempt to terminate a thread-local capture sequence from another thread") \
    result(ERROR_UNKNOWN, 999, "unknown error")

#define AS_CONSTANT(name, value, text) name = value,
enum Result : int { DRIVER_RESULTS(AS_CONSTANT) };
#undef AS_CONSTANT

}
