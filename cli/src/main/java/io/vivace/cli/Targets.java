package io.vivace.cli;

import io.vivace.ModelInfo;
import io.vivace.Request;
import io.vivace.audio.LoudnessMeter;
import io.vivace.audio.SampleFormat;
import io.vivace.audio.WavFile;
import io.vivace.audio.WavSink;
import io.vivace.audio.WavStream;
import io.vivace.file.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the clips of a run go. All are made before the work begins, so that a wrong folder is known at once. */
record Targets(List<Target> all) implements AutoCloseable {
    static final Path STANDARD_OUTPUT = Path.of("-");

    /**
     * @param output  a file, "-" for standard output, or null for a name out of the prompt
     * @param seconds of each clip
     */
    static Targets open(Path output, List<Request> requests, double seconds, SampleFormat format, boolean force, ModelInfo info, Terminal terminal) {
        var targets = new Targets(new ArrayList<>());
        try {
            for (Request request : requests) {
                Path file = file(output, request, requests.size());
                targets.all.add(file == null ? standardOutput(seconds, format, info, terminal) : open(file, format, force, info));
            }
            return targets;
        } catch (RuntimeException e) {
            targets.close();
            throw e;
        }
    }

    private static Path file(Path output, Request request, int batch) {
        if (STANDARD_OUTPUT.equals(output)) return null;
        Path base = output == null ? OutputName.of(request.prompt(), request.seed()) : output;
        return batch == 1 ? base : OutputName.numbered(base, request.sample() + 1);
    }

    /** The length is known, so the bytes are those that a file would get. */
    private static Target standardOutput(double seconds, SampleFormat format, ModelInfo info, Terminal terminal) {
        long frames = Math.round(seconds * info.sampleRate());
        var sink = WavStream.ofFrames(frames, "standard output", terminal.out(), format, info.channels(), info.sampleRate());
        return new Target(null, sink, null, new LoudnessMeter(info.channels(), info.sampleRate()));
    }

    private static Target open(Path file, SampleFormat format, boolean force, ModelInfo info) {
        var meter = new LoudnessMeter(info.channels(), info.sampleRate());
        WavSink sink = new WavFile(file, force, format, info.channels(), info.sampleRate());
        try {
            return new Target(file, sink, AtomicFile.create(OutputName.sidecar(file), force), meter);
        } catch (RuntimeException e) {
            sink.close();
            throw e;
        }
    }

    Target first() {
        return all.getFirst();
    }

    @Override public void close() {
        all.forEach(Target::close);
    }
}
