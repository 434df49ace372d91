package io.vivace.backend.cuda;

import io.vivace.OutputFailed;
import io.vivace.file.AtomicFile;
import io.vivace.file.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Whose kernels were measured to be faster, by the shape of an operation, in a file of the cache folder. One file holds what is true for one device with
 * one driver, one version of each library and one of our kernels. Whoever measures a shape first decides it for all processes after it, so that
 * every run computes the same.
 *
 * <p>The file is text: the format's name, what it is true for, and a line a shape, with tabs: the shape, "ours" or "vendor", milliseconds of ours and of the
 * library. What cannot be read as such is not used, and is replaced.
 */
final class Choices {
    private static final String FORMAT = "vivace libraries 1";
    private static final long MOST_BYTES = 1 << 20;

    /** Milliseconds for the same work; a library that could not do it took for ever. */
    record Choice(boolean library, double ours, double theirs) {}

    private final Path folder;
    private final String subject;
    private final Path file;
    private Map<String, Choice> known;

    /**
     * @param folder  need not be there
     * @param subject what the choices are true for, one line
     */
    Choices(Path folder, String subject) {
        this.folder = folder;
        this.subject = subject.replaceAll("[^ -~]", "?");
        var crc = new CRC32C();
        crc.update(this.subject.getBytes(StandardCharsets.US_ASCII));
        file = folder.resolve(String.format(Locale.ROOT, "libraries-%08x.txt", crc.getValue()));
    }

    /** All by shape, as the file has them. */
    Map<String, Choice> all() {
        if (known == null) known = read();
        return known;
    }

    /**
     * Decides a shape.
     *
     * @return what holds from now on: another process's choice if it was first
     * @throws IOException if it cannot be remembered
     */
    Choice remember(String shape, Choice choice) throws IOException {
        synchronized (Choices.class) {
            Files.createDirectories(folder);
            Path lock = folder.resolve("libraries.lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
                Map<String, Choice> all = read();
                Choice first = all.putIfAbsent(shape, choice);
                if (first == null) write(all);
                known = all;
                return first == null ? choice : first;
            }
        }
    }

    private void write(Map<String, Choice> all) throws IOException {
        var text = new StringBuilder(FORMAT + "\n" + subject + "\n");
        all.forEach((shape, c) -> text.append(shape).append('\t').append(c.library ? "vendor" : "ours").append('\t').append(c.ours).append('\t')
                .append(c.theirs).append('\n'));
        try (AtomicFile out = AtomicFile.create(file, true)) {
            out.append(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII)));
            out.commit();
        } catch (OutputFailed e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Map<String, Choice> read() {
        try {
            if (Files.size(file) > MOST_BYTES) throw new IOException("it has more than " + MOST_BYTES + " bytes");
            return parsed(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException nothingYet) {
            return new TreeMap<>();
        } catch (IOException e) {
            System.getLogger(Choices.class.getName()).log(System.Logger.Level.WARNING, "{0} is not used: {1}; what it said is measured again", file, Reason.of(e));
            return new TreeMap<>();
        }
    }

    private Map<String, Choice> parsed(List<String> lines) throws IOException {
        if (lines.size() < 2 || !lines.get(0).equals(FORMAT) || !lines.get(1).equals(subject)) throw new IOException("it does not begin as it should");
        Map<String, Choice> choices = new TreeMap<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] parts = line.split("\t", -1);
            if (parts.length != 4 || !parts[1].equals("vendor") && !parts[1].equals("ours")) throw new IOException("its line \"" + line + "\" says nothing");
            try {
                choices.put(parts[0], new Choice(parts[1].equals("vendor"), Double.parseDouble(parts[2]), Double.parseDouble(parts[3])));
            } catch (NumberFormatException e) {
                throw new IOException("its line \"" + line + "\" has no times", e);
            }
        }
        return choices;
    }
}
