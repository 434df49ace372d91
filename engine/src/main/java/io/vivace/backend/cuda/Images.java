package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Function;
import io.vivace.bindings.cuda.LaunchBlock;
import io.vivace.bindings.cuda.Module;
import io.vivace.kernels.KernelImages;
import io.vivace.kernels.Launch;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/** The kernels' compiled images, each loaded when one of its kernels is first asked for. */
final class Images {
    /** Of dynamic shared memory, what a kernel may use without asking. */
    private static final int FREE_SHARED = 48 << 10;

    private final Device device;
    private final Map<String, Module> modules = new HashMap<>();
    private final Map<String, Function> functions = new HashMap<>();

    Images(Device device) {
        this.device = device;
    }

    /** A launch in the form that the driver takes, ready to be repeated. */
    LaunchBlock prepare(Arena arena, Launch launch) {
        return LaunchBlock.of(arena, function(launch), launch.grid().x(), launch.grid().y(), launch.grid().z(), launch.threads(), launch.sharedBytes(),
                launch.arguments());
    }

    private Function function(Launch launch) {
        return functions.computeIfAbsent(launch.kernel(), name -> {
            Function function = modules.computeIfAbsent(launch.file(), file -> device.module(KernelImages.load(file))).function(name);
            if (launch.sharedBytes() > FREE_SHARED) function.setDynamicSharedBytes(launch.sharedBytes());
            return function;
        });
    }
}
