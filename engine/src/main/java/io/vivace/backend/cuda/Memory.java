package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.graph.DType;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The device memory of one program: a slab for its values as the plan lays them, and beside it constants and scratch memory. Values of bfloat16
 * have the room of float32.
 */
final class Memory {
    private static final int ALIGNMENT = 256;

    private final Gpu gpu;
    private final String name;
    private final MemoryPlan plan;
    private final boolean isolated;
    private final List<DeviceMemory> held = new ArrayList<>();
    private final Map<Integer, Long> own = new HashMap<>();
    private final long floats;
    private final long ints;
    private Scratch scratch;
    private final List<Scratch> rooms = new ArrayList<>();

    /** @param isolated gives every value an allocation of its own, so that a kernel that leaves one is seen */
    Memory(Gpu gpu, MemoryPlan plan, boolean isolated, String name) {
        this.gpu = gpu;
        this.plan = plan;
        this.isolated = isolated;
        this.name = name;
        long floatBytes = aligned(plan.floats() * DType.BYTES);
        try {
            floats = isolated ? 0 : zeroed(Math.max(ALIGNMENT, floatBytes + plan.ints() * DType.BYTES));
        } catch (RuntimeException e) {
            free();
            throw e;
        }
        ints = floats + floatBytes;
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
    }

    private long zeroed(long bytes) {
        DeviceMemory allocated = gpu.allocate(bytes, "Running " + name);
        held.add(allocated);
        gpu.stream().fill(allocated.address(), 0, bytes);
        return allocated.address();
    }

    /** Of an input or a result that lies in no other value. */
    long address(Value value) {
        if (isolated) return own.computeIfAbsent(value.id(), id -> zeroed(Math.max(4, (long) value.shape().size() * DType.BYTES)));
        return (value.dtype() == DType.FLOAT32 ? floats : ints) + (long) plan.places().get(value.id()) * DType.BYTES;
    }

    Place constant(Tensor tensor) {
        Type type = tensor.dtype() == DType.FLOAT32 ? Type.FLOAT32 : Type.INT32;
        var place = new Place(zeroed(Math.max(4, (long) tensor.shape().size() * DType.BYTES)), type, tensor.shape().rank() == 0 ? 1 : tensor.shape().last());
        gpu.staging().write(tensor, place);
        return place;
    }

    void scratch(long bytes) {
        long present = aligned(Math.max(bytes, Scratch.COUNTERS + 1));
        scratch = new Scratch(zeroed(present), present);
    }

    Scratch scratch() {
        return scratch;
    }

    /**
     * Room for an operand in another type.
     *
     * @param number of the room; the next operation has the same rooms
     */
    long room(long bytes, int number) {
        while (rooms.size() <= number) rooms.add(new Scratch(0, 0));
        if (rooms.get(number).bytes() < bytes) rooms.set(number, new Scratch(zeroed(aligned(bytes)), aligned(bytes)));
        return rooms.get(number).address();
    }

    void free() {
        held.forEach(DeviceMemory::close);
    }

    List<DeviceMemory> held() {
        return held;
    }
}
