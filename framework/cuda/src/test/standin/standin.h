/*
 * Runs CUDA C kernels on the CPU: the same .cu sources, compiled by g++ (C++20, x86-64).
 *
 * Every thread of a block is a fiber on one thread of the system; blocks are spread over several. A thread runs until it
 * waits, so that a missing barrier shows as a wrong result (under another schedule, if not under the first), a barrier
 * that some threads never reach as a deadlock with its name, and shared memory that nobody wrote as NaN. Not covered:
 * wgmma, TMA, mbarriers, clusters, waits across blocks, textures, and a GPU's memory model between blocks.
 */
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <vector>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <numeric>
#include <algorithm>
#include <sys/mman.h>
#if defined(__SANITIZE_ADDRESS__)                  // build with -fsanitize=address: out-of-bounds accesses are reported
#include <sanitizer/asan_interface.h>
#define STANDIN_FRESH(p, n) __asan_unpoison_memory_region(p, n)
#else
#define STANDIN_FRESH(p, n)
#endif
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __restrict__ __restrict
#define __shared__ static thread_local            // one block per OS thread at a time => block-shared
#define __align__(n) alignas(n)
#define DYN_SHARED(T, name) T* name = reinterpret_cast<T*>(standin::tl->dyn)
struct dim3 { unsigned x = 1, y = 1, z = 1; dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {} };
struct uint3 { unsigned x, y, z; };
struct alignas(8) float2 { float x, y; };   struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) uint2 { unsigned x, y; }; struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(16) int4 { int x, y, z, w; };
inline float4 make_float4(float a, float b, float c, float d) { return {a, b, c, d}; }
inline uint4 make_uint4(unsigned a, unsigned b, unsigned c, unsigned d) { return {a, b, c, d}; }

namespace standin {
constexpr size_t STACK = 64 * 1024 + 64 * 17;      // odd multiple of a cache line: no set aliasing
struct Bar { unsigned count = 0, gen = 0; };
struct Slot { uint64_t w[4]; };                    // payload of one lane in a warp exchange (32 B)
struct WarpX { unsigned mask = 0; Bar bar; Slot buf[2][32]; };
struct Warp { std::vector<WarpX> xs; };            // one exchange per distinct lane mask
struct Copy { void* to; const void* from; };       // of 16 bytes or zeros that are under way; the end of a group
struct Fiber { void* sp; char* stack; uint3 tid; unsigned lin; const unsigned* wait; unsigned seen; bool done; std::vector<Copy> copies; };
struct Engine {                                    // one per OS thread
    uint3 bid{}; dim3 grid, block; Fiber* cur = nullptr; void* mainsp = nullptr;
    Bar bar; unsigned alive = 0, n = 0; int acc[2] = {0, 0};
    std::vector<Fiber> f; std::vector<Warp> warps; std::vector<char*> stacks; std::vector<unsigned> order;
    void (*body)(void*) = nullptr; void* arg = nullptr;
    std::vector<char> dynbuf; char* dyn = nullptr;
};
inline thread_local Engine* tl = nullptr;
inline unsigned schedule = 0;                      // 0 = in order, 1 = reversed, else = shuffle seed
[[noreturn]] inline void die(const char* m) {
    fprintf(stderr, "stand-in: %s (block %u,%u,%u)\n", m, tl->bid.x, tl->bid.y, tl->bid.z); abort();
}
#if defined(__x86_64__)
__attribute__((naked, noinline, used)) static void swtch(void** /*save*/, void* /*to*/) {
    asm("push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n mov %rsp,(%rdi)\n mov %rsi,%rsp\n"
        "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n ret");
}
#else
#error "add the switch for this CPU (aarch64: save x19-x30,d8-d15) or use ucontext"
#endif
inline void entry() {
    Engine* e = tl; e->body(e->arg);
    Fiber* me = e->cur; me->done = true; e->alive--;
    if (e->bar.count && e->bar.count == e->alive) { e->bar.count = 0; e->bar.gen++; }
    void* dead; swtch(&dead, e->mainsp); __builtin_trap();
}
inline void start(Fiber& f, char* stack) {
    STANDIN_FRESH(stack, STACK); f.stack = stack; uintptr_t top = (reinterpret_cast<uintptr_t>(stack) + STACK) & ~uintptr_t(15);
    void** s = reinterpret_cast<void**>(top); *--s = nullptr; *--s = reinterpret_cast<void*>(&entry);
    for (int i = 0; i < 6; i++) *--s = nullptr;
    f.sp = s; f.wait = nullptr; f.done = false; f.copies.clear();
}
inline void arrive(Bar& b, unsigned expect) {       // fiber side of every barrier
    if (++b.count == expect) { b.count = 0; b.gen++; return; }
    Fiber* me = tl->cur; me->wait = &b.gen; me->seen = b.gen; swtch(&me->sp, tl->mainsp);
}
inline void run_block(Engine& e) {
    e.alive = e.n; e.bar = {}; e.warps.resize((e.n + 31) / 32);
    for (auto& w : e.warps) w.xs.clear();
    size_t free = 0; auto go = [&](Fiber& f) { e.cur = &f; swtch(&e.mainsp, f.sp); };
    std::vector<char*>& st = e.stacks;
    for (unsigned k = 0; k < e.n; k++) {            // a thread which never waits gives its stack to the next
        Fiber& f = e.f[e.order[k]];
        if (free == st.size()) {
            void* p = mmap(nullptr, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (p == MAP_FAILED) die("no memory for a fiber stack");
            st.push_back(static_cast<char*>(p));
        }
        start(f, st[free]); go(f); if (!f.done) free++;
    }
    while (e.alive) {
        bool any = false;
        for (unsigned k = 0; k < e.n; k++) {
            Fiber& f = e.f[e.order[k]];
            if (!f.done && *f.wait != f.seen) { any = true; go(f); }
        }
        if (!any) die("deadlock: threads wait at a barrier or warp operation that others never reach");
    }
}
inline WarpX& exch(unsigned mask) {
    auto& xs = tl->warps[tl->cur->lin >> 5].xs;
    if (xs.capacity() == 0) xs.reserve(16);
    for (auto& x : xs) if (x.mask == mask) return x;
    if (xs.size() == 16) die("more than 16 lane masks in one warp");
    xs.emplace_back(); xs.back().mask = mask; return xs.back();
}
inline unsigned lane() { return tl->cur->lin & 31; }
inline unsigned present() { unsigned left = tl->n - (tl->cur->lin & ~31u); return left >= 32 ? ~0u : (1u << left) - 1; }
template <class T> inline const Slot* share(unsigned mask, const T& v) {   // all lanes of mask put v, then all read
    static_assert(sizeof(T) <= sizeof(Slot));
    mask &= present(); if (!(mask >> lane() & 1)) die("lane is not in its own mask");
    WarpX& x = exch(mask); Slot* s = x.buf[x.bar.gen & 1]; memcpy(&s[lane()], &v, sizeof v);
    arrive(x.bar, __builtin_popcount(mask)); return s;
}
template <class T> inline T get(const Slot* s, unsigned l) { T r; memcpy(&r, &s[l & 31], sizeof r); return r; }
inline std::mutex mu; inline std::vector<Engine*> pool;
template <class F> void launch(dim3 grid, dim3 block, size_t smem, F&& thread_body) {
    uint64_t nb = uint64_t(grid.x) * grid.y * grid.z; unsigned n = block.x * block.y * block.z;
    std::atomic<uint64_t> next{0};
    auto worker = [&] {
        Engine* e; { std::lock_guard g(mu); if (pool.empty()) e = new Engine; else { e = pool.back(); pool.pop_back(); } }
        tl = e; e->grid = grid; e->block = block; e->n = n; e->f.resize(n); e->order.resize(n);
        e->dynbuf.resize(smem + 128); e->dyn = (char*)((uintptr_t(e->dynbuf.data()) + 127) & ~uintptr_t(127));
        e->body = [](void* p) { (*static_cast<std::remove_reference_t<F>*>(p))(); }; e->arg = const_cast<void*>(static_cast<const void*>(&thread_body));
        for (unsigned i = 0; i < n; i++) { e->f[i].lin = i; e->f[i].tid = {i % block.x, i / block.x % block.y, i / (block.x * block.y)}; }
        std::iota(e->order.begin(), e->order.end(), 0u);
        if (schedule == 1) std::reverse(e->order.begin(), e->order.end());
        else if (schedule) { std::mt19937 r(schedule); std::shuffle(e->order.begin(), e->order.end(), r); }
        for (uint64_t b; (b = next.fetch_add(1)) < nb;) {
            e->bid = {unsigned(b % grid.x), unsigned(b / grid.x % grid.y), unsigned(b / (uint64_t(grid.x) * grid.y))};
            memset(e->dyn, 0xFF, smem);             // NaN: uninitialised shared memory shows
            run_block(*e);
        }
        tl = nullptr; std::lock_guard g(mu); pool.push_back(e);
    };
    // A thread of the system costs more than a small launch.
    uint64_t worth = std::max<uint64_t>(1, nb * n / 65536);
    unsigned nt = unsigned(std::min({uint64_t(std::max(1u, std::thread::hardware_concurrency())), nb, worth}));
    std::vector<std::thread> ts; for (unsigned i = 1; i < nt; i++) ts.emplace_back(worker);
    worker(); for (auto& t : ts) t.join();
}
} // namespace standin

#define threadIdx (standin::tl->cur->tid)
#define blockIdx (standin::tl->bid)
#define blockDim (standin::tl->block)
#define gridDim (standin::tl->grid)
constexpr int warpSize = 32;
inline void __syncthreads() { standin::arrive(standin::tl->bar, standin::tl->alive); }
inline void __syncwarp(unsigned m = ~0u) { standin::share(m, 0); }
inline void __threadfence() { std::atomic_thread_fence(std::memory_order_seq_cst); }
inline void __threadfence_block() {}
template <class T> T __shfl_sync(unsigned m, T v, int src, int w = 32) {
    auto* s = standin::share(m, v); return standin::get<T>(s, (standin::lane() & ~(w - 1)) + (src & (w - 1))); }
template <class T> T __shfl_xor_sync(unsigned m, T v, int x, int w = 32) {
    auto* s = standin::share(m, v); unsigned l = standin::lane(), t = l ^ x; return standin::get<T>(s, t < (l & ~(w - 1)) + w ? t : l); }
template <class T> T __shfl_down_sync(unsigned m, T v, unsigned d, int w = 32) {
    auto* s = standin::share(m, v); unsigned l = standin::lane(); return standin::get<T>(s, (l & (w - 1)) + d < unsigned(w) ? l + d : l); }
template <class T> T __shfl_up_sync(unsigned m, T v, unsigned d, int w = 32) {
    auto* s = standin::share(m, v); unsigned l = standin::lane(); return standin::get<T>(s, (l & (w - 1)) >= d ? l - d : l); }
inline unsigned __ballot_sync(unsigned m, int p) {
    auto* s = standin::share(m, p); unsigned r = 0; m &= standin::present();
    for (int i = 0; i < 32; i++) if (m >> i & 1 && standin::get<int>(s, i)) r |= 1u << i; return r; }
inline int __any_sync(unsigned m, int p) { return __ballot_sync(m, p) != 0; }
inline int __all_sync(unsigned m, int p) { return __ballot_sync(m, p) == (m & standin::present()); }
template <class T> T atomicAdd(T* p, T v) {
    if constexpr (std::is_integral_v<T>) return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
    else return std::atomic_ref<T>(*p).fetch_add(v, std::memory_order_relaxed); }
template <class T> T atomicMax(T* p, T v) { std::atomic_ref<T> a(*p); T o = a; while (o < v && !a.compare_exchange_weak(o, v)); return o; }
template <class T> T atomicCAS(T* p, T c, T v) { std::atomic_ref<T>(*p).compare_exchange_strong(c, v); return c; }
template <class T> T __ldg(const T* p) { return *p; }
inline float __int_as_float(int i) { float f; memcpy(&f, &i, 4); return f; }
inline float __uint_as_float(unsigned i) { float f; memcpy(&f, &i, 4); return f; }
inline unsigned __float_as_uint(float f) { unsigned i; memcpy(&i, &f, 4); return i; }
inline int __float_as_int(float f) { int i; memcpy(&i, &f, 4); return i; }
using std::min; using std::max; using std::signbit;
namespace standin {
/** The upper half of a float32, rounded to nearest, ties to even; NaN as a GPU gives it. */
inline unsigned bfloat16(float x) {
    unsigned b = __float_as_uint(x);
    return (b & 0x7fffffffu) > 0x7f800000u ? 0x7fffu : (b + 0x7fffu + (b >> 16 & 1)) >> 16;
}
}  // namespace standin

namespace standin {
/** A launch copies its arguments and gives what one thread runs; its blocks have so many threads at most. */
struct Kernel {
    unsigned threads;
    std::function<std::function<void()>(void**)> bind;
};
/** The kernels by name. */
inline std::map<std::string, Kernel>& kernels() {
    static std::map<std::string, Kernel> all;
    return all;
}
struct Registration {
    template <class... A> Registration(unsigned threads, const char* name, void (*kernel)(A...)) {
        kernels()[name].threads = threads;
        kernels()[name].bind = [kernel](void** given) {
            size_t i = 0;
            std::tuple<A...> arguments{(*static_cast<A*>(given[i++]))...};
            return std::function<void()>([kernel, arguments] { std::apply(kernel, arguments); });
        };
    }
};
}  // namespace standin

#define KERNEL_OF_THREADS(threads, name, ...)                             \
    extern "C" void name(__VA_ARGS__);                                    \
    static standin::Registration registration_##name(threads, #name, name); \
    extern "C" void name(__VA_ARGS__)
