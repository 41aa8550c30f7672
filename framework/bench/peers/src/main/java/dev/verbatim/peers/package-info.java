/**
 * Other libraries beside this one: PyTorch through DJL and Deeplearning4j train the same networks
 * from the same weights on the same batches. {@link dev.verbatim.peers.Graph} is what a network
 * hands to another library, {@link dev.verbatim.peers.Contender} what each library does with it, in
 * a process of its own ({@link dev.verbatim.peers.Worker}). {@link dev.verbatim.peers.Losses}
 * compares results, {@link dev.verbatim.peers.Speed} and {@link dev.verbatim.peers.Epochs} time and
 * memory.
 */
package dev.verbatim.peers;
