package io.vivace.converter.read;

import java.util.List;
import java.util.Map;

/**
 * The tensors of a checkpoint by name, in one file or several.
 *
 * @param files   every file that belongs to it, in a fixed order; closed with the checkpoint
 * @param tensors in the order of the files
 */
public record Checkpoint(List<SourceFile> files, Map<String, SourceTensor> tensors) implements AutoCloseable {

    @Override
    public void close() {
        files.forEach(SourceFile::close);
    }
}
