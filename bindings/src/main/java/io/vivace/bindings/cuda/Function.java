package io.vivace.bindings.cuda;

import io.vivace.bindings.generated.driver.DriverCalls;
import java.lang.foreign.MemorySegment;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/** A kernel, as long as its module is open. */
public final class Function {
    private final String name;
    private final JCuda.Kernel function;

    Function(String name, JCuda.Kernel function) {
        this.name = name;
        this.function = function;
    }

    public String name() {
        return name;
    }

    long address() {
        return function.address();
    }

    /** Allows launches with this much dynamic shared memory; without it 48 KB is the limit. */
    public void setDynamicSharedBytes(int bytes) {
        int code = DriverCalls.cuFuncSetAttribute(MemorySegment.ofAddress(address()), DriverCalls.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES(), bytes);
        CudaError.check(code, "cuFuncSetAttribute(" + name + ", dynamic shared memory, " + bytes + " bytes)");
    }

    /** Registers a thread. */
    public int registers() {
        return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
    }

    /** Local memory a thread: spilled registers and indexed arrays. */
    public int localBytes() {
        return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    }

    /** Static shared memory a block. */
    public int sharedBytes() {
        return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
    }

    private int attribute(int which) {
        int[] value = new int[1];
        CudaError.check(JCudaDriver.cuFuncGetAttribute(value, which, function), "cuFuncGetAttribute(" + name + ")");
        return value[0];
    }
}
