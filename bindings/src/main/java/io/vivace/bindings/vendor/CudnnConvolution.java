package io.vivace.bindings.vendor;

import static io.vivace.bindings.generated.cudnn.CudnnCalls.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vivace.bindings.cuda.Stream;
import io.vivace.bindings.generated.cudnn.CudnnCalls;
import io.vivace.bindings.generated.cudnn.cudnnConvolutionFwdAlgoPerfStruct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Convolutions by cuDNN 9 through Panama: over pictures of one line, channels last. */
final class CudnnConvolution implements Convolution {
    private static final int NOT_SUPPORTED = 3000;

    private final Installation installation;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(ADDRESS);
    private final MemorySegment one = arena.allocateFrom(JAVA_FLOAT, 1);
    private final MemorySegment zero = arena.allocateFrom(JAVA_FLOAT, 0);
    private final Map<Window, Plan> plans = new HashMap<>();
    private final List<Runnable> closing = new ArrayList<>();
    private final MemorySegment handle;
    private boolean closed;

    private record Plan(MemorySegment x, MemorySegment w, MemorySegment y, MemorySegment convolution, int algorithm, long workspaceBytes) {
    }

    CudnnConvolution(Installation installation) {
        this.installation = installation;
        installation.load();
        check(cudnnCreate(out), "cudnnCreate");
        handle = out.get(ADDRESS, 0);
    }

    @Override
    public Installation installation() {
        return installation;
    }

    @Override
    public String version() {
        return installation.library().version(cudnnGetVersion());
    }

    @Override
    public long workspaceBytes(Window window) {
        return planned(window).workspaceBytes;
    }

    @Override
    public void convolve(Window window, long x, long w, long y, long workspace, long workspaceBytes, Stream stream) {
        Plan plan = planned(window);
        check(cudnnSetStream(handle, MemorySegment.ofAddress(stream.handle())), "cudnnSetStream");
        check(cudnnConvolutionForward(handle, one, plan.x, MemorySegment.ofAddress(x), plan.w, MemorySegment.ofAddress(w), plan.convolution, plan.algorithm,
                MemorySegment.ofAddress(workspace), workspaceBytes, zero, plan.y, MemorySegment.ofAddress(y)), "cudnnConvolutionForward(" + window + ")");
    }

    private Plan planned(Window window) {
        Plan plan = plans.get(window);
        if (plan == null) plans.put(window, plan = plan(window));
        return plan;
    }

    private Plan plan(Window s) {
        int type = s.precision() == Precision.BFLOAT16 ? CUDNN_DATA_BFLOAT16() : CUDNN_DATA_FLOAT();
        MemorySegment x = tensor(type, s.batch(), s.inputs(), s.frames()), y = tensor(type, s.batch(), s.outputs(), s.resultFrames());
        MemorySegment w = made(cudnnCreateFilterDescriptor(out), CudnnCalls::cudnnDestroyFilterDescriptor, "cudnnCreateFilterDescriptor");
        check(cudnnSetFilter4dDescriptor(w, type, CUDNN_TENSOR_NHWC(), s.outputs(), s.inputs(), 1, s.kernel()), "cudnnSetFilter4dDescriptor(" + s + ")");
        MemorySegment convolution = convolution(s);
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment fastest = fastest(s, x, w, convolution, y, brief);
            check(cudnnSetConvolutionMathType(convolution, cudnnConvolutionFwdAlgoPerfStruct.mathType(fastest)), "cudnnSetConvolutionMathType");
            return new Plan(x, w, y, convolution, cudnnConvolutionFwdAlgoPerfStruct.algo(fastest), cudnnConvolutionFwdAlgoPerfStruct.memory(fastest));
        }
    }

    /** Of the algorithms that add up in the same order each time. */
    private MemorySegment fastest(Window s, MemorySegment x, MemorySegment w, MemorySegment convolution, MemorySegment y, Arena arena) {
        int most = CUDNN_CONVOLUTION_FWD_ALGO_COUNT();
        MemorySegment count = arena.allocate(JAVA_INT), results = cudnnConvolutionFwdAlgoPerfStruct.allocateArray(most, arena);
        check(cudnnGetConvolutionForwardAlgorithm_v7(handle, x, w, convolution, y, most, count, results), "cudnnGetConvolutionForwardAlgorithm(" + s + ")");
        for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
            MemorySegment result = cudnnConvolutionFwdAlgoPerfStruct.asSlice(results, i);
            boolean exact = s.precision() == Precision.BFLOAT16 || cudnnConvolutionFwdAlgoPerfStruct.mathType(result) == CUDNN_FMA_MATH();
            if (cudnnConvolutionFwdAlgoPerfStruct.status(result) == 0 && exact
                    && cudnnConvolutionFwdAlgoPerfStruct.determinism(result) == CUDNN_DETERMINISTIC()) return result;
        }
        throw error(NOT_SUPPORTED, "cudnnGetConvolutionForwardAlgorithm(" + s + ")");
    }

    private MemorySegment tensor(int type, int batch, int channels, int frames) {
        MemorySegment tensor = made(cudnnCreateTensorDescriptor(out), CudnnCalls::cudnnDestroyTensorDescriptor, "cudnnCreateTensorDescriptor");
        check(cudnnSetTensor4dDescriptor(tensor, CUDNN_TENSOR_NHWC(), type, batch, channels, 1, frames),
                "cudnnSetTensor4dDescriptor(" + batch + " x " + frames + " x " + channels + ")");
        return tensor;
    }

    private MemorySegment convolution(Window s) {
        MemorySegment c = made(cudnnCreateConvolutionDescriptor(out), CudnnCalls::cudnnDestroyConvolutionDescriptor, "cudnnCreateConvolutionDescriptor");
        check(cudnnSetConvolution2dDescriptor(c, 0, s.padding(), 1, s.stride(), 1, s.dilation(), CUDNN_CROSS_CORRELATION(), CUDNN_DATA_FLOAT()),
                "cudnnSetConvolution2dDescriptor(" + s + ")");
        // What is called the default would multiply float32 as TF32.
        check(cudnnSetConvolutionMathType(c, s.precision() == Precision.FLOAT32 ? CUDNN_FMA_MATH() : CUDNN_DEFAULT_MATH()), "cudnnSetConvolutionMathType");
        return c;
    }

    private MemorySegment made(int status, Consumer<MemorySegment> destroy, String call) {
        check(status, call);
        MemorySegment made = out.get(ADDRESS, 0);
        closing.add(() -> destroy.accept(made));
        return made;
    }

    private void check(int status, String call) {
        if (status != 0) throw error(status, call);
    }

    private LibraryError error(int status, String call) {
        return new LibraryError(installation.library(), status, cudnnGetErrorString(status).reinterpret(256).getString(0), call);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        closing.reversed().forEach(Runnable::run);
        cudnnDestroy(handle);
        arena.close();
    }
}
