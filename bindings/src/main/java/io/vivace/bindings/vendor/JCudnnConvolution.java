package io.vivace.bindings.vendor;

import io.vivace.bindings.NativeLibraries;
import io.vivace.bindings.cuda.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnStatus;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;
import jcuda.runtime.cudaStream_t;

/** Convolutions by cuDNN 8 through JCudnn; otherwise as {@link CudnnConvolution}. */
final class JCudnnConvolution implements Convolution {
    /** The last there is; JCuda itself has gone on. */
    private static final String VERSION = "11.7.0";
    private static final Pointer ONE = Pointer.to(new float[] {1}), ZERO = Pointer.to(new float[] {0});

    private final Installation installation;
    private final cudnnHandle handle = new cudnnHandle();
    private final Map<Window, Plan> plans = new HashMap<>();
    private final List<Runnable> closing = new ArrayList<>();
    private boolean closed;

    private record Plan(cudnnTensorDescriptor x, cudnnFilterDescriptor w, cudnnTensorDescriptor y, cudnnConvolutionDescriptor convolution, int algorithm,
            long workspaceBytes) {
    }

    JCudnnConvolution(Installation installation) {
        this.installation = installation;
        installation.load();
        NativeLibraries.whileUnpacked("JCudnn", VERSION, () -> JCudnn.setExceptionsEnabled(false));
        check(JCudnn.cudnnCreate(handle), "cudnnCreate");
    }

    @Override
    public Installation installation() {
        return installation;
    }

    @Override
    public String version() {
        return installation.library().version(JCudnn.cudnnGetVersion());
    }

    @Override
    public long workspaceBytes(Window window) {
        return planned(window).workspaceBytes;
    }

    @Override
    public void convolve(Window window, long x, long w, long y, long workspace, long workspaceBytes, Stream stream) {
        Plan plan = planned(window);
        check(JCudnn.cudnnSetStream(handle, new cudaStream_t(stream.forJCuda())), "cudnnSetStream");
        check(JCudnn.cudnnConvolutionForward(handle, ONE, plan.x, new DevicePointer(x), plan.w, new DevicePointer(w), plan.convolution, plan.algorithm,
                new DevicePointer(workspace), workspaceBytes, ZERO, plan.y, new DevicePointer(y)), "cudnnConvolutionForward(" + window + ")");
    }

    private Plan planned(Window window) {
        Plan plan = plans.get(window);
        if (plan == null) plans.put(window, plan = plan(window));
        return plan;
    }

    private Plan plan(Window s) {
        int type = s.precision() == Precision.BFLOAT16 ? cudnnDataType.CUDNN_DATA_BFLOAT16 : cudnnDataType.CUDNN_DATA_FLOAT;
        cudnnTensorDescriptor x = tensor(type, s.batch(), s.inputs(), s.frames()), y = tensor(type, s.batch(), s.outputs(), s.resultFrames());
        cudnnFilterDescriptor w = new cudnnFilterDescriptor();
        check(JCudnn.cudnnCreateFilterDescriptor(w), "cudnnCreateFilterDescriptor");
        closing.add(() -> JCudnn.cudnnDestroyFilterDescriptor(w));
        check(JCudnn.cudnnSetFilter4dDescriptor(w, type, cudnnTensorFormat.CUDNN_TENSOR_NHWC, s.outputs(), s.inputs(), 1, s.kernel()),
                "cudnnSetFilter4dDescriptor(" + s + ")");
        cudnnConvolutionDescriptor convolution = convolution(s);
        cudnnConvolutionFwdAlgoPerf fastest = fastest(s, x, w, convolution, y);
        long[] bytes = new long[1];
        check(JCudnn.cudnnGetConvolutionForwardWorkspaceSize(handle, x, w, convolution, y, fastest.algo, bytes),
                "cudnnGetConvolutionForwardWorkspaceSize(" + s + ")");
        return new Plan(x, w, y, convolution, fastest.algo, bytes[0]);
    }

    /** JCudnn does not hand on for which arithmetic an algorithm was judged; it stays as it was set, and its workspace is asked for again. */
    private cudnnConvolutionFwdAlgoPerf fastest(Window s, cudnnTensorDescriptor x, cudnnFilterDescriptor w, cudnnConvolutionDescriptor convolution,
            cudnnTensorDescriptor y) {
        int most = cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_COUNT;
        int[] count = new int[1];
        cudnnConvolutionFwdAlgoPerf[] results = new cudnnConvolutionFwdAlgoPerf[most];
        for (int i = 0; i < most; i++) results[i] = new cudnnConvolutionFwdAlgoPerf();
        check(JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(handle, x, w, convolution, y, most, count, results),
                "cudnnGetConvolutionForwardAlgorithm(" + s + ")");
        for (int i = 0; i < count[0]; i++)
            if (results[i].status == 0 && results[i].determinism == cudnnDeterminism.CUDNN_DETERMINISTIC) return results[i];
        throw error(cudnnStatus.CUDNN_STATUS_NOT_SUPPORTED, "cudnnGetConvolutionForwardAlgorithm(" + s + ")");
    }

    private cudnnTensorDescriptor tensor(int type, int batch, int channels, int frames) {
        cudnnTensorDescriptor tensor = new cudnnTensorDescriptor();
        check(JCudnn.cudnnCreateTensorDescriptor(tensor), "cudnnCreateTensorDescriptor");
        closing.add(() -> JCudnn.cudnnDestroyTensorDescriptor(tensor));
        check(JCudnn.cudnnSetTensor4dDescriptor(tensor, cudnnTensorFormat.CUDNN_TENSOR_NHWC, type, batch, channels, 1, frames),
                "cudnnSetTensor4dDescriptor(" + batch + " x " + frames + " x " + channels + ")");
        return tensor;
    }

    private cudnnConvolutionDescriptor convolution(Window s) {
        cudnnConvolutionDescriptor c = new cudnnConvolutionDescriptor();
        check(JCudnn.cudnnCreateConvolutionDescriptor(c), "cudnnCreateConvolutionDescriptor");
        closing.add(() -> JCudnn.cudnnDestroyConvolutionDescriptor(c));
        check(JCudnn.cudnnSetConvolution2dDescriptor(c, 0, s.padding(), 1, s.stride(), 1, s.dilation(), cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                cudnnDataType.CUDNN_DATA_FLOAT), "cudnnSetConvolution2dDescriptor(" + s + ")");
        check(JCudnn.cudnnSetConvolutionMathType(c, s.precision() == Precision.FLOAT32 ? cudnnMathType.CUDNN_FMA_MATH : cudnnMathType.CUDNN_DEFAULT_MATH),
                "cudnnSetConvolutionMathType");
        return c;
    }

    private void check(int status, String call) {
        if (status != 0) throw error(status, call);
    }

    private LibraryError error(int status, String call) {
        return new LibraryError(installation.library(), status, cudnnStatus.stringFor(status), call);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        closing.reversed().forEach(Runnable::run);
        JCudnn.cudnnDestroy(handle);
    }
}
