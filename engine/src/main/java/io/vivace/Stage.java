package io.vivace;

/** The parts of the way from a prompt to sound, in order; passes and times are counted by stage. */
public enum Stage {
    TEXT("text encoder"),
    CONTINUATION("codec encoder"),
    PREFILL("prefill"),
    DECODE("decoder steps"),
    DENOISE("denoiser steps"),
    CODEC("codec decoder");

    private final String title;

    Stage(String title) {
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }
}
