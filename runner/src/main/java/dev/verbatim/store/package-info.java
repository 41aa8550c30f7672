/**
 * What a run is on disk: {@link dev.verbatim.store.RunFolder} and its files, {@link
 * dev.verbatim.store.Checkpoints} from which a run goes on, {@link dev.verbatim.store.RunLock} that
 * keeps a second process out. All writing goes through {@link dev.verbatim.store.Disk}, so that
 * what survives a sudden end is decided in one place.
 */
package dev.verbatim.store;
