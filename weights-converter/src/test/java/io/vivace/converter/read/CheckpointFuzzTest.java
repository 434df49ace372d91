package io.vivace.converter.read;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vivace.BadCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are, tensors come out of them, or a {@link BadCheckpoint}. Seeds are made by seeds.py among the resources. */
class CheckpointFuzzTest {
    private static final int MOST_READ = 1 << 20;

    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "5m")
    void safetensors(byte[] file) throws IOException {
        read("m.safetensors", file);
    }

    /** Zip, the legacy format, and what is neither. */
    @FuzzTest(maxDuration = "5m")
    void torch(byte[] file) throws IOException {
        read("m.bin", file);
    }

    @FuzzTest(maxDuration = "5m")
    void npz(byte[] file) throws IOException {
        read("m.npz", file);
    }

    /** The machine alone, without a zip's check sums in the way. */
    @FuzzTest(maxDuration = "5m")
    void pickle(byte[] pickle) throws IOException {
        Path path = Files.write(folder.resolve("m.pkl"), pickle);
        try (SourceFile file = SourceFile.open(path)) {
            new PickleMachine(new PickleBytes(file, 0, file.size())).run();
        } catch (BadCheckpoint expected) {
            // the only way out
        }
    }

    @FuzzTest(maxDuration = "5m")
    void yaml(byte[] text) {
        try {
            Yaml.read("xp.cfg", new String(text, StandardCharsets.UTF_8));
        } catch (BadCheckpoint expected) {
            // the only way out
        }
    }

    private static void read(String name, byte[] bytes) throws IOException {
        Path path = Files.write(folder.resolve(name), bytes);
        try (Checkpoint checkpoint = Checkpoints.openFile(path)) {
            for (SourceTensor tensor : checkpoint.tensors().values()) {
                // A stride of zero makes a small file claim a large tensor; recipes compare shapes before they read.
                if (tensor.elements() <= MOST_READ) {
                    tensor.floats();
                }
            }
        } catch (BadCheckpoint expected) {
            // the only way out
        }
    }
}
