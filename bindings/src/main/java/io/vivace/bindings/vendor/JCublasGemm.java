package io.vivace.bindings.vendor;

import io.vivace.bindings.NativeLibraries;
import io.vivace.bindings.cuda.Stream;
import jcuda.JCudaVersion;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/** Products by cuBLAS 12 through JCublas; column-major as in {@link CublasLtGemm}. */
final class JCublasGemm implements Gemm {
    private static final Pointer ONE = Pointer.to(new float[] {1}), ZERO = Pointer.to(new float[] {0});

    private final Installation installation;
    private final cublasHandle handle = new cublasHandle();
    private boolean closed;

    JCublasGemm(Installation installation) {
        this.installation = installation;
        installation.load();
        NativeLibraries.whileUnpacked("JCublas2", JCudaVersion.get(), () -> JCublas2.setExceptionsEnabled(false));
        check(JCublas2.cublasCreate(handle), "cublasCreate");
    }

    @Override
    public Installation installation() {
        return installation;
    }

    @Override
    public String version() {
        int[] number = new int[1];
        check(JCublas2.cublasGetVersion(handle, number), "cublasGetVersion");
        return installation.library().version(number[0]);
    }

    @Override
    public void multiply(Product p, long x, long w, long y, long workspace, long workspaceBytes, Stream stream) {
        int type = p.precision() == Precision.BFLOAT16 ? cudaDataType.CUDA_R_16BF : cudaDataType.CUDA_R_32F;
        check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream.forJCuda())), "cublasSetStream");
        // Setting the stream puts back a workspace of the library's own, which it would allocate in the middle of a capture.
        check(JCublas2.cublasSetWorkspace(handle, new DevicePointer(workspace), workspaceBytes), "cublasSetWorkspace(" + workspaceBytes + " bytes)");
        // Without "_new" it takes the kind of arithmetic for a type of data, as cuBLAS 10 did.
        check(JCublas2.cublasGemmEx_new(handle, cublasOperation.CUBLAS_OP_N, cublasOperation.CUBLAS_OP_N, p.outputs(), p.rows(), p.inputs(),
                ONE, new DevicePointer(w), type, p.outputs(), new DevicePointer(x), type, p.inputs(), ZERO, new DevicePointer(y), type, p.outputs(),
                cublasComputeType.CUBLAS_COMPUTE_32F, cublasGemmAlgo.CUBLAS_GEMM_DEFAULT), "cublasGemmEx(" + p + ")");
    }

    private void check(int status, String call) {
        if (status != 0) throw new LibraryError(installation.library(), status, cublasStatus.stringFor(status), call);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        JCublas2.cublasDestroy(handle);
    }
}
