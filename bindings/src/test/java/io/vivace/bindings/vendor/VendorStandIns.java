package io.vivace.bindings.vendor;

import io.vivace.bindings.StandIn;
import java.nio.file.Path;

/** The stand-ins of NVIDIA's libraries, made with g++. */
final class VendorStandIns {
    private VendorStandIns() {
    }

    /** Skips the test where it cannot be made. */
    static Installation of(VendorLibrary library) {
        Path path = switch (library) {
            case CUBLASLT_13 -> compiled("cublaslt.cpp", library);
            case CUBLASLT_12 -> compiled("cublaslt.cpp", library, "-DMAJOR=12");
            case CUBLAS_12 -> compiled("cublas.cpp", library);
            case CUDNN_9 -> compiled("cudnn.cpp", library);
            case CUDNN_8 -> compiled("cudnn.cpp", library, "-DMAJOR=8");
        };
        return new Installation(library, path);
    }

    private static Path compiled(String source, VendorLibrary library, String... options) {
        return StandIn.compiled("../../../../kernels/emulator/vendor/" + source, library.file(), options);
    }
}
