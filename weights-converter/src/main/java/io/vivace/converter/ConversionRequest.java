package io.vivace.converter;

import java.nio.file.Path;
import java.util.List;

/**
 * What to convert.
 *
 * @param sources  the checkpoint: a folder, or files of audiocraft; more folders may supply parts that it refers to
 * @param output   the model file to write
 * @param dtype    of the matrices of language model and text encoder
 * @param parts    what the checkpoint lacks and lies elsewhere
 * @param force    whether an existing output may be replaced
 * @param progress called from the converting thread
 */
public record ConversionRequest(List<Path> sources, Path output, Dtype dtype, Parts parts, boolean force, Progress progress) {

    /**
     * Parts that lie elsewhere; each may be null.
     *
     * @param textEncoder folder of the T5 encoder for an audiocraft checkpoint, which is else looked for beside it; for SSM-TTM, folder of its tokenizer
     * @param textTower   folder of the text tower for a MeLoDy checkpoint that has none in itself
     * @param codec       folder or file of the codec that an SSM-TTM model needs
     * @param secondStage file of the diffusion model behind an SSM-TTM model of one codebook
     * @param secondText  folder of the T5 encoder that the second stage hears, if it is not that of the model
     */
    public record Parts(Path textEncoder, Path textTower, Path codec, Path secondStage, Path secondText) {
        public static final Parts NONE = new Parts(null, null, null, null, null);

        public static Parts ofTextEncoder(Path folder) {
            return new Parts(folder, null, null, null, null);
        }
    }

    /** How matrices are stored. */
    public enum Dtype { F32, BF16, INT8 }

    /** Hears of bytes of the output written so far, out of how many. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (_, _) -> { };

        void written(long bytes, long total);
    }

    public ConversionRequest {
        sources = List.copyOf(sources);
    }
}
