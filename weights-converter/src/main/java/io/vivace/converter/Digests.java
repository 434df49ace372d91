package io.vivace.converter;

import io.vivace.Cancelled;
import io.vivace.converter.read.SourceFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * SHA-256 of every input file, computed beside the conversion on a thread of its own. It is the digest by which the
 * places where checkpoints are published name their files, so a user can compare; with the processor's instructions for it
 * the thread keeps ahead of the conversion, and what it reads is in the page cache for both.
 */
final class Digests implements AutoCloseable {
    /** Digests of nothing yet: as long as the real ones, so that the header's length is known before they are. */
    private static final String UNKNOWN = "0".repeat(64);
    private static final int BLOCK = 1 << 20;
    /** Milliseconds. */
    private static final int PATIENCE = 200;

    private final Map<String, SourceFile> files = new TreeMap<>();
    private final CompletableFuture<Map<String, String>> digests;
    private volatile boolean closed;

    Digests(List<SourceFile> sources) {
        for (SourceFile file : sources) {
            files.merge(name(file), file, (a, b) -> a);
        }
        digests = CompletableFuture.supplyAsync(this::all, Thread.ofPlatform().daemon().name("vivace-digest")::start);
    }

    /** The file with its folder: shards of two parts may have the same name. */
    private static String name(SourceFile file) {
        var folder = file.path().toAbsolutePath().normalize().getParent().getFileName();
        return folder == null ? file.name() : folder + "/" + file.name();
    }

    private Map<String, String> all() {
        var found = new TreeMap<String, String>();
        files.forEach((name, file) -> found.put(name, digest(file)));
        return found;
    }

    private String digest(SourceFile file) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (long at = 0; at < file.size() && !closed; at += BLOCK) {
                block.clear().limit((int) Math.min(BLOCK, file.size() - at));
                file.read(at, block);
                sha.update(block.flip());
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    List<Map<String, Object>> placeholders() {
        return rows(files.keySet().stream().collect(Collectors.toMap(name -> name, _ -> UNKNOWN)));
    }

    /**
     * Waits for the digests: not for long, but on a processor without instructions for them.
     *
     * @param meanwhile called several times a second; what it throws ends the waiting
     */
    List<Map<String, Object>> await(Runnable meanwhile) {
        while (true) {
            try {
                return rows(digests.get(PATIENCE, TimeUnit.MILLISECONDS));
            } catch (TimeoutException _) {
                meanwhile.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancelled("The conversion was interrupted.", e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            }
        }
    }

    private List<Map<String, Object>> rows(Map<String, String> known) {
        var rows = new ArrayList<Map<String, Object>>();
        files.forEach((name, file) -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("file", name);
            row.put("bytes", file.size());
            row.put("sha256", known.get(name));
            rows.add(row);
        });
        return rows;
    }

    @Override
    public void close() {
        closed = true;
        digests.exceptionally(_ -> null).join();
    }
}
