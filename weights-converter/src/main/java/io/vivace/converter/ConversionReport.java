package io.vivace.converter;

import java.util.List;

/**
 * What a conversion did.
 *
 * @param family  of the model
 * @param tensors in the model file
 * @param tokenizer whether the checkpoint has one; without it a model takes no text
 * @param inputBytes  size of the checkpoint's tensor files
 * @param bytes   size of the model file
 * @param seconds it took
 * @param ignored tensors of the checkpoint that were left out by rule
 */
public record ConversionReport(String family, int tensors, boolean tokenizer, long inputBytes, long bytes, double seconds,
        List<String> ignored) { }
