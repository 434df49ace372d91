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
        check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream.forJCuda())), "cublasSetStream");
        // Setting the stream puts back a workspace of the library's own, which it would allocate in the middle of a capture.
        check(JCublas2.cublasSetWorkspace(handle, new DevicePointer(workspace), workspaceBytes), "cublasSetWorkspace(" + workspaceBytes + " bytes)");
        int whole = p.wholePanels(), rest = p.restOfColumns();
        if (whole > 0) multiply(p, p.width(), whole, x, w, y);
        if (rest > 0) multiply(p, rest, 1, x, w + p.wholeBytes(), y + p.wholeResultBytes());
    }

    /** So many columns of each of so many panels. */
    private void multiply(Product p, int columns, int panels, long x, long w, long y) {
        int type = type(p.precision());
        // Without "_new" it takes the kind of arithmetic for a type of data, as cuBLAS 10 did.
        check(JCublas2.cublasGemmStridedBatchedEx_new(handle, cublasOperation.CUBLAS_OP_N, cublasOperation.CUBLAS_OP_N, columns, p.rows(), p.inputs(),
                ONE, new DevicePointer(w), type, p.width(), (long) p.width() * p.inputs(), new DevicePointer(x), type, p.xStride(), 0,
                ZERO, new DevicePointer(y), type(p.result()), p.yStride(), p.width(), panels,
                cublasComputeType.CUBLAS_COMPUTE_32F, cublasGemmAlgo.CUBLAS_GEMM_DEFAULT), "cublasGemmStridedBatchedEx(" + p + ")");
    }

    private static int type(Precision precision) {
        return precision == Precision.BFLOAT16 ? cudaDataType.CUDA_R_16BF : cudaDataType.CUDA_R_32F;
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
