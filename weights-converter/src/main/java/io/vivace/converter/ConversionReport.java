package io.vivace.converter;

import java.util.List;

/**
 * What a conversion did.
 *
 * @param family  of the model
 * @param tensors in the model file
 * @param inputBytes  size of the checkpoint's tensor files
 * @param bytes   size of the model file
 * @param seconds it took
 * @param ignored tensors of the checkpoint that were left out by rule
 */
public record ConversionReport(String family, int tensors, long inputBytes, long bytes, double seconds, List<String> ignored) { }
