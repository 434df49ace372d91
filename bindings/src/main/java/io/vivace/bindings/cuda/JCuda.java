package io.vivace.bindings.cuda;

import io.vivace.bindings.NativeLibraries;
import jcuda.JCudaVersion;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** JCuda's handles with the addresses in them, which Panama needs and JCuda shows to subclasses only. */
final class JCuda {
    private JCuda() {
    }

    /** Loads JCuda's native code, if that has not been done. Only where libcuda.so.1 is: it is linked to it. */
    static void load() {
        NativeLibraries.whileUnpacked("JCudaDriver", JCudaVersion.get(), () -> JCudaDriver.setExceptionsEnabled(false));
    }

    static final class Context extends CUcontext {
    }

    static final class Image extends CUmodule {
    }

    static final class Kernel extends CUfunction {
        long address() {
            return getNativePointer();
        }
    }

    static final class Queue extends CUstream {
        long address() {
            return getNativePointer();
        }
    }

    static final class Mark extends CUevent {
    }

    static final class DevicePointer extends CUdeviceptr {
        long address() {
            return getNativePointer();
        }
    }

    static final class HostPointer extends jcuda.Pointer {
        long address() {
            return getNativePointer();
        }
    }
}
