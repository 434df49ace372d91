package io.vivace.backend.cuda;

import io.vivace.DeviceFailed;
import io.vivace.Library;
import io.vivace.Profile;
import io.vivace.backend.Backend;
import io.vivace.backend.Stopwatch;
import io.vivace.weights.Weights;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs graphs on an NVIDIA GPU with the project's own kernels. Needs the driver and nothing else. Everything runs on one stream; a program that
 * runs a second time is captured as one CUDA graph and replayed from then on.
 */
public final class CudaBackend implements Backend {
    private final Gpu gpu;
    private final boolean narrow;
    private final boolean isolated;
    private final Vendor vendor;
    private final Selection selection;
    private final boolean joins;
    private final Map<Weights, CudaWeights> weights = new IdentityHashMap<>();
    private final Set<CudaSession> sessions = new LinkedHashSet<>();

    /**
     * @param ordinal number of the device, from 0
     * @param narrow  whether matrices, caches and what lies between fused operations are bfloat16; sums are float32 all the same
     * @throws io.vivace.DeviceFailed if the device cannot be used
     */
    public CudaBackend(int ordinal, boolean narrow) {
        this(ordinal, narrow, null, Libraries.NONE);
    }

    /**
     * @param stopwatch takes the time of every operation, or null
     * @param libraries that may compute what our own kernels compute too
     */
    public CudaBackend(int ordinal, boolean narrow, Stopwatch stopwatch, Libraries libraries) {
        this(ordinal, narrow, stopwatch, libraries, false, true);
    }

    /** For tests, on the first device: every value has an allocation of its own, so that a checker sees a kernel that leaves one. */
    public static CudaBackend isolated(boolean narrow) {
        return isolated(narrow, Libraries.NONE);
    }

    /** The same with libraries. */
    public static CudaBackend isolated(boolean narrow, Libraries libraries) {
        return new CudaBackend(0, narrow, null, libraries, true, true);
    }

    /** For comparisons, on the first device: every operation has launches of its own. */
    public static CudaBackend apart(boolean narrow) {
        return new CudaBackend(0, narrow, null, Libraries.NONE, false, false);
    }

    private CudaBackend(int ordinal, boolean narrow, Stopwatch stopwatch, Libraries libraries, boolean isolated, boolean joins) {
        if (libraries.library() == Library.VENDOR && libraries.names().isEmpty()) {
            throw new DeviceFailed("--library vendor was asked for, but no library of NVIDIA's is there that could be used; install cuBLAS 12 or 13, see"
                    + " `vivace doctor`, or use --library ours.");
        }
        gpu = new Gpu(ordinal, stopwatch);
        this.narrow = narrow;
        this.isolated = isolated;
        this.joins = joins;
        vendor = new Vendor(gpu, libraries);
        selection = new Selection(gpu, libraries);
    }

    Vendor vendor() {
        return vendor;
    }

    Selection selection() {
        return selection;
    }

    boolean narrow() {
        return narrow;
    }

    boolean isolated() {
        return isolated;
    }

    /** Whether operations may share a launch. */
    boolean joins() {
        return joins;
    }

    @Override
    public String description() {
        return "cuda:" + gpu.device().ordinal() + ", " + gpu.name() + ", " + (narrow ? "bf16" : "f32") + libraries();
    }

    /** Others' kernels may give other bits. */
    private String libraries() {
        Libraries used = vendor.libraries();
        return used.names().isEmpty() ? "" : ", library " + used.library().label() + " (" + used.names() + ")";
    }

    @Override
    public long deviceBytes() {
        return Math.max(1, gpu.call(gpu.device()::totalBytes) - vendor.libraries().workspaceBytes());
    }

    @Override
    public Profile profile() {
        if (gpu.stopwatch() == null) return Backend.super.profile();
        return gpu.call(() -> new Profile(gpu.stopwatch().rows(), gpu.copyBandwidth()));
    }

    @Override
    public Session open(Weights model) {
        return gpu.call(() -> {
            CudaWeights shared = weights.computeIfAbsent(model, w -> new CudaWeights(gpu, w, narrow));
            boolean used = false;
            try {
                shared.use();
                used = true;
                var session = new CudaSession(this, gpu, shared);
                sessions.add(session);
                return session;
            } catch (RuntimeException | Error e) {
                if (!used || shared.release()) weights.remove(model);
                throw e;
            }
        });
    }

    /** A session was closed: its weights go with the last one. */
    void closed(CudaSession session, CudaWeights used) {
        sessions.remove(session);
        if (used.release()) weights.values().remove(used);
    }

    /** Closes the sessions too, whoever uses them: their next call is refused. */
    @Override
    public void close() {
        gpu.close(() -> {
            try (vendor) {
                List.copyOf(sessions).forEach(CudaSession::free);
            }
        });
    }
}
