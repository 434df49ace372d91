package io.vivace.bindings.cuda;

import java.util.Set;
import jcuda.driver.CUresult;

/** A call of the driver that failed, with the driver's code for it. */
public final class CudaError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * After one of these nothing works any more in the context: an illegal address or instruction, an exception in a kernel, a device that
     * fell off the bus.
     */
    private static final Set<Integer> LOSES_THE_CONTEXT = Set.of(
            CUresult.CUDA_ERROR_DEINITIALIZED, CUresult.CUDA_ERROR_INVALID_CONTEXT, CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_TIMEOUT, CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
            CUresult.CUDA_ERROR_ASSERT, CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE, CUresult.CUDA_ERROR_INVALID_PC,
            CUresult.CUDA_ERROR_LAUNCH_FAILED, CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE, CUresult.CUDA_ERROR_UNKNOWN);

    private final int code;
    private final String name;
    private final String call;

    CudaError(int code, String call) {
        this(code, nameOf(code), call);
    }

    private CudaError(int code, String name, String call) {
        super("the GPU's driver refused " + call + ": " + name + " (" + code + ")");
        this.code = code;
        this.name = name;
        this.call = call;
    }

    static void check(int code, String call) {
        if (code != CUresult.CUDA_SUCCESS) throw new CudaError(code, call);
    }

    /** The driver's name of a code; newer drivers have codes that JCuda has no name for. */
    static String nameOf(int code) {
        String name = CUresult.stringFor(code);
        return name.startsWith("CUDA_") ? name : "CUDA_ERROR_" + code;
    }

    public int code() {
        return code;
    }

    /** As in cuda.h, such as CUDA_ERROR_OUT_OF_MEMORY. */
    public String name() {
        return name;
    }

    /** The function of the driver, with what of its arguments tells something. */
    public String call() {
        return call;
    }

    public boolean outOfMemory() {
        return code == CUresult.CUDA_ERROR_OUT_OF_MEMORY;
    }

    /** Whether the image has no code for this device, or only PTX that this driver is too old for. */
    public boolean noCodeForDevice() {
        return code == CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU || code == CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
    }

    /** Whether the context is lost: every later call fails too, until the device has been closed and opened again. */
    public boolean deviceLost() {
        return LOSES_THE_CONTEXT.contains(code);
    }
}
