/*
 * A stand-in for libcuda.so.1: the part of the driver API that the backend calls, on the CPU, so that all of it - JCuda,
 * module loading, allocation, streams, capture, graphs - runs where there is no GPU.
 *
 * What a stream is given waits until somebody synchronizes, as on a device: memory that the host overwrites too early
 * shows. Memory starts as NaN and has a guard behind it that is looked at when it is freed and at each synchronization:
 * a write past the end is reported as the fault that it is on a device.
 *
 * The environment says what else there is to be:
 *   STANDIN_DEVICES=0  STANDIN_NAME=<text>  STANDIN_CAPABILITY=7.0  STANDIN_DRIVER=11080  STANDIN_MEMORY=<bytes>
 *   STANDIN_FAULT=<n>   the n-th kernel ends in an illegal address
 *   STANDIN_SCHEDULE=<n>   the order of threads: 0 forwards, 1 backwards, else a seed
 */
#include "activations.cu"
#include "augmentations.cu"
#include "batches.cu"
#include "convolutions.cu"
#include "convolutions16.cu"
#include "dropout.cu"
#include "elementwise.cu"
#include "losses.cu"
#include "norms.cu"
#include "norms16.cu"
#include "pooling.cu"
#include "simple16.cu"
#include "statistics.cu"
#include "strips.cu"
#include "sums.cu"
#include "updates.cu"
#include "weightgradients.cu"
#include "weightgradients16.cu"
#include "winograd.cu"
#include "winogradgradients.cu"
#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim
#include <deque>
#include <set>

namespace {
typedef int CUresult;
typedef uint64_t CUdeviceptr;
enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_IMAGE = 200, NOT_FOUND = 500,
       ILLEGAL_ADDRESS = 700, CAPTURE_UNSUPPORTED = 900 };
constexpr size_t GUARD = 256;
constexpr unsigned char MARK = 0xA5;

struct Module { std::set<std::string> entries; };
struct Graph { std::vector<std::function<void()>> work; };
struct Stream { std::deque<std::function<void()>> work; Graph* capture = nullptr; };

std::map<CUdeviceptr, size_t> allocations;
std::set<Stream*> streams;
size_t allocated = 0;
long launches = 0;
CUresult fault = OK;  // sticky, as on a device

long setting(const char* name, long otherwise) {
    const char* text = getenv(name);
    return text ? atol(text) : otherwise;
}
size_t memory() { return size_t(setting("STANDIN_MEMORY", 4L << 30)); }

bool guardIsWhole(CUdeviceptr p, size_t n) {
    auto* guard = reinterpret_cast<unsigned char*>(p + n);
    return std::all_of(guard, guard + GUARD, [](unsigned char c) { return c == MARK; });
}
CUresult finish(Stream* stream) {
    if (stream->capture) return CAPTURE_UNSUPPORTED;
    while (!stream->work.empty()) {
        auto work = std::move(stream->work.front());
        stream->work.pop_front();
        if (fault == OK) work();
    }
    for (auto& [p, n] : allocations) if (!guardIsWhole(p, n)) fault = ILLEGAL_ADDRESS;
    return fault;
}
CUresult finishAll() {
    for (Stream* stream : streams) if (CUresult r = finish(stream)) return r;
    return fault;
}
CUresult give(void* to, std::function<void()> work) {
    auto* stream = static_cast<Stream*>(to);
    if (stream->capture) stream->capture->work.push_back(std::move(work));
    else stream->work.push_back(std::move(work));
    return stream->work.size() < 4096 ? fault : finish(stream);
}
}  // namespace

#define API extern "C" __attribute__((visibility("default"))) CUresult
API cuInit(unsigned) {
    standin::schedule = unsigned(setting("STANDIN_SCHEDULE", 0));
    return setting("STANDIN_DEVICES", 1) > 0 ? OK : NO_DEVICE;
}
API cuDriverGetVersion(int* v) { *v = int(setting("STANDIN_DRIVER", 12000)); return OK; }
API cuDeviceGetCount(int* n) { *n = int(setting("STANDIN_DEVICES", 1)); return OK; }
API cuDeviceGet(int* d, int) { *d = 0; return OK; }
API cuDeviceGetName(char* to, int n, int) {
    const char* name = getenv("STANDIN_NAME");
    snprintf(to, size_t(n), "%s", name ? name : "stand-in on the CPU");
    return OK;
}
API cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = memory(); return OK; }
API cuDeviceGetAttribute(int* v, int attribute, int) {
    const char* text = getenv("STANDIN_CAPABILITY");
    int major = 8, minor = 0;
    if (text) sscanf(text, "%d.%d", &major, &minor);
    switch (attribute) {
        case 75: *v = major; break;
        case 76: *v = minor; break;
        case 16: *v = 2; break;  // multiprocessors
        case 13: *v = 1000000; break;  // kHz
        default: *v = 0;
    }
    return OK;
}
API cuDevicePrimaryCtxRetain(void** context, int) { *context = &allocations; return OK; }
API cuDevicePrimaryCtxRelease_v2(int) { return OK; }
API cuCtxSetCurrent(void*) { return OK; }
API cuCtxSynchronize() { return finishAll(); }
API cuMemGetInfo_v2(size_t* unused, size_t* total) { *total = memory(); *unused = memory() - allocated; return OK; }

API cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) {
    std::string text(static_cast<const char*>(image));
    if (text.find(".version 8.0") == std::string::npos) return INVALID_IMAGE;
    auto* made = new Module;
    const std::string entry = ".entry ";
    for (size_t at = 0; (at = text.find(entry, at)) != std::string::npos;) {
        at += entry.size();
        made->entries.insert(text.substr(at, text.find_first_of("( \n", at) - at));
    }
    *module = made;
    return OK;
}
API cuModuleUnload(void* module) { delete static_cast<Module*>(module); return OK; }
API cuModuleGetFunction(void** function, void* module, const char* name) {
    auto found = standin::kernels().find(name);
    if (found == standin::kernels().end() || !static_cast<Module*>(module)->entries.contains(name)) return NOT_FOUND;
    *function = &found->second;
    return OK;
}
API cuFuncSetAttribute(void*, int, int) { return OK; }

API cuMemAlloc_v2(CUdeviceptr* p, size_t n) {
    if (n == 0) return INVALID_VALUE;
    if (n > memory() - allocated) return OUT_OF_MEMORY;
    auto* bytes = static_cast<unsigned char*>(aligned_alloc(256, (n + GUARD + 255) / 256 * 256));
    if (!bytes) return OUT_OF_MEMORY;
    memset(bytes, 0xFF, n);
    memset(bytes + n, MARK, GUARD);
    *p = reinterpret_cast<CUdeviceptr>(bytes);
    allocations[*p] = n;
    allocated += n;
    return OK;
}
API cuMemFree_v2(CUdeviceptr p) {
    if (CUresult r = finishAll()) return r;
    auto found = allocations.find(p);
    if (found == allocations.end()) return INVALID_VALUE;
    allocated -= found->second;
    allocations.erase(found);
    free(reinterpret_cast<void*>(p));
    return OK;
}
API cuMemHostAlloc(void** p, size_t n, unsigned) { *p = aligned_alloc(256, (n + 255) / 256 * 256); return *p ? OK : OUT_OF_MEMORY; }
API cuMemFreeHost(void* p) { free(p); return OK; }
API cuMemcpyHtoD_v2(CUdeviceptr d, const void* s, size_t n) {
    if (CUresult r = finishAll()) return r;
    memcpy(reinterpret_cast<void*>(d), s, n);
    return OK;
}
API cuMemcpyDtoH_v2(void* d, CUdeviceptr s, size_t n) {
    if (CUresult r = finishAll()) return r;
    memcpy(d, reinterpret_cast<void*>(s), n);
    return OK;
}
API cuMemcpyHtoDAsync_v2(CUdeviceptr d, const void* s, size_t n, void* stream) {
    return give(stream, [=] { memcpy(reinterpret_cast<void*>(d), s, n); });
}
API cuMemcpyDtoDAsync_v2(CUdeviceptr d, CUdeviceptr s, size_t n, void* stream) {
    return give(stream, [=] { memcpy(reinterpret_cast<void*>(d), reinterpret_cast<void*>(s), n); });
}
API cuMemsetD8Async(CUdeviceptr d, unsigned char v, size_t n, void* stream) {
    return give(stream, [=] { memset(reinterpret_cast<void*>(d), v, n); });
}

API cuStreamCreate(void** s, unsigned) {
    auto* made = new Stream;
    streams.insert(made);
    *s = made;
    return OK;
}
API cuStreamDestroy_v2(void* s) {
    auto* stream = static_cast<Stream*>(s);
    streams.erase(stream);
    delete stream;
    return OK;
}
API cuStreamSynchronize(void* s) { return finish(static_cast<Stream*>(s)); }
API cuStreamBeginCapture_v2(void* s, int) { static_cast<Stream*>(s)->capture = new Graph; return OK; }
API cuStreamEndCapture(void* s, void** g) {
    auto* stream = static_cast<Stream*>(s);
    *g = stream->capture;
    stream->capture = nullptr;
    return OK;
}
API cuGraphInstantiateWithFlags(void** e, void* g, unsigned long long) { *e = new Graph(*static_cast<Graph*>(g)); return OK; }
API cuGraphDestroy(void* g) { delete static_cast<Graph*>(g); return OK; }
API cuGraphExecDestroy(void* g) { delete static_cast<Graph*>(g); return OK; }
API cuGraphLaunch(void* e, void* s) {
    for (auto& work : static_cast<Graph*>(e)->work) if (CUresult r = give(s, work)) return r;
    return fault;
}
API cuGetErrorName(int e, const char** s) {
    *s = e == ILLEGAL_ADDRESS ? "CUDA_ERROR_ILLEGAL_ADDRESS" : e == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_UNKNOWN";
    return OK;
}
API cuGetErrorString(int e, const char** s) {
    *s = e == ILLEGAL_ADDRESS ? "an illegal memory access was encountered" : e == OUT_OF_MEMORY ? "out of memory" : "unknown error";
    return OK;
}
API cuLaunchKernel(void* f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   void* stream, void** arguments, void** extra) {
    auto& kernel = *static_cast<standin::Kernel*>(f);
    if (!gx || !gy || !gz || !bx || gy > 65535 || gz > 65535 || bx * by * bz > kernel.threads || shared > 48 * 1024 || extra) return INVALID_VALUE;
    auto body = kernel.bind(arguments);
    return give(stream, [=] {
        if (++launches == setting("STANDIN_FAULT", -1)) fault = ILLEGAL_ADDRESS;
        else standin::launch({gx, gy, gz}, {bx, by, bz}, shared, body);
    });
}
