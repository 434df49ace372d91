package io.vivace.converter;

import io.vivace.OutputFailed;
import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Recipe;
import io.vivace.converter.recipe.Resolver;
import io.vivace.converter.recipe.Target;
import io.vivace.file.AtomicFile;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.BFloat16;
import io.vivace.weights.Json;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.Panels;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.TensorEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Converts a checkpoint to a model file, tensor by tensor and in blocks of rows, so that the heap needed does not depend
 * on the checkpoint's size. The same input gives the same bytes.
 */
public final class Converter {
    /** In the provenance of every file; a change of what is written for the same input needs another number. */
    private static final String VERSION = "0.1.0";
    private static final String TOKENIZER = "tokenizer";
    /** Floats of a block of a row-major tensor. */
    private static final int BLOCK = 1 << 18;

    private final ConversionRequest request;
    private final OpenCheckpoint checkpoint;
    private final Resolver resolver;
    private final Storage chosen;

    private Converter(ConversionRequest request, OpenCheckpoint checkpoint) {
        this.request = request;
        this.checkpoint = checkpoint;
        this.resolver = new Resolver(checkpoint.tensors());
        this.chosen = switch (request.dtype()) {
            case F32 -> Storage.FLOAT32;
            case BF16 -> Storage.BFLOAT16;
            case INT8 -> Storage.INT8;
        };
    }

    /**
     * Converts.
     *
     * @throws io.vivace.ModelMissing  if a file is not there
     * @throws io.vivace.BadCheckpoint if the checkpoint is damaged, hostile, of an unknown kind, or holds values that are not finite
     * @throws io.vivace.OutputFailed  if the output exists and may not be replaced, or cannot be written; nothing is left behind
     */
    public static ConversionReport convert(ConversionRequest request) {
        long start = System.nanoTime();
        AtomicFile.check(request.output(), request.force());
        try (OpenCheckpoint checkpoint = Layouts.open(request)) {
            refuseInput(request.output(), checkpoint);
            return new Converter(request, checkpoint).run(start);
        }
    }

    private static void refuseInput(Path output, OpenCheckpoint checkpoint) {
        for (SourceFile file : checkpoint.files()) {
            if (file.is(output)) throw new OutputFailed(output + " is a file of the checkpoint itself; give another name.");
        }
    }

    private ConversionReport run(long start) {
        Recipe recipe = checkpoint.recipe();
        List<String> ignored = resolver.check(recipe, checkpoint.folder());
        Optional<byte[]> tokenizer = TokenizerFiles.read(checkpoint.tokenizer()).or(() -> TokenizerFiles.read(checkpoint.folder()));
        List<TensorEntry> entries = entries(recipe, tokenizer);
        try (var digests = new Digests(checkpoint.files());
                var writer = new FlatWriter(request.output(), request.force(), header(entries, digests.placeholders()),
                        request.progress())) {
            for (Target target : recipe.targets()) {
                write(target, writer);
            }
            tokenizer.ifPresent(bytes -> {
                writer.write(ByteBuffer.wrap(bytes));
                writer.endTensor();
            });
            var rows = digests.await(writer::tell);
            long bytes = writer.finish(written -> header(written, rows));
            long input = checkpoint.files().stream().mapToLong(SourceFile::size).sum();
            double seconds = (System.nanoTime() - start) / 1e9;
            return new ConversionReport(recipe.family(), entries.size(), tokenizer.isPresent(), input, bytes, seconds, ignored);
        }
    }

    private List<TensorEntry> entries(Recipe recipe, Optional<byte[]> tokenizer) {
        var entries = new ArrayList<TensorEntry>();
        recipe.targets().forEach(t -> add(entries, t.name(), t.role().storage(chosen), t.role().layout(), t.dims()));
        tokenizer.ifPresent(bytes -> add(entries, TOKENIZER, Storage.UINT8, Layout.ROW_MAJOR, bytes.length));
        return entries;
    }

    private static void add(List<TensorEntry> entries, String name, Storage storage, Layout layout, int... dims) {
        long end = entries.isEmpty() ? 0 : entries.getLast().offset() + entries.getLast().length();
        entries.add(new TensorEntry(name, storage, layout, dims, TensorEntry.align(end), StoredTensor.bytes(storage, layout, dims), 0));
    }

    private ModelHeader header(List<TensorEntry> entries, List<Map<String, Object>> inputs) {
        var provenance = new LinkedHashMap<String, Object>();
        provenance.put("converter", VERSION);
        provenance.put("dtype", request.dtype().name().toLowerCase(Locale.ROOT));
        provenance.put("inputs", inputs);
        return new ModelHeader(checkpoint.recipe().family(), Json.of("config", checkpoint.recipe().config()), checkpoint.licence(),
                Json.of("provenance", provenance), entries);
    }

    private void write(Target target, FlatWriter writer) {
        SourceTensor.Reader values = resolver.open(target.source());
        if (target.role().layout() == Layout.PANELS) {
            writePanels(target, values, writer);
        } else {
            writeRows(target, values, writer);
        }
        writer.endTensor();
    }

    private void writePanels(Target target, SourceTensor.Reader values, FlatWriter writer) {
        Storage storage = target.role().storage(chosen);
        int outputs = target.dims()[0];
        int inputs = target.dims()[1];
        var packer = new Panels.Packer(storage, outputs, inputs);
        Panels.Rows rows = (first, count, into) -> values.read((long) first * inputs, count * inputs, into, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment panel = arena.allocate(Panels.panelBytes(storage, inputs), TensorEntry.ALIGNMENT);
            for (int p = 0; p < Panels.count(outputs); p++) {
                packer.pack(p, rows, panel, 0);
                writer.write(panel.asByteBuffer());
            }
            if (storage == Storage.INT8) {
                MemorySegment scales = arena.allocate(4L * Panels.WIDTH * Panels.count(outputs), TensorEntry.ALIGNMENT);
                packer.writeScales(scales, 0);
                writer.write(scales.asByteBuffer());
            }
        }
    }

    private void writeRows(Target target, SourceTensor.Reader values, FlatWriter writer) {
        Storage storage = target.role().storage(chosen);
        long elements = 1;
        for (int dim : target.dims()) {
            elements *= dim;
        }
        float[] block = new float[(int) Math.min(BLOCK, elements)];
        ByteBuffer bytes = ByteBuffer.allocateDirect(block.length * storage.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long first = 0; first < elements; first += block.length) {
            int count = (int) Math.min(block.length, elements - first);
            values.read(first, count, block, 0);
            bytes.clear().limit(count * storage.bytes());
            if (storage == Storage.FLOAT32) {
                bytes.asFloatBuffer().put(block, 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(2 * i, BFloat16.of(block[i]));
                }
            }
            writer.write(bytes);
        }
    }
}
