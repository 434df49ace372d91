package io.vivace.model.nano;

import io.vivace.audio.Clip;
import io.vivace.audio.Stft;
import java.util.Arrays;
import java.util.List;

/** Cheap measures of music: whether a tempo is its tempo, and which tonic its pitches fit best. */
final class Ears {
    private static final int HOP = 240, TEMPO_WINDOW = 1024, KEY_WINDOW = 8192;
    /** Beats that others may be heard as. */
    private static final double[] MULTIPLES = {1.0 / 3, 0.5, 2.0 / 3, 1, 1.5, 2, 3};
    private static final double TOLERANCE = 0.04;

    private Ears() {}

    /** Whether the strongest period of a clip's onsets is within 4 % of a tempo, octaves and triples allowed. */
    static boolean keepsTempo(Clip clip, double beatsPerMinute) {
        double[] onsets = onsets(clip);
        double frameRate = (double) clip.sampleRate() / HOP, best = 0, found = 0;
        for (double tempo = 40; tempo <= 240; tempo += 0.5) {
            double score = 0;
            for (int beats = 1; beats <= 4; beats++) score += correlation(onsets, 60 * frameRate * beats / tempo) / 4;
            score *= Math.exp(-0.5 * Math.pow(Math.log(tempo / 120) / Math.log(2), 2));
            if (score > best) {
                best = score;
                found = tempo;
            }
        }
        double heard = found;
        return Arrays.stream(MULTIPLES).anyMatch(each -> Math.abs(heard / (beatsPerMinute * each) - 1) <= TOLERANCE);
    }

    /** How much louder each frame's spectrum gets, in logarithms, without its mean. */
    private static double[] onsets(Clip clip) {
        double[][] power = new Stft(TEMPO_WINDOW, HOP).power(clip.samples()[0]);
        var rises = new double[power.length];
        for (int i = 1; i < power.length; i++) {
            for (int bin = 1; bin < power[i].length; bin++) rises[i] += Math.max(0, Math.log1p(100 * power[i][bin]) - Math.log1p(100 * power[i - 1][bin]));
        }
        double mean = Arrays.stream(rises).average().orElse(0);
        return Arrays.stream(rises).map(rise -> rise - mean).toArray();
    }

    private static double correlation(double[] x, double lag) {
        int whole = (int) lag;
        double part = lag - whole, sum = 0;
        for (int i = 0; i + whole + 1 < x.length; i++) sum += x[i] * ((1 - part) * x[i + whole] + part * x[i + whole + 1]);
        return sum / Math.max(1, x.length - whole);
    }

    /** The tonic, 0 for C, whose scale and triad hold most of a clip's energy. */
    static int tonic(Clip clip, List<Integer> scale) {
        var classes = new double[12];
        for (double[] frame : new Stft(KEY_WINDOW, KEY_WINDOW / 4).power(clip.samples()[0])) {
            for (int bin = 1; bin < frame.length; bin++) {
                double hertz = (double) bin * clip.sampleRate() / KEY_WINDOW;
                if (hertz > 60 && hertz < 2000) classes[Math.floorMod(Math.round(69 + 12 * Math.log(hertz / 440) / Math.log(2)), 12)] += Math.sqrt(frame[bin]);
            }
        }
        int best = 0;
        var scores = new double[12];
        for (int tonic = 0; tonic < 12; tonic++) {
            for (int degree = 0; degree < scale.size(); degree++) {
                boolean triad = degree == 0 || degree == 2 || degree == 4;
                scores[tonic] += classes[(tonic + scale.get(degree)) % 12] * (triad ? 1.5 : 1);
            }
            if (scores[tonic] > scores[best]) best = tonic;
        }
        return best;
    }
}
