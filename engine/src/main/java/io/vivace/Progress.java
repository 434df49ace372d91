package io.vivace;

/**
 * Where a run stands.
 *
 * @param stage what was done last
 * @param done  decoder steps and prefills taken so far, of all windows and batches of the run
 * @param total how many there will be
 */
public record Progress(Stage stage, long done, long total) {}
