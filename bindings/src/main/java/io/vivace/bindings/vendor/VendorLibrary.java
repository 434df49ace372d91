package io.vivace.bindings.vendor;

import java.util.List;

/** The libraries of NVIDIA's that can do a product or a convolution, and how they are called. */
public enum VendorLibrary {
    CUBLASLT_13("cuBLASLt 13", "libcublasLt.so.13"),
    CUBLASLT_12("cuBLASLt 12", "libcublasLt.so.12"),
    /** By JCublas. */
    CUBLAS_12("cuBLAS 12", "libcublas.so.12"),
    CUDNN_9("cuDNN 9", "libcudnn.so.9"),
    /** By JCudnn. */
    CUDNN_8("cuDNN 8", "libcudnn.so.8");

    /** The best first. */
    public static final List<VendorLibrary> FOR_PRODUCTS = List.of(CUBLASLT_13, CUBLASLT_12, CUBLAS_12);
    /** The best first. */
    public static final List<VendorLibrary> FOR_CONVOLUTIONS = List.of(CUDNN_9, CUDNN_8);

    private final String label;
    private final String file;

    VendorLibrary(String label, String file) {
        this.label = label;
        this.file = file;
    }

    /** What the loader knows it by. */
    public String file() {
        return file;
    }

    @Override
    public String toString() {
        return label;
    }

    /** @param number 10000 × major + 100 × minor + patch; cuDNN 8 has 1000 × major instead */
    String version(long number) {
        long major = number / (this == CUDNN_8 ? 1000 : 10_000);
        return major + "." + number / 100 % (this == CUDNN_8 ? 10 : 100) + "." + number % 100;
    }

    /** Whether both may be in one process. Panama finds a function by its name alone, and two versions of a library have the same names. */
    boolean goesWith(VendorLibrary other) {
        return this == other || FOR_PRODUCTS.contains(this) != FOR_PRODUCTS.contains(other) || label.endsWith("12") && other.label.endsWith("12");
    }
}
