package io.vivace.bindings.cuda;

import java.util.Arrays;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** Loaded kernels. */
public final class Module extends Owned {
    private final CUmodule module;

    private Module(Device device, CUmodule module) {
        super(device);
        this.module = module;
    }

    static Module on(Device device, byte[] image) {
        CUmodule module = new JCuda.Image();
        CudaError.check(JCudaDriver.cuModuleLoadData(module, terminated(image)), "cuModuleLoadData(" + image.length + " bytes)");
        return new Module(device, module);
    }

    /** PTX is text, whose end the driver finds by a zero; after a binary image the zero does no harm. */
    private static byte[] terminated(byte[] image) {
        return image.length > 0 && image[image.length - 1] == 0 ? image : Arrays.copyOf(image, image.length + 1);
    }

    /** A kernel by name. The first call for each may load its code, so it has no place in a capture. */
    public Function function(String name) {
        device.makeCurrent();
        var function = new JCuda.Kernel();
        CudaError.check(JCudaDriver.cuModuleGetFunction(function, module, name), "cuModuleGetFunction(" + name + ")");
        return new Function(name, function);
    }

    @Override
    int release() {
        return JCudaDriver.cuModuleUnload(module);
    }

    @Override
    String releasing() {
        return "cuModuleUnload";
    }
}
