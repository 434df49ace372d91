package io.vivace.backend.cuda;

/**
 * A weight matrix [outputs, inputs] on the device, in the panels of the model file.
 *
 * @param panels address of the panels, see {@link io.vivace.weights.Panels}
 * @param scales address of the float32 scales of an int8 matrix, one an output; else 0
 */
record Matrix(long panels, long scales, Type type, int outputs, int inputs) {}
