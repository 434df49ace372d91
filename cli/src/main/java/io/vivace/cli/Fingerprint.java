package io.vivace.cli;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Which model file it was.
 *
 * @param file         its name, without the folder
 * @param headerSha256 of its prelude and header, which hold a check sum of every tensor; hashing gigabytes of weights takes seconds
 */
record Fingerprint(String file, String headerSha256) {
    private static final int PRELUDE = 16;
    private static final int MOST_HEADER = 64 << 20;

    static Fingerprint of(Path model) {
        try (InputStream in = Files.newInputStream(model)) {
            byte[] prelude = in.readNBytes(PRELUDE);
            int header = ByteBuffer.wrap(prelude).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
            MessageDigest digest = sha256();
            digest.update(prelude);
            digest.update(in.readNBytes(Math.clamp(header, 0, MOST_HEADER)));
            return new Fingerprint(model.getFileName().toString(), HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new BadCheckpoint(model + " cannot be read (" + e.getMessage() + "); check the disk.", e);
        }
    }

    /** Of a whole file. */
    static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = sha256();
            byte[] part = new byte[1 << 16];
            for (int read; (read = in.read(part)) >= 0; ) digest.update(part, 0, read);
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new BadRequest(file + " cannot be read (" + e.getMessage() + "); check the path and the permissions.", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
