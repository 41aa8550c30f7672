/*
 * tensorcore.cuh on the CPU. What an mma adds, it adds in index order, one FMA each, which no GPU promises; a copy takes
 * place when it is waited for and not before, so that a missing wait shows.
 */
#pragma once
#include "standin.h"

static inline void copyAhead(void* to, const void* from, bool takesPart) {
    if (reinterpret_cast<uintptr_t>(to) % 16 || (takesPart && reinterpret_cast<uintptr_t>(from) % 16))
        standin::die("cp.async of 16 bytes that are not aligned");
    standin::tl->cur->copies.push_back({to, takesPart ? from : nullptr});
}
static inline void endOfCopies() {
    standin::tl->cur->copies.push_back({nullptr, nullptr});
}
template <int LEFT> static inline void awaitCopies() {
    auto& copies = standin::tl->cur->copies;
    long groups = std::count_if(copies.begin(), copies.end(), [](auto& c) { return !c.to; });
    size_t done = 0;
    for (; groups > LEFT; done++) {
        const auto& copy = copies[done];
        if (!copy.to) groups--;
        else if (copy.from) memcpy(copy.to, copy.from, 16);
        else memset(copy.to, 0, 16);
    }
    copies.erase(copies.begin(), copies.begin() + long(done));
}

template <bool TRANSPOSED> static inline void loadMatrices(unsigned r[4], const void* row) {
    if (reinterpret_cast<uintptr_t>(row) % 16) standin::die("ldmatrix of a row that is not aligned");
    auto* rows = standin::share(~0u, row);
    unsigned lane = standin::lane(), g = lane / 4, t = lane % 4;
    unsigned got[4];
    for (unsigned m = 0; m < 4; m++) {
        uint16_t pair[2];
        for (unsigned k = 0; k < 2; k++) {
            unsigned line = TRANSPOSED ? 2 * t + k : g, column = TRANSPOSED ? g : 2 * t + k;
            memcpy(&pair[k], standin::get<const char*>(rows, 8 * m + line) + 2 * column, 2);
        }
        got[m] = pair[0] | unsigned(pair[1]) << 16;
    }
    memcpy(r, got, sizeof got);
}

static inline void multiplyAdd(float d[4], const unsigned a[4], const unsigned b[2]) {
    struct Fragments { unsigned a[4], b[2]; };
    Fragments own;
    memcpy(own.a, a, sizeof own.a);
    memcpy(own.b, b, sizeof own.b);
    auto* all = standin::share(~0u, own);
    unsigned lane = standin::lane(), g = lane / 4, t = lane % 4;
    auto number = [](unsigned pair, unsigned k) { return __uint_as_float(k % 2 ? pair & 0xffff0000u : pair << 16); };
    float rows[2][16], columns[2][16];
    for (unsigned q = 0; q < 4; q++) {
        auto row = standin::get<Fragments>(all, g * 4 + q);
        for (unsigned i = 0; i < 4; i++)
            for (unsigned k = 0; k < 2; k++) rows[i % 2][i / 2 * 8 + 2 * q + k] = number(row.a[i], k);
        for (unsigned c = 0; c < 2; c++) {
            auto column = standin::get<Fragments>(all, (2 * t + c) * 4 + q);
            for (unsigned i = 0; i < 2; i++)
                for (unsigned k = 0; k < 2; k++) columns[c][i * 8 + 2 * q + k] = number(column.b[i], k);
        }
    }
    for (int half = 0; half < 2; half++)
        for (int c = 0; c < 2; c++)
            for (int k = 0; k < 16; k++) d[2 * half + c] = fmaf(rows[half][k], columns[c][k], d[2 * half + c]);
}
