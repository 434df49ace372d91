package io.vivace.cli;

import io.vivace.audio.Clip;
import io.vivace.audio.LoudnessMeter;
import io.vivace.audio.LoudnessReport;
import io.vivace.audio.WavSink;
import io.vivace.file.AtomicFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Where one clip goes: a WAV sink, its sidecar, and a meter that hears what is written. */
final class Target implements AutoCloseable {
    private final Path file;
    private final WavSink sink;
    private final AtomicFile sidecar;
    private final LoudnessMeter meter;

    /** @param file null for standard output, which has no sidecar */
    Target(Path file, WavSink sink, AtomicFile sidecar, LoudnessMeter meter) {
        this.file = file;
        this.sink = sink;
        this.sidecar = sidecar;
        this.meter = meter;
    }

    Path file() {
        return file;
    }

    void write(Clip chunk) {
        meter.add(chunk);
        sink.write(chunk);
    }

    LoudnessReport loudness() {
        return meter.report();
    }

    void finish(Map<String, Object> document) {
        sink.finish();
        if (sidecar != null) Sidecar.write(document, sidecar);
    }

    /** For people: name, peak, and loudness where there is enough sound to measure it. */
    String summary() {
        LoudnessReport heard = loudness();
        String warning = heard.clippingRatio() > 0.001 ? ", clipped" : heard.silenceRatio() > 0.99 ? ", silent" : "";
        String loudness = Double.isFinite(heard.integratedLufs()) ? String.format(Locale.ROOT, ", loudness %.1f LUFS", heard.integratedLufs()) : "";
        return String.format(Locale.ROOT, "%s: true peak %.1f dB%s%s", file == null ? "standard output" : file, heard.truePeakDb(), loudness, warning);
    }

    @Override public void close() {
        try (sink) {
            if (sidecar != null) sidecar.close();
        }
    }
}
