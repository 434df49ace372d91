package io.vivace.file;

import io.vivace.Cancelled;
import io.vivace.OutputFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that appears whole or not at all: bytes go to a temporary name in the same folder, are forced to the disk, and then take the
 * final name in one step. Every failure removes the temporary file. Not thread-safe.
 */
public final class AtomicFile implements AutoCloseable {
    /** Temporary files of this process, for {@link #abandon}. */
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final boolean force;

    /** Takes over a channel that is open for writing to the temporary file. */
    public AtomicFile(Path target, Path temporary, FileChannel channel, boolean force) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
        this.force = force;
        UNFINISHED.add(temporary);
    }

    /**
     * Removes all that is unfinished, without waiting for whoever writes it: for a process that has to end. Who writes on fails.
     * A disk may take many seconds to store what it was given, and nobody can interrupt that.
     */
    public static void abandon() {
        for (Path temporary : UNFINISHED) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                System.getLogger(AtomicFile.class.getName()).log(System.Logger.Level.DEBUG, "{0} not removed: {1}", temporary, e);
            }
        }
    }

    /** Refuses what {@link #create} would refuse, but for a folder that may not be written, before work is done. */
    public static void check(Path target, boolean force) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(target)) throw new OutputFailed(target + " is a folder; name a file in it.");
        if (!Files.isDirectory(folder)) throw new OutputFailed(target + ": there is no folder " + folder + "; create it first.");
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new OutputFailed(target + " is a device or a pipe, not a file; name a file.");
        }
        if (!force && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) throw exists(target);
    }

    /**
     * @param force whether an existing file may be replaced
     * @throws OutputFailed if the file exists, is no ordinary file, or its folder is missing or may not be written
     */
    public static AtomicFile create(Path target, boolean force) {
        check(target, force);
        try {
            // behind a symbolic link, the file is replaced rather than the link
            Path real = Files.exists(target) ? target.toRealPath() : target;
            Path temporary = real.resolveSibling(".vivace-" + UUID.randomUUID() + ".part");
            return new AtomicFile(real, temporary,
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), force);
        } catch (IOException e) {
            throw new OutputFailed(target + ": nothing can be written into folder " + target.toAbsolutePath().getParent() + " (" + Reason.of(e)
                    + "); choose a folder that you may write to.", e);
        }
    }

    /** Writes all remaining bytes at the end. */
    public void append(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) channel.write(bytes);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes all remaining bytes over those that begin at an offset. */
    public void overwrite(long offset, ByteBuffer bytes) {
        try {
            for (long at = offset; bytes.hasRemaining(); ) at += channel.write(bytes, at);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Gives the file its name. */
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            if (force) Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            else nameUnlessTaken();
            UNFINISHED.remove(temporary);
            forceFolder();
        } catch (FileAlreadyExistsException e) {
            close();
            throw exists(target);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A hard link is the one step that fails when somebody else has taken the name meanwhile; not every file system has them. */
    private void nameUnlessTaken() throws IOException {
        try {
            Files.createLink(target, temporary);
            Files.delete(temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(temporary, target);
        }
    }

    /** Makes the new name itself durable. Some systems cannot open a folder; there the rename is as durable as it gets. */
    private void forceFolder() {
        try (var folder = FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            System.getLogger(AtomicFile.class.getName()).log(System.Logger.Level.DEBUG, "folder of {0} not forced: {1}", target, e);
        }
    }

    /** Removes the temporary file unless it has become the target. */
    @Override public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
            UNFINISHED.remove(temporary);
        } catch (IOException e) {
            throw new OutputFailed(temporary + ": this unfinished file could not be removed (" + Reason.of(e) + "); delete it by hand.", e);
        }
    }

    private RuntimeException failed(IOException cause) {
        close();
        if (cause instanceof ClosedByInterruptException) {
            return new Cancelled(target + ": writing was interrupted; nothing was kept.", cause);
        }
        return new OutputFailed(target + ": writing failed (" + Reason.of(cause) + ") and nothing was kept; "
                + "free some space or choose another folder.", cause);
    }

    private static OutputFailed exists(Path target) {
        return new OutputFailed(target + " exists already and was kept; choose another name, or replace it with --force.");
    }
}
