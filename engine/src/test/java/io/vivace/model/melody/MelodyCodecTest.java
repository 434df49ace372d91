package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Blocks, streams and batches give the bits of one pass over the whole clip. */
class MelodyCodecTest {
    private static final List<Backend> BACKENDS = List.of(new CpuBackend(2, false), new CpuBackend(1, true), new ReferenceBackend());
    private static final Backend BACKEND = BACKENDS.getFirst();

    @AfterAll
    static void close() {
        BACKENDS.forEach(Backend::close);
    }

    private static Stream<DynamicTest> each(Check check) {
        return Codecs.all().entrySet().stream().flatMap(kind -> BACKENDS.stream().map(backend ->
                DynamicTest.dynamicTest(kind.getKey() + " on " + backend.description(), () -> check.run(kind.getValue(), backend))));
    }

    private interface Check {
        void run(CodecConfig config, Backend backend);
    }

    @TestFactory
    Stream<DynamicTest> streamsAreTheWholeClipHoweverTheyArePushed() {
        return each((config, backend) -> {
            Weights weights = Codecs.weights(config);
            try (MelodyCodec codec = new MelodyCodec(config, backend, weights); Backend.Session session = backend.open(weights)) {
                for (int frames : new int[] {1, 2, 3, 17, 45}) {
                    Tensor latents = Codecs.latents(1, frames, config.latent(), frames);
                    Program whole = session.compile(Codecs.whole(codec.decoder(), 1, frames, config.hop()));
                    whole.set("x", latents).run();
                    float[] audio = whole.get("y").floats();
                    assertEquals(frames * config.hop(), audio.length);
                    assertArrayEquals(audio, codec.decode(latents)[0]);
                    for (int block : new int[] {1, 2, 3, 7, 16, 100}) {
                        for (int split : new int[] {0, 1, block, frames}) {
                            assertArrayEquals(audio, streamed(codec, latents, block, split), frames + " frames in blocks of " + block + ", pushed by " + split);
                        }
                    }
                }
            }
        });
    }

    /** @param split frames of a push, or 0 for random numbers of them */
    private static float[] streamed(MelodyCodec codec, Tensor latents, int block, int split) {
        Random random = new Random(block);
        float[] all = new float[0];
        try (StreamingDecoder stream = codec.stream(1, block)) {
            int frames = latents.shape().at(1);
            for (int t = 0; t < frames;) {
                int more = Math.min(frames - t, split == 0 ? random.nextInt(6) : split);
                all = joined(all, stream.push(Blocks.slice(latents, new Span(t, t + more)))[0]);
                t += more;
            }
            return joined(all, stream.finish()[0]);
        }
    }

    private static float[] joined(float[] a, float[] b) {
        float[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @TestFactory
    Stream<DynamicTest> posteriorsDoNotDependOnTheBlocks() {
        return each((config, backend) -> {
            Weights weights = Codecs.weights(config);
            try (MelodyCodec codec = new MelodyCodec(config, backend, weights); Backend.Session session = backend.open(weights)) {
                for (int samples : new int[] {1, config.hop(), config.hop() + 1, 7 * config.hop() - 1, 41 * config.hop() + 1}) {
                    float[][] audio = Codecs.audio(1, samples, samples);
                    int frames = Math.ceilDiv(samples, config.hop());
                    Program whole = session.compile(Codecs.whole(CodecNet.encoder(config), 1, frames * config.hop(), 1));
                    whole.set("x", Blocks.slice(audio, Span.first((long) frames * config.hop()))).run();
                    float[] moments = whole.get("y").floats();
                    for (int block : new int[] {1, 2, 5, 16, 100}) {
                        Posterior posterior = codec.encode(audio, block);
                        assertEquals(Shape.of(1, frames, config.latent()), posterior.mean().shape());
                        for (int i = 0; i < frames * config.latent(); i++) {
                            int at = i / config.latent() * 2 * config.latent() + i % config.latent();
                            assertEquals(moments[at], posterior.mean().floats()[i]);
                            assertEquals(moments[at + config.latent()], posterior.logVariance().floats()[i]);
                        }
                    }
                    assertArrayEquals(codec.encode(audio, 3).mean().floats(), codec.encode(audio).mean().floats());
                }
            }
        });
    }

    @Test
    void aRowDoesNotDependOnItsBatch() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config))) {
            float[][] audio = Codecs.audio(3, 2000, 8);
            Posterior together = codec.encode(audio);
            Tensor latents = together.latents();
            float[][] decoded = codec.decode(latents);
            int row = latents.shape().at(1) * latents.shape().at(2);
            for (int b = 0; b < 3; b++) {
                float[] own = Arrays.copyOfRange(latents.floats(), b * row, (b + 1) * row);
                assertArrayEquals(own, codec.encode(new float[][] {audio[b]}).latents().floats());
                assertArrayEquals(decoded[b], codec.decode(Tensor.of(Shape.of(1, latents.shape().at(1), config.latent()), own))[0]);
            }
        }
    }

    @Test
    void latentsAreCutOffAtOne() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config))) {
            Tensor inside = Codecs.latents(1, 9, config.latent(), 3), outside = Tensor.of(inside.shape(), inside.floats().clone());
            inside.floats()[4] = 1;
            outside.floats()[4] = 5;
            assertArrayEquals(codec.decode(inside)[0], codec.decode(outside)[0]);
        }
        Shape shape = Shape.of(1, 1, 3);
        var posterior = new Posterior(Tensor.of(shape, -9f, 1.5f, 0), Tensor.of(shape, 0f, 0f, (float) Math.log(4)), 3);
        assertArrayEquals(new float[] {-1, 0.5f, 0}, posterior.latents().floats());
        assertArrayEquals(new float[] {-1, -0.5f, 0.5f}, posterior.latents(Tensor.of(shape, 1f, -3f, 0.75f)).floats(), 1e-6f);
        assertThrows(BadRequest.class, () -> posterior.latents(Tensor.of(Shape.of(1, 3, 1), 1f, 2f, 3f)));
    }

    @Test
    void passesAreThoseThatWereTold() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config))) {
            for (int frames : new int[] {1, 170, 171, 400}) {
                long before = codec.passes();
                codec.decode(Codecs.latents(1, frames, config.latent(), 1));
                assertEquals(MelodyCodec.decoderPasses(config, frames), codec.passes() - before);
            }
            for (int samples : new int[] {1, 682 * 96, 682 * 96 + 1}) {
                long before = codec.passes();
                codec.encode(Codecs.audio(1, samples, 1));
                assertEquals(MelodyCodec.encoderPasses(config, samples), codec.passes() - before);
            }
        }
    }

    @Test
    void memoryDoesNotGrowWithTheClip() {
        CodecConfig config = Codecs.config();
        assertEquals(MelodyCodec.decoderBytes(config, 1, 1000), MelodyCodec.decoderBytes(config, 1, 1_000_000));
        assertEquals(MelodyCodec.encoderBytes(config, 1, 100_000), MelodyCodec.encoderBytes(config, 1, 100_000_000));
        assertTrue(MelodyCodec.decoderBytes(config, 1, 10) < MelodyCodec.decoderBytes(config, 1, 1000));
        assertTrue(MelodyCodec.decoderBytes(config, 2, 1000) <= 2 * MelodyCodec.decoderBytes(config, 1, 1000));
    }

    @Test
    void samplesComeAsSoonAsTheyAreFinal() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(1, 1)) {
            Tensor latents = Codecs.latents(1, 60, config.latent(), 2);
            int heard = 0;
            for (int t = 0; t < 60; t++) {
                boolean enough = t + 1 >= stream.needs();
                int more = stream.push(Blocks.slice(latents, new Span(t, t + 1)))[0].length;
                assertEquals(enough, more > 0);
                heard += more;
            }
            assertTrue(heard >= 35 * config.hop(), "only " + heard + " samples");
            assertEquals(60 * config.hop(), heard + stream.finish()[0].length);
            assertThrows(IllegalStateException.class, () -> stream.push(latents));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(2)) {
            assertThrows(BadRequest.class, () -> codec.stream(0));
            assertThrows(BadRequest.class, () -> stream.push(Codecs.latents(1, 2, config.latent(), 1)));
            assertThrows(BadRequest.class, () -> stream.push(Codecs.latents(2, 2, config.latent() + 1, 1)));
            assertThrows(BadRequest.class, () -> codec.decode(Codecs.latents(1, 0, config.latent(), 1)));
            assertThrows(BadRequest.class, () -> codec.encode(new float[0][]));
            assertThrows(BadRequest.class, () -> codec.encode(new float[1][0]));
            assertThrows(BadRequest.class, () -> codec.encode(new float[][] {{1, 2}, {1}}));
        }
        CodecConfig deaf = CodecConfig.of(Codecs.json(List.of(2), List.of(4), List.of(3), List.of(List.of(1)), false));
        try (MelodyCodec codec = new MelodyCodec(deaf, BACKEND, Codecs.weights(Codecs.config(List.of(2), List.of(4), List.of(3), List.of(List.of(1)))))) {
            assertEquals(10, codec.decode(Codecs.latents(1, 5, 3, 1))[0].length);
            assertTrue(assertThrows(BadRequest.class, () -> codec.encode(new float[1][8])).getMessage().contains("no encoder"));
        }
        assertThrows(BadCheckpoint.class, () -> Codecs.config(List.of(1), List.of(4), List.of(3), List.of(List.of(1))));
        assertThrows(BadCheckpoint.class, () -> Codecs.config(List.of(4), List.of(3), List.of(3), List.of(List.of(1))));
        assertThrows(BadCheckpoint.class, () -> Codecs.config(List.of(4), List.of(4), List.of(2), List.of(List.of(1))));
    }

    @Test
    void anEmptyStreamHasNoSamples() {
        CodecConfig config = Codecs.config();
        try (MelodyCodec codec = new MelodyCodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(2)) {
            float[][] audio = stream.finish();
            assertEquals(2, audio.length);
            assertEquals(0, audio[1].length);
        }
    }
}
