package io.vivace.converter;

import io.vivace.OutputFailed;
import io.vivace.file.AtomicFile;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Writes a model file from front to back, its header last, into a file that gets its name only when everything is on the
 * disk. Whatever goes wrong before leaves nothing behind.
 */
final class FlatWriter implements AutoCloseable {
    private final AtomicFile file;
    private final ConversionRequest.Progress progress;
    private final List<TensorEntry> entries;
    private final int dataStart;
    private final long total;
    private final List<TensorEntry> written = new ArrayList<>();
    private CRC32C crc = new CRC32C();
    private long position;

    /**
     * Opens the file.
     *
     * @param header as it will be, but for check sums and digests
     */
    FlatWriter(Path output, boolean force, ModelHeader header, ConversionRequest.Progress progress) {
        this.progress = progress;
        this.entries = header.tensors();
        this.dataStart = header.bytes().length;
        this.total = entries.isEmpty() ? dataStart : dataStart + entries.getLast().offset() + entries.getLast().length();
        this.file = AtomicFile.create(output, force);
        try {
            checkSpace(output);
            append(ByteBuffer.allocate(dataStart));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void checkSpace(Path output) {
        try {
            long free = Files.getFileStore(output.toAbsolutePath().getParent()).getUsableSpace();
            if (free < total) {
                throw new OutputFailed(output + " needs " + total + " bytes, but its disk has " + free
                        + " free; make room or choose another disk.");
            }
        } catch (IOException _) {
            // The system does not tell: writing will.
        }
    }

    /** Appends bytes of the next tensor. */
    void write(ByteBuffer bytes) {
        crc.update(bytes.duplicate());
        append(bytes);
    }

    private void append(ByteBuffer bytes) {
        position += bytes.remaining();
        file.append(bytes);
        tell();
    }

    /** Tells how far it is, and hears whether to go on. */
    void tell() {
        progress.written(position, total);
    }

    /** Ends the tensor whose bytes were written, and pads up to the next. */
    void endTensor() {
        TensorEntry entry = entries.get(written.size());
        if (position != dataStart + entry.offset() + entry.length()) {
            throw new IllegalStateException(entry.name() + " ended at byte " + position + " of the file instead of where its entry says");
        }
        written.add(new TensorEntry(entry.name(), entry.storage(), entry.layout(), entry.dims(), entry.offset(), entry.length(),
                (int) crc.getValue()));
        crc = new CRC32C();
        if (written.size() < entries.size()) {
            append(ByteBuffer.allocate((int) (dataStart + entries.get(written.size()).offset() - position)));
        }
    }

    /**
     * Writes the header, waits for the disk, and gives the file its name.
     *
     * @param header the final header for the entries with their check sums
     * @return bytes of the file
     */
    long finish(Function<List<TensorEntry>, ModelHeader> header) {
        byte[] start = header.apply(List.copyOf(written)).bytes();
        if (start.length != dataStart) {
            throw new IllegalStateException("the header grew from " + dataStart + " to " + start.length + " bytes");
        }
        file.overwrite(0, ByteBuffer.wrap(start));
        file.commit();
        return total;
    }

    /** Removes the file, if it was not finished. */
    @Override
    public void close() {
        file.close();
    }
}
