package io.vivace.backend.cuda;

import io.vivace.Library;
import io.vivace.backend.cuda.Choices.Choice;
import io.vivace.bindings.cuda.CapturedGraph;
import io.vivace.bindings.cuda.Driver;
import io.vivace.bindings.cuda.Event;
import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.LibraryError;
import io.vivace.file.Reason;
import io.vivace.kernels.KernelImages;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Decides between our kernels and a library for each operation that both can do, when a program is compiled: as asked for, as remembered, or by
 * measuring. A measured choice is remembered before anything is computed with it; where that is impossible ours run, since the next
 * run might choose otherwise and compute other bits.
 */
final class Selection {
    private static final int REPEATED = 8, TIMES = 3;
    /** What a library must save to be worth it, since results of ours do not depend on the company. */
    private static final double BETTER = 0.95;

    private final Gpu gpu;
    private final Libraries libraries;
    private final Optional<Choices> choices;
    private boolean told;

    Selection(Gpu gpu, Libraries libraries) {
        this.gpu = gpu;
        this.libraries = libraries;
        choices = choices(libraries, gpu.name());
    }

    /** What is remembered for a device. */
    static Optional<Choices> choices(Libraries libraries, String device) {
        if (libraries.library() != Library.AUTO || libraries.names().isEmpty()) return Optional.empty();
        String subject = String.join("; ", device, "CUDA " + Driver.version(), described(libraries.products()), described(libraries.convolutions()),
                "kernels " + kernels());
        return libraries.folder().map(folder -> new Choices(folder, subject));
    }

    /** A library is known by its size, which is a version's own, so that one that is not used need not be loaded. */
    private static String described(Optional<Installation> installation) {
        if (installation.isEmpty()) return "none";
        try {
            return installation.get().library() + " of " + Files.size(installation.get().path()) + " bytes";
        } catch (IOException e) {
            return installation.get().library() + ", " + Reason.of(e);
        }
    }

    private static String kernels() {
        var crc = new CRC32C();
        for (String file : new String[] {"gemm", "conv", "epilogue"}) crc.update(KernelImages.load(file));
        return Long.toHexString(crc.getValue());
    }

    /** What a library is to do instead of our kernels; null where ours stay. */
    List<Queued> chosen(Rival rival, List<Queued> ours) {
        if (libraries.library() == Library.VENDOR) return able(rival);
        if (choices.isEmpty()) return unremembered("there is no cache folder");
        Choice choice = choices.get().all().get(rival.shape());
        if (choice != null) return choice.library() ? able(rival) : null;
        return told ? null : measured(rival, ours);
    }

    /** The library's work, done once: it chooses and loads its kernels meanwhile. Null where it has none. */
    private List<Queued> able(Rival rival) {
        try {
            List<Queued> work = rival.work().get();
            if (work != null) queue(work);
            return work;
        } catch (LibraryError e) {
            if (!e.unsupported()) throw e;
            return null;
        } finally {
            clear(rival);
        }
    }

    private List<Queued> measured(Rival rival, List<Queued> ours) {
        double theirs = Double.POSITIVE_INFINITY;
        List<Queued> work = null;
        try {
            work = rival.work().get();
            if (work == null) return null;
            theirs = millis(true, work);
        } catch (LibraryError e) {
            System.getLogger(Selection.class.getName()).log(System.Logger.Level.DEBUG, "{0}: {1}", rival.shape(), e.getMessage());
        }
        double own = millis(false, ours);
        clear(rival);
        try {
            return choices.orElseThrow().remember(rival.shape(), new Choice(theirs < BETTER * own, own, theirs)).library() ? work : null;
        } catch (IOException e) {
            return unremembered(Reason.of(e));
        }
    }

    private List<Queued> unremembered(String why) {
        if (!told) {
            System.getLogger(Selection.class.getName()).log(System.Logger.Level.WARNING, "The choice between Vivace's kernels and " + libraries.names()
                    + " cannot be remembered (" + why + "), so Vivace's run; --library vendor takes the library's without measuring");
        }
        told = true;
        return null;
    }

    /** As it will be run, in a captured graph: what the host takes does not count. */
    private double millis(boolean library, List<Queued> work) {
        queue(work);
        return libraries.clock().millis(library, () -> {
            double best = Double.POSITIVE_INFINITY;
            try (CapturedGraph graph = CapturedGraph.of(gpu.stream(), () -> repeat(work))) {
                graph.launch(gpu.stream());
                for (int i = 0; i < TIMES; i++) best = Math.min(best, millis(graph));
            }
            return best / REPEATED;
        });
    }

    private void repeat(List<Queued> work) {
        for (int i = 0; i < REPEATED; i++) queue(work);
    }

    private double millis(CapturedGraph graph) {
        try (Event start = gpu.mark()) {
            graph.launch(gpu.stream());
            try (Event end = gpu.mark()) {
                end.synchronize();
                return end.millisSince(start);
            }
        }
    }

    private void queue(List<Queued> work) {
        for (Queued queued : work) queued.queue(gpu.stream());
    }

    /** The program starts as if nothing had been tried. */
    private void clear(Rival rival) {
        gpu.stream().fill(rival.y().address(), 0, rival.bytes());
    }
}
