package io.vivace.converter;

import java.nio.file.Path;
import java.util.List;

/**
 * What to convert.
 *
 * @param sources     the checkpoint: a folder, or files of audiocraft; more folders may supply parts that it refers to
 * @param output      the model file to write
 * @param dtype       of the matrices of language model and text encoder
 * @param textEncoder folder of the T5 encoder for an audiocraft checkpoint, or null to look beside it; for SSM-TTM, folder of its tokenizer
 * @param codec       folder or file of the codec that an SSM-TTM model needs, or null
 * @param secondStage file of the diffusion model behind an SSM-TTM model of one codebook, or null
 * @param secondText  folder of the T5 encoder that the second stage hears, or null if it is that of the model
 * @param force       whether an existing output may be replaced
 * @param progress    called from the converting thread
 */
public record ConversionRequest(List<Path> sources, Path output, Dtype dtype, Path textEncoder, Path codec, Path secondStage, Path secondText, boolean force,
        Progress progress) {

    /** How matrices are stored. */
    public enum Dtype { F32, BF16, INT8 }

    /** Hears of bytes of the output written so far, out of how many. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (_, _) -> { };

        void written(long bytes, long total);
    }

    /** Of a checkpoint that has a codec of its own. */
    public ConversionRequest(List<Path> sources, Path output, Dtype dtype, Path textEncoder, boolean force, Progress progress) {
        this(sources, output, dtype, textEncoder, null, null, null, force, progress);
    }

    public ConversionRequest {
        sources = List.copyOf(sources);
    }
}
