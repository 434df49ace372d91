package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.Cancelled;
import io.vivace.ModelMissing;
import io.vivace.file.Reason;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * An open model file. The header is checked when it is opened, a tensor is read into native memory when it is first
 * asked for and its check sum is compared (25 GB/s on one core, so loading is not slower for it), and everything is freed by
 * {@link #close()}.
 *
 * <p>Why it is read and not mapped: when a mapped file is truncated by somebody else, scalar loads end in an
 * {@link InternalError} that can be caught, but a vector load compiled by C2, and the check-sum intrinsic, take the JVM
 * down with SIGBUS (seen with Temurin 25.0.3 on Linux x64). A positional read of a short file merely returns less. The
 * price is one copy of the weights; {@link #load()} makes it on all cores.
 */
public final class ModelFile implements Weights, AutoCloseable {
    /** Bytes of one read: few enough to be in the processor's cache still when their check sum is taken. */
    private static final int READ = 1 << 22;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final ModelHeader header;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Map<String, StoredTensor> tensors = new ConcurrentHashMap<>();
    private final Arena arena = Arena.ofShared();

    private ModelFile(Path path, FileChannel channel, long dataStart, ModelHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
        header.tensors().forEach(entry -> entries.put(entry.name(), entry));
    }

    /**
     * Opens a file and checks its header against its length.
     *
     * @throws ModelMissing  if there is no such file
     * @throws BadCheckpoint if it is not a model file, or damaged
     */
    public static ModelFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            if (Files.exists(path)) {
                throw new BadCheckpoint(path + " is not a regular file; give a model file made by `vivace convert`.");
            }
            throw new ModelMissing("There is no model file " + path + "; make one with `vivace convert`.");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            ModelFile file = read(path, channel);
            channel = null;
            return file;
        } catch (IOException e) {
            throw new BadCheckpoint(path + " cannot be read (" + Reason.of(e) + "); check the permissions and the disk.", e);
        } finally {
            closeQuietly(channel);
        }
    }

    private static ModelFile read(Path path, FileChannel channel) throws IOException {
        long length = channel.size();
        String name = path.getFileName().toString();
        ByteBuffer prelude = ByteBuffer.allocate(ModelHeader.PRELUDE).order(ByteOrder.LITTLE_ENDIAN);
        if (length < ModelHeader.PRELUDE) {
            throw new BadCheckpoint(name + " has only " + length + " bytes, it is not a Vivace model; make one with `vivace convert`.");
        }
        readFully(path, channel, prelude, 0);
        byte[] json = new byte[ModelHeader.length(name, prelude, length)];
        readFully(path, channel, ByteBuffer.wrap(json), ModelHeader.PRELUDE);
        ModelHeader header = ModelHeader.read(name, json, prelude.getInt(12), length);
        return new ModelFile(path, channel, ModelHeader.dataStart(json.length), header);
    }

    private static void readFully(Path path, FileChannel channel, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            int read = channel.read(into, position);
            if (read < 0) {
                throw new BadCheckpoint(path + " ends at byte " + position + " where more is needed; it was cut short after it was opened,"
                        + " copy or convert it again.");
            }
            position += read;
        }
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // Nothing was written, so nothing can be lost.
            }
        }
    }

    public Path path() {
        return path;
    }

    public ModelHeader header() {
        return header;
    }

    public String family() {
        return header.family();
    }

    public ObjectNode config() {
        return header.config();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** @throws BadCheckpoint if there is no such tensor, the file has become shorter since it was opened, or its check sum is wrong */
    @Override
    public StoredTensor get(String name) {
        StoredTensor loaded = tensors.get(name);
        return loaded != null ? loaded : tensors.computeIfAbsent(name, this::read);
    }

    /** Reads every tensor that is not in memory yet, on all cores. */
    @Override
    public void load() {
        entries.keySet().parallelStream().forEach(this::get);
    }

    @Override
    public List<TensorEntry> entries() {
        return header.tensors();
    }

    @Override
    public TensorEntry entry(String name) {
        TensorEntry entry = entries.get(name);
        if (entry != null) return entry;
        throw new BadCheckpoint(path + " has no tensor \"" + name + "\"; it was made by another version, convert the model again.");
    }

    private StoredTensor read(String name) {
        TensorEntry entry = entry(name);
        MemorySegment bytes = arena.allocate(entry.length(), TensorEntry.ALIGNMENT);
        reader(entry).next(bytes);
        return new StoredTensor(name, entry.storage(), entry.layout(), entry.dims(), bytes);
    }

    @Override
    public Reader reader(TensorEntry entry) {
        var crc = new CRC32C();
        return new Reader() {
            private long read;

            @Override
            public void next(MemorySegment into) {
                ModelFile.this.read(entry, read, into, crc);
                read += into.byteSize();
                if (read == entry.length()) refuseDamage(entry, crc);
            }
        };
    }

    private void read(TensorEntry entry, long from, MemorySegment into, CRC32C crc) {
        try {
            for (long at = 0; at < into.byteSize(); at += READ) {
                ByteBuffer part = into.asSlice(at, Math.min(READ, into.byteSize() - at)).asByteBuffer();
                readFully(path, channel, part, dataStart + entry.offset() + from + at);
                crc.update(part.flip());
            }
        } catch (ClosedByInterruptException e) {
            throw new Cancelled("Reading " + path + " was interrupted.", e);
        } catch (IOException e) {
            throw new BadCheckpoint(path + ": tensor \"" + entry.name() + "\" cannot be read (" + Reason.of(e) + "); check the disk.", e);
        }
    }

    /** Reads the data region once, keeping nothing, and compares every tensor's check sum; padding must be zero. */
    public void verify() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        long end = 0;
        try {
            for (TensorEntry entry : header.tensors()) {
                verifyPadding(entry, end);
                var crc = new CRC32C();
                end = entry.offset() + entry.length();
                for (long at = entry.offset(); at < end; at += buffer.capacity()) {
                    buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                    readFully(path, channel, buffer, dataStart + at);
                    crc.update(buffer.flip());
                }
                refuseDamage(entry, crc);
            }
        } catch (IOException e) {
            throw new BadCheckpoint(path + " cannot be read (" + Reason.of(e) + "); check the disk.", e);
        }
    }

    private void refuseDamage(TensorEntry entry, CRC32C crc) {
        if ((int) crc.getValue() == entry.crc32c()) return;
        throw new BadCheckpoint(path + ": the check sum of tensor \"" + entry.name() + "\" at byte " + (dataStart + entry.offset())
                + " is wrong; the file is damaged, copy or convert it again.");
    }

    private void verifyPadding(TensorEntry entry, long end) throws IOException {
        ByteBuffer padding = ByteBuffer.allocate((int) (entry.offset() - end));
        readFully(path, channel, padding, dataStart + end);
        for (byte b : padding.array()) {
            if (b != 0) {
                throw new BadCheckpoint(path + ": the padding before tensor \"" + entry.name() + "\" is not zero; the file is damaged,"
                        + " copy or convert it again.");
            }
        }
    }

    /** Frees the tensors' memory; any use of one afterwards is an error. */
    @Override
    public void close() {
        closeQuietly(channel);
        arena.close();
    }
}
