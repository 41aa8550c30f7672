/**
 * The CPU device: {@link dev.verbatim.cpu.CpuBackend} holds memory and threads, {@code CpuKernels}
 * forwards each kernel to the class of its family. Inner loops are written once for any vector
 * width ({@code OutputTiles}, {@code WeightTiles}, {@code Lanes}) and loaded once for each width
 * that is used, with the width as a constant.
 */
package dev.verbatim.cpu;
