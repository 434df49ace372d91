package io.vivace.benchmarks;

import io.vivace.bindings.cuda.CapturedGraph;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Function;
import io.vivace.bindings.cuda.LaunchBlock;
import io.vivace.bindings.cuda.PinnedMemory;
import io.vivace.bindings.cuda.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the host pays to reach the driver, on a driver that does nothing: a kernel of nine arguments launched in the façade's way and in the ways
 * of JCuda, one copy each way, and the replay of a graph.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class LaunchBenchmark {
    private final Arena arena = Arena.ofConfined();
    private Device device;
    private Stream stream;
    private LaunchBlock block;
    private CapturedGraph graph;
    private PinnedMemory pinned;
    private final CUfunction function = new CUfunction();
    private final CUstream queue = new CUstream();
    private final CUdeviceptr memory = new CUdeviceptr();
    private Pointer addresses;
    private Pointer host;

    @Setup
    public void open() {
        SilentDriver.load();
        device = Device.open(0);
        stream = device.stream();
        pinned = device.pin(1024);
        Function kernel = device.module(new byte[1]).function("anything");
        block = LaunchBlock.of(arena, kernel, 100, 1, 1, 256, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        graph = CapturedGraph.of(stream, () -> stream.launch(block));
        CUmodule module = new CUmodule();
        JCudaDriver.cuModuleLoadData(module, new byte[1]);
        JCudaDriver.cuModuleGetFunction(function, module, "anything");
        JCudaDriver.cuStreamCreate(queue, 1);
        JCudaDriver.cuMemAlloc(memory, 1024);
        host = Pointer.to(ByteBuffer.allocateDirect(1024));
        addresses = addresses();
    }

    @TearDown
    public void close() {
        device.close();
        arena.close();
    }

    /** One direct buffer of values, and one of their addresses: the quickest that JCuda can do. */
    private static Pointer addresses() {
        ByteBuffer values = ByteBuffer.allocateDirect(72).order(ByteOrder.nativeOrder());
        ByteBuffer pointers = ByteBuffer.allocateDirect(72).order(ByteOrder.nativeOrder());
        for (int i = 0; i < 9; i++) {
            values.putLong(8 * i, i);
            pointers.putLong(8 * i, MemorySegment.ofBuffer(values).address() + 8L * i);
        }
        return Pointer.to(pointers);
    }

    @Benchmark
    public void launch() {
        stream.launch(block);
    }

    @Benchmark
    public int launchByJCudasNestedPointers() {
        Pointer arguments = Pointer.to(Pointer.to(memory), Pointer.to(memory), Pointer.to(memory), Pointer.to(memory), Pointer.to(new int[] {5}),
                Pointer.to(new int[] {6}), Pointer.to(new int[] {7}), Pointer.to(new float[] {8}), Pointer.to(new float[] {9}));
        return JCudaDriver.cuLaunchKernel(function, 100, 1, 1, 256, 1, 1, 0, queue, arguments, null);
    }

    @Benchmark
    public int launchByJCudaFromBuffers() {
        return JCudaDriver.cuLaunchKernel(function, 100, 1, 1, 256, 1, 1, 0, queue, addresses, null);
    }

    @Benchmark
    public void replay() {
        graph.launch(stream);
    }

    @Benchmark
    public void copy() {
        stream.copyToDevice(4096, pinned.segment(), 1024);
    }

    @Benchmark
    public int copyByJCuda() {
        return JCudaDriver.cuMemcpyHtoDAsync(memory, host, 1024, queue);
    }

    @Benchmark
    public boolean query() {
        return stream.query();
    }
}
