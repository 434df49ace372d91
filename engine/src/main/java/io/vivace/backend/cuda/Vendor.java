package io.vivace.backend.cuda;

import io.vivace.DeviceFailed;
import io.vivace.Library;
import io.vivace.bindings.cuda.CudaError;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.vendor.Convolution;
import io.vivace.bindings.vendor.Gemm;
import io.vivace.bindings.vendor.Installation;
import java.util.Optional;
import java.util.function.BiFunction;

/** NVIDIA's libraries on one device, each loaded when an operation may go to it for the first time. */
final class Vendor implements AutoCloseable {
    private final Gpu gpu;
    private final Libraries libraries;
    private Optional<Gemm> gemm;
    private Optional<Convolution> convolution;
    private DeviceMemory workspace;

    Vendor(Gpu gpu, Libraries libraries) {
        this.gpu = gpu;
        this.libraries = libraries;
    }

    Libraries libraries() {
        return libraries;
    }

    /** Empty where no library of products works. */
    Optional<Gemm> gemm() {
        if (gemm == null) gemm = libraries.products().map(installation -> opened(installation, Gemm::open));
        return gemm;
    }

    /** Empty where no library of convolutions works. */
    Optional<Convolution> convolution() {
        if (convolution == null) convolution = libraries.convolutions().map(installation -> opened(installation, Convolution::open));
        return convolution;
    }

    /** Null if it does not work and was not asked for by name. */
    private <T> T opened(Installation installation, BiFunction<Installation, Device, T> open) {
        try {
            return open.apply(installation, gpu.device());
        } catch (CudaError e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            String why = installation + " cannot be used: " + reason(e);
            if (libraries.library() == Library.VENDOR) throw new DeviceFailed(why + "; install another version, or use --library ours.", e);
            System.getLogger(Vendor.class.getName()).log(System.Logger.Level.WARNING, why + "; Vivace's own kernels run instead");
            return null;
        }
    }

    /** The first line of what went wrong; a function that an old library lacks hides behind the class that looked for it. */
    static String reason(Throwable e) {
        Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** Address of {@link Gemm#WORKSPACE_BYTES}, for all products: they run one after the other. */
    long workspace() {
        if (workspace == null) workspace = gpu.allocate(Gemm.WORKSPACE_BYTES, workspaceOf(gemm().orElseThrow().installation()));
        return workspace.address();
    }

    private static String workspaceOf(Installation installation) {
        return "The workspace of " + installation.library() + ", which is not needed with --library ours,";
    }

    /** The device is about to be closed, with the workspace. */
    @Override
    public void close() {
        if (gemm != null) gemm.ifPresent(Gemm::close);
        if (convolution != null) convolution.ifPresent(Convolution::close);
    }
}
