package io.vivace;

/**
 * Something that a model takes a prompt to mean.
 *
 * @param name   what it is about: style, tempo (in beats a minute), key, …
 * @param value  in the model's own words
 * @param stated whether the prompt says so; else the model has chosen it
 */
public record Trait(String name, String value, boolean stated) {}
