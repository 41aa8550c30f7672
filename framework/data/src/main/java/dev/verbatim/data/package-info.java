/**
 * Datasets of images: {@link dev.verbatim.data.Dataset#open} finds, decodes, caches and splits what
 * a {@link dev.verbatim.data.Source} names, and gives {@link dev.verbatim.data.ImageSet}s of bytes
 * with their fingerprints and loading times. Pixels are the same on every machine.
 */
package dev.verbatim.data;
