/**
 * The CPU device: {@link dev.verbatim.cpu.CpuBackend} holds memory and threads, {@code CpuKernels}
 * forwards each kernel to the class of its family. Inner loops are written once for any vector
 * width ({@code OutputTiles}, {@code WeightTiles}, {@code Lanes}) and loaded once for each width
 * that is used, with the width as a constant.
 *
 * <p>In a loop, a method is called on a vector that was made in the same round, never on one that
 * was made before it: {@code x.add(sum)}, not {@code sum.add(x)}. Of what comes into a loop the
 * compiler knows the class only from a profile, and where it compiles before there is one, the
 * method stays a call and every vector an object for as long as the program runs. Nor is a vector
 * an argument or a result of a method of ours, which may not be inlined.
 */
package dev.verbatim.cpu;
