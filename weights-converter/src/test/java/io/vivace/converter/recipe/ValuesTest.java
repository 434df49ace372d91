package io.vivace.converter.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    @TempDir
    Path folder;

    private static float[] random(int n, long seed) {
        var random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Values of a source over tensors named with their shape, such as {@code w [2, 3]}. */
    private float[] values(Source source, int elements, Map<String, float[]> tensors) throws IOException {
        var header = new StringBuilder();
        ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        tensors.forEach((name, values) -> {
            int begin = data.position();
            for (float value : values) {
                data.putFloat(value);
            }
            String[] parts = name.split(" ", 2);
            header.append(header.isEmpty() ? "{"
                    : ",").append('"').append(parts[0]).append("\":{\"dtype\":\"F32\",\"shape\":").append(parts[1])
                    .append(",\"data_offsets\":[").append(begin).append(',').append(data.position()).append("]}");
        });
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length
                + data.position()).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        Path path = Files.write(folder.resolve("t.safetensors"), file.put(data.flip()).array());
        float[] all = new float[elements];
        try (Checkpoint c = Checkpoints.openFile(path)) {
            new Values(c.tensors()).open(source).read(0, elements, all, 0);
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"3,2,4,2", "2,3,10,5", "1,1,2,1", "2,2,5,2", "4,1,3,3"})
    void theMatrixOfATransposedConvolutionAppliesItAsAnOrdinaryOne(int inputs, int outputs, int taps, int stride) throws IOException {
        float[] w = random(inputs * outputs * taps, 1);
        int steps = Math.ceilDiv(taps, stride);
        float[] m = values(new Source.TransposedConvolution("c", inputs, outputs, taps, stride), stride * outputs * steps * inputs,
                Map.of("c.weight [%d,%d,%d]".formatted(inputs, outputs, taps), w));
        int frames = 5;
        float[] x = random(frames * inputs, 2);
        double[] want = new double[((frames - 1) * stride + taps) * outputs];
        for (int t = 0; t < frames; t++) {
            for (int i = 0; i < inputs; i++) {
                for (int o = 0; o < outputs; o++) {
                    for (int k = 0; k < taps; k++) {
                        want[(t * stride + k) * outputs + o] += (double) x[t * inputs + i] * w[(i * outputs + o) * taps + k];
                    }
                }
            }
        }
        for (int t = 0; t < frames + steps - 1; t++) {
            for (int row = 0; row < stride * outputs; row++) {
                double y = 0;
                for (int j = 0; j < steps; j++) {
                    int frame = t + j - (steps - 1);
                    for (int i = 0; frame >= 0 && frame < frames && i < inputs; i++) {
                        y += (double) m[row * steps * inputs + j * inputs + i] * x[frame * inputs + i];
                    }
                }
                int at = (t * stride + row / outputs) * outputs + row % outputs;
                assertEquals(at < want.length ? want[at] : 0, y, 1e-5);
            }
        }
    }

    @Test
    void weightNormIsFusedUnderBothNames() throws IOException {
        float[] want = {3f / 5 * 10, 0, 4f / 5 * 10, 0, 5f / 13, 12f / 13};
        for (String[] names : new String[][] {{"weight_g", "weight_v"}, {"parametrizations.weight.original0",
                "parametrizations.weight.original1"}}) {
            var tensors = new LinkedHashMap<String, float[]>();
            tensors.put("c." + names[0] + " [2,1,1]", new float[] {10, 1});
            tensors.put("c." + names[1] + " [2,1,3]", new float[] {3, 0, 4, 0, 5, 12});
            assertArrayEquals(want, values(new Source.Convolution("c", 2, 1, 3), 6, tensors), 1e-6f);
        }
    }

    @Test
    void tapsComeBeforeInputs() throws IOException {
        float[] w = {0, 1, 2, 10, 11, 12};
        assertArrayEquals(new float[] {0, 10, 1, 11, 2, 12}, values(new Source.Convolution("c", 1, 2, 3), 6, Map.of("c.weight [1,2,3]",
                w)));
    }

    @Test
    void slicesStacksSumsAndTransposes() throws IOException {
        var t = new LinkedHashMap<String, float[]>();
        t.put("a [2,2]", new float[] {1, 2, 3, 4});
        t.put("b [1,2]", new float[] {5, 6});
        t.put("c [2]", new float[] {7, 8});
        t.put("d [2]", new float[] {9, 10});
        assertArrayEquals(new float[] {3, 4}, values(new Source.Slice(Source.named("a", 2, 2), 1, 1), 2, t));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6},
                values(new Source.Stacked(java.util.List.of(Source.named("a", 2, 2), Source.named("b", 1, 2))), 6, t));
        assertArrayEquals(new float[] {16, 18}, values(new Source.Sum(Source.named("c", 2), Source.named("d", 2)), 2, t));
        assertArrayEquals(new float[] {1, 3, 2, 4}, values(new Source.Transposed(Source.named("a", 2, 2)), 4, t));
    }
}
