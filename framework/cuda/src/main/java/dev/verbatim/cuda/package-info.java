/**
 * The CUDA device: {@link dev.verbatim.cuda.CudaBackend} holds memory and a stream, {@link
 * dev.verbatim.cuda.CudaKernels} launches the kernels of {@code src/main/cuda}, which are shipped
 * as PTX. All calls go through the driver API of JCuda ({@link dev.verbatim.cuda.Driver}); nothing
 * but the driver's own library is needed. Fp32 has the same bits as every other device.
 */
package dev.verbatim.cuda;
