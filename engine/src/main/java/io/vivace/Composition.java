package io.vivace;

import io.vivace.audio.Clip;
import java.util.List;

/** Clips in the order of their requests, and what it took to make them. */
public record Composition(List<Clip> clips, Report report) {}
