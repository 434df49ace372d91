package io.vivace.bindings.vendor;

import static io.vivace.bindings.generated.cublaslt.CublasLtCalls.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vivace.bindings.cuda.Stream;
import io.vivace.bindings.generated.cublaslt.CublasLtCalls;
import io.vivace.bindings.generated.cublaslt.cublasLtMatmulAlgo_t;
import io.vivace.bindings.generated.cublaslt.cublasLtMatmulHeuristicResult_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Products by cuBLASLt through Panama. The library is column-major by nature, and a row-major matrix is its transpose seen column-major: so it
 * is asked for {@code yᵀ = wᵀ·xᵀ}, for which nothing has to be transposed. Panels are a batch whose x is one and the same, and whose results lie
 * side by side.
 */
final class CublasLtGemm implements Gemm {
    private static final int NOT_SUPPORTED = 15;

    private final Installation installation;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(ADDRESS);
    private final MemorySegment one = arena.allocateFrom(JAVA_FLOAT, 1);
    private final MemorySegment zero = arena.allocateFrom(JAVA_FLOAT, 0);
    private final Map<Key, Plan> plans = new HashMap<>();
    private final MemorySegment handle;
    private final MemorySegment product;
    private boolean closed;

    /** What one call does: so many columns of each of so many panels. */
    private record Piece(Product of, int columns, int panels) {
    }

    /** Kernels are chosen by what the addresses are multiples of. */
    private record Key(Piece piece, int x, int w, int y, long workspaceBytes) {
    }

    private record Plan(MemorySegment x, MemorySegment w, MemorySegment y, MemorySegment algorithm) {
    }

    CublasLtGemm(Installation installation) {
        this.installation = installation;
        installation.load();
        check(cublasLtCreate(out), "cublasLtCreate");
        handle = out.get(ADDRESS, 0);
        int status = cublasLtMatmulDescCreate(out, CUBLAS_COMPUTE_32F(), CUDA_R_32F());
        if (status != 0) cublasLtDestroy(handle);
        check(status, "cublasLtMatmulDescCreate");
        product = out.get(ADDRESS, 0);
    }

    @Override
    public Installation installation() {
        return installation;
    }

    @Override
    public String version() {
        return installation.library().version(cublasLtGetVersion());
    }

    @Override
    public void multiply(Product p, long x, long w, long y, long workspace, long workspaceBytes, Stream stream) {
        int whole = p.wholePanels(), rest = p.restOfColumns();
        if (whole > 0) multiply(new Piece(p, p.width(), whole), x, w, y, workspace, workspaceBytes, stream);
        if (rest > 0) multiply(new Piece(p, rest, 1), x, w + p.wholeBytes(), y + p.wholeResultBytes(), workspace, workspaceBytes, stream);
    }

    private void multiply(Piece piece, long x, long w, long y, long workspace, long workspaceBytes, Stream stream) {
        Key key = new Key(piece, alignment(x), alignment(w), alignment(y), workspaceBytes);
        Plan plan = plans.get(key);
        if (plan == null) plans.put(key, plan = plan(key));
        MemorySegment result = MemorySegment.ofAddress(y);
        check(cublasLtMatmul(handle, product, one, MemorySegment.ofAddress(w), plan.w, MemorySegment.ofAddress(x), plan.x, zero, result, plan.y, result, plan.y,
                plan.algorithm, MemorySegment.ofAddress(workspace), workspaceBytes, MemorySegment.ofAddress(stream.handle())),
                "cublasLtMatmul(" + piece.of + ")");
    }

    private static int alignment(long address) {
        return (int) Math.min(256, Long.lowestOneBit(address));
    }

    private Plan plan(Key key) {
        Piece piece = key.piece;
        Product p = piece.of;
        List<MemorySegment> layouts = new ArrayList<>();
        try {
            MemorySegment x = layout(p.precision(), p.inputs(), p.rows(), p.xStride(), piece.panels, 0, layouts);
            MemorySegment w = layout(p.precision(), piece.columns, p.inputs(), p.width(), piece.panels, (long) p.width() * p.inputs(), layouts);
            MemorySegment y = layout(p.result(), piece.columns, p.rows(), p.yStride(), piece.panels, p.width(), layouts);
            return new Plan(x, w, y, algorithm(key, x, w, y));
        } catch (LibraryError e) {
            layouts.forEach(CublasLtCalls::cublasLtMatrixLayoutDestroy);
            throw e;
        }
    }

    private MemorySegment algorithm(Key key, MemorySegment x, MemorySegment w, MemorySegment y) {
        MemorySegment preference = preference(key);
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment result = cublasLtMatmulHeuristicResult_t.allocate(brief), count = brief.allocate(JAVA_INT);
            int status = cublasLtMatmulAlgoGetHeuristic(handle, product, w, x, y, y, preference, 1, result, count);
            if (status == 0 && count.get(JAVA_INT, 0) == 0) status = NOT_SUPPORTED;
            if (status == 0) status = cublasLtMatmulHeuristicResult_t.state(result);
            check(status, "cublasLtMatmulAlgoGetHeuristic(" + key.piece.of + ")");
            return cublasLtMatmulAlgo_t.allocate(arena).copyFrom(cublasLtMatmulHeuristicResult_t.algo(result));
        } finally {
            cublasLtMatmulPreferenceDestroy(preference);
        }
    }

    /**
     * Of as many matrices, seen column-major.
     *
     * @param ld     elements from one column to the next
     * @param stride elements from one matrix to the next
     * @param made   gets the layout
     */
    private MemorySegment layout(Precision precision, int rows, int columns, int ld, int count, long stride, List<MemorySegment> made) {
        int type = precision == Precision.BFLOAT16 ? CUDA_R_16BF() : CUDA_R_32F();
        check(cublasLtMatrixLayoutCreate(out, type, rows, columns, ld), "cublasLtMatrixLayoutCreate(" + rows + " x " + columns + ")");
        MemorySegment layout = out.get(ADDRESS, 0);
        made.add(layout);
        if (count == 1) return layout;
        try (Arena brief = Arena.ofConfined()) {
            set(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT(), brief.allocateFrom(JAVA_INT, count));
            set(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET(), brief.allocateFrom(JAVA_LONG, stride));
        }
        return layout;
    }

    private void set(MemorySegment layout, int attribute, MemorySegment value) {
        check(cublasLtMatrixLayoutSetAttribute(layout, attribute, value, value.byteSize()), "cublasLtMatrixLayoutSetAttribute(" + attribute + ")");
    }

    private MemorySegment preference(Key key) {
        check(cublasLtMatmulPreferenceCreate(out), "cublasLtMatmulPreferenceCreate");
        MemorySegment preference = out.get(ADDRESS, 0);
        try (Arena brief = Arena.ofConfined()) {
            prefer(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(), brief.allocateFrom(JAVA_LONG, key.workspaceBytes));
            prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(), brief.allocateFrom(JAVA_INT, key.w));
            prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES(), brief.allocateFrom(JAVA_INT, key.x));
            prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES(), brief.allocateFrom(JAVA_INT, key.y));
            prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES(), brief.allocateFrom(JAVA_INT, key.y));
        }
        return preference;
    }

    private void prefer(MemorySegment preference, int attribute, MemorySegment value) {
        check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, value.byteSize()), "cublasLtMatmulPreferenceSetAttribute(" + attribute + ")");
    }

    private void check(int status, String call) {
        if (status == 0) return;
        MemorySegment name = cublasLtGetStatusName(status);
        throw new LibraryError(installation.library(), status, name.address() == 0 ? "status" : name.reinterpret(256).getString(0), call);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        for (Plan plan : plans.values())
            for (MemorySegment layout : new MemorySegment[] {plan.x, plan.w, plan.y}) cublasLtMatrixLayoutDestroy(layout);
        cublasLtMatmulDescDestroy(product);
        cublasLtDestroy(handle);
        arena.close();
    }
}
