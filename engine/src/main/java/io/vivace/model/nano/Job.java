package io.vivace.model.nano;

import io.vivace.Request;

/**
 * A request in the model's units. A loop is cut out of a piece that begins with one bar more, which comes again as the loop's last.
 *
 * @param bars that the piece is told to have
 */
record Job(Request request, Sheet sheet, double secondsPerBar, int bars) {
    private static final int LATENT_HOP = 2 * NanoConfig.HOP;
    /** Seconds that the last bar's chord rings at least: that bar is the last one that begins early enough. */
    private static final double RING = 0.8;

    static Job of(NanoConfig config, Request request, Sheet sheet) {
        double secondsPerBar = sheet.secondsPerBar(config);
        double bars = request.loop() ? Math.round(request.seconds() / secondsPerBar) : 1 + Math.floor((request.seconds() - RING) / secondsPerBar);
        return new Job(request, sheet, secondsPerBar, (int) Math.max(2, bars));
    }

    /** Samples of the clip. */
    int samples() {
        return (int) Math.max(1, Math.round((request.loop() ? bars * secondsPerBar : request.seconds()) * NanoConfig.SAMPLE_RATE));
    }

    /** Samples that are made before the clip's first one. */
    int before() {
        return request.loop() ? (int) Math.round((bars + 1) * secondsPerBar * NanoConfig.SAMPLE_RATE) - samples() : 0;
    }

    /** Seconds from the clip's end to that of the last bar; below 0 where the bars end before. */
    double surplus() {
        return request.loop() ? 0 : bars * secondsPerBar - request.seconds();
    }

    /** Latent frames that are made: whole segments. */
    int latents(NanoConfig config) {
        return Math.ceilDiv(before() + samples(), LATENT_HOP * config.diffusion().segment()) * config.diffusion().segment();
    }

    /** Bars that are written: what lies behind the last latent frame is left out. */
    int written(NanoConfig config) {
        var score = new Score(config, sheet);
        double end = 2 * latents(config) * NoteFeatures.FRAME;
        int written = 0;
        while (written < bars && score.seconds(written, 0) < end) written++;
        return written;
    }

    /** Windows of the denoiser. */
    int windows(NanoConfig config) {
        return LatentWindows.count(config.diffusion(), latents(config));
    }

    /** Stretches of the decoder. */
    int stretches(NanoConfig config) {
        return SoundDecoder.stretches(before() + samples(), 2 * latents(config));
    }
}
