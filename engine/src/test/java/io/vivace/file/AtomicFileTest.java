package io.vivace.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Cancelled;
import io.vivace.OutputFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir Path folder;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void write(Path target, boolean force, String text) {
        try (var file = AtomicFile.create(target, force)) {
            file.append(bytes(text));
            file.commit();
        }
    }

    @Test void appearsOnlyWhenCommitted() throws IOException {
        Path target = folder.resolve("a.wav");
        try (var file = AtomicFile.create(target, false)) {
            file.append(bytes("hallo"));
            file.overwrite(1, bytes("e"));
            assertFalse(Files.exists(target));
            file.commit();
        }
        assertEquals("hello", Files.readString(target));
        assertEquals(List.of("a.wav"), names());
    }

    @Test void disappearsWhenCancelled() throws IOException {
        try (var file = AtomicFile.create(folder.resolve("a.wav"), false)) {
            file.append(bytes("half"));
        }
        assertEquals(List.of(), names());
    }

    @Test void aProcessThatEndsRemovesWhatIsUnfinished() throws IOException {
        write(folder.resolve("whole.wav"), false, "whole");
        var file = AtomicFile.create(folder.resolve("a.wav"), false);
        file.append(bytes("half"));
        AtomicFile.abandon();
        assertEquals(List.of("whole.wav"), names());
        assertThrows(OutputFailed.class, file::commit);
        file.close();
        assertEquals(List.of("whole.wav"), names());
    }

    @Test void keepsExistingFileUnlessForced() throws IOException {
        Path target = folder.resolve("a.wav");
        write(target, false, "first");
        var failure = assertThrows(OutputFailed.class, () -> write(target, false, "second"));
        assertEquals(target + " exists already and was kept; choose another name, or replace it with --force.", failure.getMessage());
        assertEquals("first", Files.readString(target));
        write(target, true, "second");
        assertEquals("second", Files.readString(target));
        assertEquals(List.of("a.wav"), names());
    }

    @Test void keepsFileThatAppearedMeanwhile() throws IOException {
        Path target = folder.resolve("a.wav");
        try (var file = AtomicFile.create(target, false)) {
            file.append(bytes("late"));
            Files.writeString(target, "early");
            assertThrows(OutputFailed.class, file::commit);
        }
        assertEquals("early", Files.readString(target));
        assertEquals(List.of("a.wav"), names());
    }

    @Test void failedReplacementKeepsTheOldFile() throws IOException {
        Path target = folder.resolve("a.wav");
        write(target, false, "old");
        try (var file = AtomicFile.create(target, true)) {
            file.append(bytes("new"));
        }
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("a.wav"), names());
    }

    @Test @EnabledOnOs({OS.LINUX, OS.MAC}) void replacesTheFileBehindLink() throws IOException {
        Path real = folder.resolve("real.wav");
        Path link = folder.resolve("link.wav");
        Files.writeString(real, "old");
        Files.createSymbolicLink(link, real);
        write(link, true, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(real));
    }

    /** A disk that fills while bytes are written, or while they are forced to it. */
    @Test void fullDiskLeavesNothing() throws IOException {
        for (long capacity : new long[] {0, 79, 160}) {
            Path temporary = Files.writeString(folder.resolve("temporary"), "");
            Path target = folder.resolve("a.wav");
            var failure = assertThrows(OutputFailed.class, () -> {
                try (var file = new AtomicFile(target, temporary, new FullDisk(capacity), false)) {
                    for (int i = 0; i < 2; i++) file.append(ByteBuffer.allocate(80));
                    file.commit();
                }
            });
            String reason = capacity == 160 ? "Input/output error" : "No space left on device";
            assertEquals(target + ": writing failed (" + reason + ") and nothing was kept; free some space or choose another folder.",
                    failure.getMessage());
            assertEquals(List.of(), names());
        }
    }

    @Test void interruptionIsCancellation() throws IOException {
        var file = AtomicFile.create(folder.resolve("a.wav"), false);
        Thread.currentThread().interrupt();
        assertThrows(Cancelled.class, () -> file.append(bytes("x")));
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), names());
    }

    @Test void refusesPlacesThatCannotHoldFiles() throws IOException {
        refused(folder, " is a folder; name a file in it.");
        refused(Path.of("/"), " is a folder; name a file in it.");
        refused(folder.resolve("no/a.wav"), ": there is no folder " + folder.resolve("no") + "; create it first.");
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(file.resolve("a.wav"), ": there is no folder " + file + "; create it first.");
    }

    private static void refused(Path target, String sentence) {
        assertEquals(target + sentence, assertThrows(OutputFailed.class, () -> AtomicFile.create(target, true)).getMessage());
    }

    /** /proc takes new files from nobody, not even from root, for whom permissions do not count. */
    @Test @EnabledOnOs(OS.LINUX) void refusesReadOnlyFolderAndDevice() {
        String message = assertThrows(OutputFailed.class, () -> AtomicFile.create(Path.of("/proc/a.wav"), false)).getMessage();
        assertTrue(message.startsWith("/proc/a.wav: nothing can be written into folder /proc (no such file or folder); "), message);
        refused(Path.of("/dev/full"), " is a device or a pipe, not a file; name a file.");
    }
}
