package io.vivace.converter;

import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint that was recognised, open.
 *
 * @param folder    what to call it in messages
 * @param tokenizer folder in which tokenizer files may lie
 * @param licence   of the weights as its card says, or null
 */
record OpenCheckpoint(Path folder, Recipe recipe, Map<String, SourceTensor> tensors, List<SourceFile> files, Path tokenizer, String licence)
        implements AutoCloseable {

    @Override
    public void close() {
        files.forEach(SourceFile::close);
    }
}
