package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vivace.bindings.generated.nvtx.Nvtx;
import io.vivace.bindings.generated.nvtx.NvtxExportTableCallbacks;
import io.vivace.bindings.generated.nvtx.NvtxGetExportTableFunc_t;
import io.vivace.bindings.generated.nvtx.NvtxInitializeInjectionNvtxFunc_t;
import io.vivace.bindings.generated.nvtx.nvtxRangePop_impl_fntype;
import io.vivace.bindings.generated.nvtx.nvtxRangePushA_impl_fntype;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * The other half of NVTX 3. There is no library to call: the header that C programs include loads the profiler's library, which the
 * environment names, and offers it a table to write its functions into. This offers the table of the core functions and uses two of them.
 */
final class Profiler {
    /** The profiler that this process was started by, or null. */
    static final Profiler ATTACHED = attach(System.getenv("NVTX_INJECTION64_PATH"));

    private final MemorySegment push;
    private final MemorySegment pop;

    private Profiler(MemorySegment push, MemorySegment pop) {
        this.push = push;
        this.pop = pop;
    }

    static Profiler attach(String library) {
        if (library == null || library.isBlank()) return null;
        try {
            MemorySegment initialise = SymbolLookup.libraryLookup(library, Arena.global()).find("InitializeInjectionNvtx2").orElse(MemorySegment.NULL);
            return initialise.equals(MemorySegment.NULL) ? null : attach(initialise);
        } catch (IllegalArgumentException notLoaded) {
            System.getLogger(Profiler.class.getName()).log(System.Logger.Level.WARNING,
                    "The profiler's library, " + library + ", cannot be loaded; NVTX ranges are not shown.");
            return null;
        }
    }

    private static Profiler attach(MemorySegment initialise) {
        Arena arena = Arena.global();
        int slots = Nvtx.NVTX_CBID_CORE_SIZE();
        MemorySegment functions = arena.allocate(ADDRESS, slots), table = arena.allocate(ADDRESS, slots);
        for (int i = 0; i < slots; i++) table.setAtIndex(ADDRESS, i, functions.asSlice(i * ADDRESS.byteSize()));
        MemorySegment callbacks = callbacks(table, slots, arena);
        MemorySegment export = NvtxGetExportTableFunc_t.allocate(id -> id == Nvtx.NVTX_ETID_CALLBACKS() ? callbacks : MemorySegment.NULL, arena);
        if (NvtxInitializeInjectionNvtxFunc_t.invoke(initialise, export) == 0) return null;
        MemorySegment push = functions.getAtIndex(ADDRESS, Nvtx.NVTX_CBID_CORE_RangePushA());
        MemorySegment pop = functions.getAtIndex(ADDRESS, Nvtx.NVTX_CBID_CORE_RangePop());
        return push.address() == 0 || pop.address() == 0 ? null : new Profiler(push, pop);
    }

    private static MemorySegment callbacks(MemorySegment table, int slots, Arena arena) {
        MemorySegment callbacks = NvtxExportTableCallbacks.allocate(arena);
        NvtxExportTableCallbacks.struct_size(callbacks, NvtxExportTableCallbacks.sizeof());
        NvtxExportTableCallbacks.GetModuleFunctionTable(callbacks, NvtxExportTableCallbacks.GetModuleFunctionTable.allocate((module, where, size) -> {
            if (module != Nvtx.NVTX_CB_MODULE_CORE()) return 0;
            if (where.address() != 0) where.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, table);
            if (size.address() != 0) size.reinterpret(Integer.BYTES).set(JAVA_INT, 0, slots);
            return 1;
        }, arena));
        return callbacks;
    }

    void push(MemorySegment name) {
        nvtxRangePushA_impl_fntype.invoke(push, name);
    }

    void pop() {
        nvtxRangePop_impl_fntype.invoke(pop);
    }
}
