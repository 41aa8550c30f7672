package dev.verbatim.data;

/** A file that was left out, and why. */
public record Skipped(String file, String reason) {}
