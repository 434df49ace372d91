package io.vivace.converter;

import java.nio.file.Path;
import java.util.List;

/**
 * What to convert.
 *
 * @param sources     the checkpoint: a folder, or files of audiocraft; more folders may supply parts that it refers to
 * @param output      the model file to write
 * @param dtype       of the matrices of language model and text encoder
 * @param textEncoder folder of the T5 encoder for an audiocraft checkpoint, or null to look beside it
 * @param textTower   folder of the text tower for a MeLoDy checkpoint, or null to look within it
 * @param force       whether an existing output may be replaced
 * @param progress    called from the converting thread
 */
public record ConversionRequest(List<Path> sources, Path output, Dtype dtype, Path textEncoder, Path textTower, boolean force, Progress progress) {

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

    /** For checkpoints that need no text tower from elsewhere. */
    public ConversionRequest(List<Path> sources, Path output, Dtype dtype, Path textEncoder, boolean force, Progress progress) {
        this(sources, output, dtype, textEncoder, null, force, progress);
    }
}
