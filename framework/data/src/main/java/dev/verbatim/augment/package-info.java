/**
 * Random changes of training images: an {@link dev.verbatim.augment.Augmentation} changes a {@link
 * dev.verbatim.augment.Canvas}, {@link dev.verbatim.augment.Augmenter} does a list of them to an
 * image of a set, {@link dev.verbatim.augment.BatchesAhead} makes whole batches in the background.
 * What is drawn depends on (seed, epoch, image) alone. All arithmetic is our own, so that the bits
 * are the same on every machine.
 */
package dev.verbatim.augment;
