package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.OutputFailed;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a model file may be written, and what is left behind when it was not. */
class OutputTest extends Conversions {
    @Test
    void anExistingOutputIsKeptUnlessForced() throws IOException {
        Path output = Files.writeString(folder.resolve("kept.viv"), "mine");
        Path source = Golden.checkpoint("text", "bert");
        assertTrue(assertThrows(OutputFailed.class, () -> convert(source, output, Dtype.F32)).getMessage().contains("was kept"));
        assertEquals("mine", Files.readString(output));
        Converter.convert(new ConversionRequest(List.of(source), output, Dtype.F32, Parts.NONE, true, ConversionRequest.Progress.NONE));
        ModelFile.open(output).close();
        assertThrows(OutputFailed.class, () -> convert(source, folder, Dtype.F32));
        assertTrue(assertThrows(OutputFailed.class, () -> convert(source, folder.resolve("no/such/out.viv"),
                Dtype.F32)).getMessage().contains("there is no folder"));
    }

    @Test
    void theCheckpointItselfIsNeverTheOutput() throws IOException {
        Path checkpoint = copy("text", "bert");
        byte[] weights = Files.readAllBytes(checkpoint.resolve("model.safetensors"));
        Path link = Files.createSymbolicLink(folder.resolve("link.viv"), checkpoint.resolve("model.safetensors"));
        for (Path output : List.of(checkpoint.resolve("model.safetensors"), link)) {
            var request = new ConversionRequest(List.of(checkpoint), output, Dtype.F32, Parts.NONE, true, ConversionRequest.Progress.NONE);
            String message = assertThrows(OutputFailed.class, () -> Converter.convert(request)).getMessage();
            assertTrue(message.contains("a file of the checkpoint itself"), message);
            assertArrayEquals(weights, Files.readAllBytes(checkpoint.resolve("model.safetensors")));
        }
    }

    @Test
    void theOutputMayHaveTheLongestNameAndBeBehindALinkButIsNoDevice() throws IOException {
        Path source = Golden.checkpoint("text", "bert");
        Path longest = folder.resolve("n".repeat(251) + ".viv");
        convert(source, longest, Dtype.F32);
        Path link = Files.createSymbolicLink(folder.resolve("link.viv"), longest);
        Converter.convert(new ConversionRequest(List.of(source), link, Dtype.BF16, Parts.NONE, true, ConversionRequest.Progress.NONE));
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.size(longest) > 0);
        ModelFile.open(link).close();
        if (Files.exists(Path.of("/dev/full"))) {
            var request = new ConversionRequest(List.of(source), Path.of("/dev/full"), Dtype.F32, Parts.NONE, true, ConversionRequest.Progress.NONE);
            assertTrue(assertThrows(OutputFailed.class, () -> Converter.convert(request)).getMessage().contains("a device"));
            assertFalse(Files.isRegularFile(Path.of("/dev/full")));
        }
    }

    @Test
    void aConversionThatIsStoppedLeavesNothing() throws IOException {
        Path output = folder.resolve("stopped.viv");
        var request = new ConversionRequest(List.of(Golden.checkpoint("musicgen", "generate")), output, Dtype.F32, Parts.NONE, false, (bytes,
                total) -> {
            if (bytes > total / 2) {
                throw new io.vivace.Cancelled("Stopped.");
            }
        });
        assertThrows(io.vivace.Cancelled.class, () -> Converter.convert(request));
        assertNothingLeft(output);
    }
}
