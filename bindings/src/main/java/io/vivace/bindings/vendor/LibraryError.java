package io.vivace.bindings.vendor;

/** A call of a library of NVIDIA's that failed, with the library's status. */
public final class LibraryError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final VendorLibrary library;
    private final int status;
    private final String call;

    LibraryError(VendorLibrary library, int status, String name, String call) {
        super(library + " refused " + call + ": " + name + " (" + status + ")");
        this.library = library;
        this.status = status;
        this.call = call;
    }

    public VendorLibrary library() {
        return library;
    }

    public int status() {
        return status;
    }

    /** Whether the library works but has no kernel for what was asked. */
    public boolean unsupported() {
        return switch (library) {
            case CUBLASLT_13, CUBLASLT_12, CUBLAS_12 -> status == 15;
            case CUDNN_9 -> status / 1000 == 3;
            case CUDNN_8 -> status == 9;
        };
    }

    /** The function, with what of its arguments tells something. */
    public String call() {
        return call;
    }
}
