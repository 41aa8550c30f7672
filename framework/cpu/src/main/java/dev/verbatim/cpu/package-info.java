/**
 * The CPU device: {@link dev.verbatim.cpu.CpuBackend} holds memory and threads, {@code CpuKernels}
 * forwards each kernel to the class of its family. Inner loops are written once for any vector
 * width ({@code OutputTiles}, {@code WeightTiles}, {@code Lanes}) and loaded once for each width
 * that is used, with the width as a constant.
 *
 * <p>Vectors are objects unless the compiler sees through all that is done with them, and it must
 * not need a profile for that: now and then it compiles before there is one, and then every vector
 * of a loop is an object for as long as the program runs, at a tenth of the speed. Therefore
 *
 * <ul>
 *   <li>in a loop, a method is called on a vector that was made in the same round, not on one that
 *       was made before it: {@code x.add(sum)}, not {@code sum.add(x)}; or else on one that a
 *       method of the Vector API made just before the loop and makes anew in it;
 *   <li>where one loop is in another and sums go through both, the inner one runs at least once:
 *       {@code do ... while}, or a number of rounds that is a constant. The class of a sum that may
 *       come from before the inner loop or from the outer loop's last round is not found out;
 *   <li>a vector is no argument and no result of a method of ours, which may not be inlined.
 * </ul>
 */
package dev.verbatim.cpu;
