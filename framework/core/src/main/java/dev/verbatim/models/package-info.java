/**
 * Networks that have a name in the field: {@link dev.verbatim.models.ResNet}, {@link
 * dev.verbatim.models.Vgg}, {@link dev.verbatim.models.C5l3}, {@link dev.verbatim.models.Mlp}. Each
 * is built from layers of {@code dev.verbatim.nn} alone; {@link dev.verbatim.models.Blocks} holds
 * what they share.
 */
package dev.verbatim.models;
