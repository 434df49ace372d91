package io.vivace.converter.read;

import io.vivace.BadCheckpoint;
import io.vivace.Cancelled;
import io.vivace.ModelMissing;
import io.vivace.file.Placeholder;
import io.vivace.file.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A checkpoint's file, open for positional reads. It is never mapped: a mapping of a file that somebody truncates brings
 * the whole JVM down, a read only comes back short.
 */
public final class SourceFile implements AutoCloseable {
    /** Bytes that tell a pointer of git-lfs. */
    private static final int START = 64;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private SourceFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens a file that must be a regular one with content.
     *
     * @throws ModelMissing  if there is nothing at the path
     * @throws BadCheckpoint if it is a folder, a pipe, empty, or the pointer that git-lfs leaves in place of a file
     */
    public static SourceFile open(Path path) {
        if (Placeholder.link(path)) {
            throw new ModelMissing(path + " is a link to a file that is not there; fetch the checkpoint again.");
        }
        if (!Files.exists(path)) {
            throw new ModelMissing("There is no file " + path + "; check the path or fetch the checkpoint.");
        }
        if (!Files.isRegularFile(path)) {
            throw new BadCheckpoint(path + " is " + (Files.isDirectory(path) ? "a folder" : "a pipe or a device")
                    + " where a regular file is needed; give the checkpoint's file or the folder that holds it.");
        }
        SourceFile file = null;
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            file = new SourceFile(path, channel, channel.size());
            file.refuseStandIns();
            return file;
        } catch (IOException e) {
            throw new BadCheckpoint(path + " cannot be opened (" + Reason.of(e) + "); check its permissions.", e);
        } catch (BadCheckpoint e) {
            if (file != null) {
                file.close();
            }
            throw e;
        }
    }

    private void refuseStandIns() {
        if (size == 0) {
            throw bad("is empty; fetch it again");
        }
        if (Placeholder.ofGitLfs(bytes(0, (int) Math.min(size, START)))) {
            throw bad("is a git-lfs pointer of " + size + " bytes, not the file itself; run `git lfs pull` or download the file");
        }
    }

    public Path path() {
        return path;
    }

    /** The last part of the path, for messages and provenance. */
    public String name() {
        return path.getFileName().toString();
    }

    /** Whether the path leads to this very file, by whatever name. */
    public boolean is(Path other) {
        try {
            return Files.exists(other) && Files.isSameFile(path, other);
        } catch (IOException e) {
            throw new BadCheckpoint(path + " cannot be compared with " + other + " (" + Reason.of(e) + "); check the permissions.", e);
        }
    }

    public long size() {
        return size;
    }

    /** Fills the buffer from a byte position. */
    public void read(long position, ByteBuffer into) {
        try {
            while (into.hasRemaining()) {
                int read = channel.read(into, position);
                if (read < 0) {
                    throw bad("ends at byte " + position + " where more is needed; the download is incomplete, fetch it again");
                }
                position += read;
            }
        } catch (ClosedByInterruptException e) {
            throw new Cancelled("Reading " + path + " was interrupted.", e);
        } catch (IOException e) {
            throw new BadCheckpoint(path + " cannot be read at byte " + position + " (" + Reason.of(e) + "); check the disk.", e);
        }
    }

    /** Some bytes, little endian. */
    public ByteBuffer buffer(long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        read(position, bytes);
        return bytes.flip();
    }

    public byte[] bytes(long position, int length) {
        return buffer(position, length).array();
    }

    /** An error of one line that begins with the file's name and ends with a full stop, whatever names the file holds. */
    public BadCheckpoint bad(String what) {
        return new BadCheckpoint((path + ": " + what + ".").replaceAll("\\p{Cntrl}", "?"));
    }

    /** Reads a file of at most {@code most} bytes whole. */
    public static byte[] readAll(Path path, int most) {
        try (SourceFile file = open(path)) {
            if (file.size > most) {
                throw file.bad("has " + file.size + " bytes, at most " + most + " are expected of such a file; fetch it again");
            }
            return file.bytes(0, (int) file.size);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing was written, so nothing can be lost.
        }
    }
}
