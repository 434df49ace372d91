package io.vivace.converter;

import io.vivace.OutputFailed;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Writes a model file from front to back into a temporary file of the same folder, which gets its name only when
 * everything, header last, is on the disk. Whatever goes wrong before leaves nothing behind.
 */
final class FlatWriter implements AutoCloseable {
    private final Path output;
    private final Path temporary;
    private final FileChannel channel;
    private final ConversionRequest.Progress progress;
    private final List<TensorEntry> entries;
    private final long dataStart;
    private final long total;
    private final List<TensorEntry> written = new ArrayList<>();
    private CRC32C crc = new CRC32C();
    private long position;

    /**
     * Opens the temporary file.
     *
     * @param header as it will be, but for check sums and digests
     */
    FlatWriter(Path output, boolean force, ModelHeader header, ConversionRequest.Progress progress) {
        this.output = output;
        this.progress = progress;
        this.entries = header.tensors();
        this.dataStart = header.bytes().length;
        this.total = entries.isEmpty() ? dataStart : dataStart + entries.getLast().offset() + entries.getLast().length();
        refuseExisting(output, force);
        Path folder = output.toAbsolutePath().getParent();
        this.temporary = folder.resolve("." + output.getFileName() + "." + ProcessHandle.current().pid() + "-"
                + Long.toHexString(System.nanoTime()) + ".part");
        checkSpace(folder);
        try {
            channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed("cannot be created", e);
        }
        position = dataStart;
    }

    /** @throws OutputFailed if the output is there and may not be replaced, or is a folder */
    static void refuseExisting(Path output, boolean force) {
        if (output.getFileName() == null || Files.isDirectory(output)) {
            throw new OutputFailed(output + " is a folder; give the name of the model file to write.");
        }
        if (Files.exists(output) && !force) {
            throw new OutputFailed(output + " exists already and was kept; give another name, or --force to replace it.");
        }
    }

    private void checkSpace(Path folder) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < total) {
                throw new OutputFailed(output + " needs " + total + " bytes, but its disk has " + free
                        + " free; make room or choose another disk.");
            }
        } catch (IOException _) {
            // The folder is missing, which opening the file will say better, or the system does not tell: writing will.
        }
    }

    private OutputFailed failed(String what, IOException e) {
        String reason = switch (e) {
            case NoSuchFileException _ -> "its folder does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "the temporary file exists";
            default -> String.valueOf(e.getMessage());
        };
        return new OutputFailed(output + " " + what + " (" + reason + "); check the folder, its permissions and the free space.", e);
    }

    /** Appends bytes of the next tensor. */
    void write(ByteBuffer bytes) {
        crc.update(bytes.duplicate());
        append(bytes);
    }

    private void append(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw failed("cannot be written at byte " + position, e);
        }
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
        try {
            ByteBuffer bytes = ByteBuffer.wrap(start);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.force(true);
            channel.close();
            Files.move(temporary, output, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("cannot be finished", e);
        }
        return total;
    }

    /** Removes the temporary file, if it did not become the output. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw failed("left its temporary file " + temporary + " behind", e);
        }
    }
}
