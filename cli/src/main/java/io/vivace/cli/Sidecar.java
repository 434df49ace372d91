package io.vivace.cli;

import io.vivace.ModelInfo;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.Trait;
import io.vivace.audio.LoudnessReport;
import io.vivace.audio.SampleFormat;
import io.vivace.file.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON file beside a WAV file: everything that it takes to make the same bytes again, and what was measured.
 *
 * @param model  which model file
 * @param threads that computed; the result does not depend on them
 * @param format  of the samples in the WAV file
 */
record Sidecar(ModelFacts model, ModelInfo info, int threads, SampleFormat format, RequestOptions options) {

    /**
     * @param understood what the model took the prompt to mean, if it said so
     * @param batch      clips that were made together
     */
    Map<String, Object> document(Path file, Request request, List<Trait> understood, Report report, LoudnessReport loudness, int batch) {
        var members = new LinkedHashMap<String, Object>();
        members.put("vivace", Version.number());
        members.put("file", file == null ? "-" : file.getFileName().toString());
        members.put("model", weights());
        members.put("request", request(request, batch));
        if (!understood.isEmpty()) members.put("understood", Understanding.document(understood));
        members.put("device", info.device());
        members.put("threads", threads);
        members.put("format", format.name().toLowerCase(java.util.Locale.ROOT));
        members.put("sampleRate", info.sampleRate());
        members.put("channels", info.channels());
        members.put("frames", loudness.frames());
        members.put("run", run(report));
        members.put("loudness", loudness(loudness));
        return members;
    }

    private Map<String, Object> weights() {
        var members = new LinkedHashMap<String, Object>();
        members.put("file", model.file());
        members.put("headerSha256", model.headerSha256());
        members.put("family", info.family());
        members.put("dtype", model.dtype());
        members.put("licence", info.licence());
        members.put("provenance", model.provenance());
        return members;
    }

    private Map<String, Object> request(Request request, int batch) {
        var members = new LinkedHashMap<String, Object>();
        members.put("prompt", request.prompt());
        members.put("seconds", request.seconds());
        members.put("seed", request.seed());
        members.put("sample", request.sample());
        members.put("batch", batch);
        members.put("guidance", request.guidance());
        members.put("temperature", request.drawing().temperature());
        members.put("topK", request.drawing().topK());
        members.put("topP", request.drawing().topP());
        members.put("loop", request.loop());
        members.put("steps", request.denoising().steps());
        members.put("schedule", DenoisingOptions.label(request.denoising().schedule()));
        members.put("solver", DenoisingOptions.label(request.denoising().solver()));
        members.put("guidanceInterval", request.denoising().guidance().from() + ":" + request.denoising().guidance().to());
        members.putAll(options.given.document());
        return members;
    }

    /** What a run took, for sidecars and --json. */
    static Map<String, Object> run(Report report) {
        var passes = new LinkedHashMap<String, Object>();
        var seconds = new LinkedHashMap<String, Object>();
        for (Stage stage : Stage.values()) {
            if (!report.passes().containsKey(stage)) continue;
            passes.put(stage.title(), report.passes().get(stage));
            seconds.put(stage.title(), report.times().getOrDefault(stage, Duration.ZERO).toNanos() * 1e-9);
        }
        var members = new LinkedHashMap<String, Object>();
        members.put("passes", passes);
        members.put("allPasses", report.allPasses());
        members.put("savedPasses", report.savedPasses());
        members.put("seconds", seconds);
        members.put("elapsedSeconds", report.elapsed().toNanos() * 1e-9);
        members.put("realTimeFactor", report.realTimeFactor());
        members.put("tokens", report.tokens());
        return members;
    }

    private static Map<String, Object> loudness(LoudnessReport report) {
        var members = new LinkedHashMap<String, Object>();
        members.put("integratedLufs", report.integratedLufs());
        members.put("samplePeakDb", report.samplePeakDb());
        members.put("truePeakDb", report.truePeakDb());
        members.put("clippingRatio", report.clippingRatio());
        members.put("silenceRatio", report.silenceRatio());
        members.put("dcOffset", report.dcOffset());
        return members;
    }

    static void write(Map<String, Object> document, AtomicFile file) {
        file.append(ByteBuffer.wrap((Document.json(document) + "\n").getBytes(StandardCharsets.UTF_8)));
        file.commit();
    }
}
