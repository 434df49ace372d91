package io.vivace.cli;

import io.vivace.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile as lines for people, or as members of a document. */
final class ProfileTable {
    private static final int MOST_ROWS = 40;
    private static final String LINE = "%-34s %-20s %8s %10s %6s %12s %9s %8s";

    private ProfileTable() {}

    /** A head, the rows that take the most time, and what the last column means. */
    static List<String> lines(Profile profile) {
        double total = profile.rows().stream().mapToDouble(ProfileTable::seconds).sum();
        var lines = new ArrayList<String>();
        lines.add(String.format(Locale.ROOT, LINE, "program", "operation", "runs", "ms", "%", "bytes a run", "GB/s", "% floor"));
        for (Profile.Row row : profile.rows().subList(0, Math.min(MOST_ROWS, profile.rows().size()))) {
            lines.add(String.format(Locale.ROOT, LINE, row.program(), row.operation(), row.count(), String.format(Locale.ROOT, "%.3f", 1e3 * seconds(row)),
                    String.format(Locale.ROOT, "%.1f", 100 * seconds(row) / total), row.bytes() / row.count(),
                    String.format(Locale.ROOT, "%.1f", row.bytesPerSecond() / 1e9), floor(profile, row)));
        }
        if (profile.bytesPerSecond() > 0) {
            lines.add(String.format(Locale.ROOT, "%% floor: of the %.0f GB/s at which this device copies; a floor of bytes, which arithmetic may keep an operation from.",
                    profile.bytesPerSecond() / 1e9));
        }
        return lines;
    }

    private static String floor(Profile profile, Profile.Row row) {
        return profile.bytesPerSecond() == 0 ? "-" : String.format(Locale.ROOT, "%.0f", 100 * row.bytesPerSecond() / profile.bytesPerSecond());
    }

    static Map<String, Object> document(Profile profile) {
        return Map.of("bytesPerSecond", profile.bytesPerSecond(), "rows", profile.rows().stream().map(row -> Map.of("program", row.program(), "operation",
                row.operation(), "runs", row.count(), "seconds", seconds(row), "bytes", row.bytes())).toList());
    }

    private static double seconds(Profile.Row row) {
        return row.time().toNanos() * 1e-9;
    }
}
