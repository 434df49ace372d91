package io.vivace.cli.parity;

import io.vivace.BadRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.read.Checkpoints;
import io.vivace.file.Reason;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A reference case: a folder with case.json, the checkpoint as the original tool saved it, and tensors in and out.
 *
 * @param folder    the case's own
 * @param area      of the model zoo
 * @param name      of the case
 * @param kind      what to run
 * @param params    what the run needs beside the tensors
 * @param tolerance greatest relative L2 error of float outputs
 * @param dtype     how the checkpoint is converted
 */
public record Case(Path folder, String area, String name, String kind, ObjectNode params, double tolerance, Dtype dtype) {
    private static final String FILE = "case.json";
    private static final int DEEPEST = 8;

    static Case read(Path folder, Dtype dtype) {
        ObjectNode json = Checkpoints.json(folder.resolve(FILE));
        return new Case(folder, json.text("area"), json.text("case"), json.text("kind"), json.object("params"),
                json.object("tolerance").number("rel_l2"), dtype);
    }

    /** The folders of all cases at or below a folder, by name. */
    public static List<Path> under(Path folder) {
        if (!Files.isDirectory(folder)) throw new BadRequest("There is no folder " + folder + "; give folders of reference cases.");
        try (Stream<Path> files = Files.walk(folder.toRealPath(), DEEPEST)) {
            return files.filter(file -> file.getFileName().toString().equals(FILE)).map(Path::getParent).sorted().toList();
        } catch (UncheckedIOException e) {
            throw unreadable(folder, e.getCause());
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static BadRequest unreadable(Path folder, IOException e) {
        return new BadRequest(folder + " cannot be read (" + Reason.of(e) + "); give folders of reference cases.", e);
    }

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    @Override public String toString() {
        return area + "/" + name;
    }
}
