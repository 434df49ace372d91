package io.vivace.file;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/** What stands in a folder for a file that was not fetched: git-lfs leaves pointers, download caches leave links that lead nowhere. */
public final class Placeholder {
    private static final byte[] LFS = "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private Placeholder() {}

    /** Whether a file begins like a pointer of git-lfs. */
    public static boolean ofGitLfs(byte[] start) {
        return start.length >= LFS.length && Arrays.equals(start, 0, LFS.length, LFS, 0, LFS.length);
    }

    /** Whether the path is a link to nothing. */
    public static boolean link(Path path) {
        return Files.isSymbolicLink(path) && !Files.exists(path);
    }

    /** Whether the folder means to hold this file: a link that leads nowhere must not pass for a file that a checkpoint does without. */
    public static boolean orFile(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
