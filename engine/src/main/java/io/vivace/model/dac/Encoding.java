package io.vivace.model.dac;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Tensor;
import io.vivace.model.dac.Graphs.Piece;
import io.vivace.nn.Programs;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;

/** From sound, and from latents, to codes, in pieces as {@link Dac} has them. */
final class Encoding {
    private final DacConfig config;
    private final Graphs graphs;
    private final int block;
    private final Programs<Piece> encoder;
    private final Programs<Piece> quantizer;
    private long passes;

    Encoding(DacConfig config, Graphs graphs, Backend.Session session, int block) {
        this.config = config;
        this.graphs = graphs;
        this.block = block;
        encoder = new Programs<>(session, Dac.PROGRAMS, graphs::encoder);
        quantizer = new Programs<>(session, Dac.PROGRAMS, graphs::nearest);
    }

    long passes() {
        return passes;
    }

    int[][][] nearest(Tensor latents) {
        int rows = latents.shape().at(0), width = latents.shape().at(2), codebooks = width / config.codebookDim();
        if (rows == 0 || latents.shape().at(1) == 0) throw new BadRequest("There are no latents to quantise; give at least one frame.");
        if (width == 0 || width % config.codebookDim() != 0 || codebooks > config.codebooks()) {
            throw new BadRequest("There are latents of " + width + " channels, but a codebook has " + config.codebookDim() + " and there are "
                    + config.codebooks() + " codebooks; give a whole number of codebooks.");
        }
        Frames all = new Frames(DType.FLOAT32, rows, width), codes = new Frames(DType.INT32, rows, codebooks);
        all.append(latents);
        Span whole = Span.first(all.end());
        for (Span next : whole.blocks(block)) {
            Span same = Span.first(next.length());
            codes.append(run(quantizer.get(new Piece(rows, codebooks, new Part(same, Span.EVERYWHERE, same))), "latents", all.get(next)).get("codes"));
        }
        return Columns.codes(codes.get(whole));
    }

    Dac.Encoded encode(float[][] audio, int codebooks) {
        int rows = audio.length;
        Frames sound = new Frames(DType.FLOAT32, rows, 1), codes = new Frames(DType.INT32, rows, codebooks);
        Frames latents = new Frames(DType.FLOAT32, rows, codebooks * config.codebookDim());
        sound.append(Columns.padded(audio, config.hop()));
        Span samples = Span.first(sound.end()), frames = Span.first(sound.end() / config.hop());
        for (Span next : frames.blocks(block)) {
            Program program = run(encoder.get(graphs.encoding(rows, codebooks, next, samples)), "audio", sound.get(graphs.samples(next, samples)));
            codes.append(program.get("codes"));
            latents.append(program.get("latents"));
        }
        return new Dac.Encoded(Columns.codes(codes.get(frames)), latents.get(frames));
    }

    private Program run(Program program, String input, Tensor value) {
        passes++;
        program.set(input, value).run();
        return program;
    }
}
