// A stand-in for libcublasLt.so.13 (or, with -DMAJOR=12, .12): column-major products of float32 or bfloat16, summed in float32.
// g++ -std=c++17 -O2 -shared -fPIC -Wl,-soname,libcublasLt.so.13 cublaslt.cpp -o libcublasLt.so.13 -ldl
#include "host.h"
using accounts::give;
using accounts::known;
using accounts::take;

#ifndef MAJOR
#define MAJOR 13
#endif

enum { OK = 0, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { COMPUTE_32F = 68, MAX_WORKSPACE = 1, ALIGNMENT_A = 5, BATCH_COUNT = 5, BATCH_OFFSET = 6 };

struct Library { char unused; };
struct Description { int compute, scale; };
struct Layout { DataType type; uint64_t rows, columns; int64_t ld; int32_t count = 1; int64_t offset = 0; };
struct Preference { uint64_t workspace = 0; uint32_t alignment[4] = {256, 256, 256, 256}; };
struct Algorithm { uint32_t magic, alignment[4]; uint64_t workspace; char unused[32]; };
static_assert(sizeof(Algorithm) == 64, "as cublasLtMatmulAlgo_t");
struct Heuristic { Algorithm algorithm; size_t workspace; int state; float waves; int reserved[4]; };
static_assert(sizeof(Heuristic) == 96, "as cublasLtMatmulHeuristicResult_t");

static bool fits(const Description *d, const Layout *a, const Layout *b, const Layout *c) {
    for (const void *thing : {(const void *)d, (const void *)a, (const void *)b, (const void *)c}) if (!known(thing)) return false;
    return a->columns == b->rows && a->rows == c->rows && b->columns == c->columns && a->type == b->type && (b->type == c->type || c->type == F32)
        && a->count == b->count && b->count == c->count && a->ld >= (int64_t)a->rows && b->ld >= (int64_t)b->rows && c->ld >= (int64_t)c->rows;
}

static bool aligned(const void *address, uint64_t to) { return (uint64_t)address % to == 0; }

extern "C" {
size_t cublasLtGetVersion() { return MAJOR * 10000 + 2; }
const char *cublasLtGetStatusName(int status) {
    return status == NOT_SUPPORTED ? "CUBLAS_STATUS_NOT_SUPPORTED" : status == INVALID_VALUE ? "CUBLAS_STATUS_INVALID_VALUE" : "CUBLAS_STATUS_OTHER";
}
int cublasLtCreate(Library **library) { CALL(); *library = give(new Library); return OK; }
int cublasLtDestroy(Library *library) { CALL(); return take(library) ? OK : INVALID_VALUE; }
int cublasLtMatmulDescCreate(Description **d, int compute, int scale) {
    CALL();
    if (compute != COMPUTE_32F || scale != F32) return NOT_SUPPORTED;
    *d = give(new Description{compute, scale});
    return OK;
}
int cublasLtMatmulDescDestroy(Description *d) { CALL(); return take(d) ? OK : INVALID_VALUE; }
int cublasLtMatrixLayoutCreate(Layout **layout, int type, uint64_t rows, uint64_t columns, int64_t ld) {
    CALL();
    if (type != F32 && type != BF16) return NOT_SUPPORTED;
    *layout = give(new Layout{(DataType)type, rows, columns, ld});
    return OK;
}
int cublasLtMatrixLayoutSetAttribute(Layout *layout, int attribute, const void *value, size_t bytes) {
    CALL();
    if (!known(layout)) return INVALID_VALUE;
    if (attribute == BATCH_COUNT && bytes == 4) memcpy(&layout->count, value, 4);
    else if (attribute == BATCH_OFFSET && bytes == 8) memcpy(&layout->offset, value, 8);
    else return INVALID_VALUE;
    return OK;
}
int cublasLtMatrixLayoutDestroy(Layout *layout) { CALL(); return take(layout) ? OK : INVALID_VALUE; }
int cublasLtMatmulPreferenceCreate(Preference **p) { CALL(); *p = give(new Preference); return OK; }
int cublasLtMatmulPreferenceDestroy(Preference *p) { CALL(); return take(p) ? OK : INVALID_VALUE; }
int cublasLtMatmulPreferenceSetAttribute(Preference *p, int attribute, const void *value, size_t bytes) {
    CALL();
    if (attribute == MAX_WORKSPACE && bytes == 8) memcpy(&p->workspace, value, 8);
    else if (attribute >= ALIGNMENT_A && attribute < ALIGNMENT_A + 4 && bytes == 4) memcpy(&p->alignment[attribute - ALIGNMENT_A], value, 4);
    else return INVALID_VALUE;
    return OK;
}

// Takes as much of the workspace as it may, so that one that is too small shows.
int cublasLtMatmulAlgoGetHeuristic(Library *library, const Description *d, const Layout *a, const Layout *b, const Layout *c, const Layout *,
                                   const Preference *p, int requested, Heuristic *results, int *returned) {
    CALL();
    if (!known(library) || !known(p) || !fits(d, a, b, c)) return INVALID_VALUE;
    *returned = requested > 0;
    results[0] = Heuristic{{0x600d, {}, p->workspace, {}}, p->workspace, OK, 1, {}};
    memcpy(results[0].algorithm.alignment, p->alignment, sizeof p->alignment);
    return OK;
}

int cublasLtMatmul(Library *library, const Description *d, const float *alpha, const void *a, const Layout *la, const void *b, const Layout *lb,
                   const float *beta, const void *c, const Layout *lc, void *y, const Layout *ly, const Algorithm *algorithm, void *workspace,
                   size_t bytes, void *stream) {
    CALL();
    if (!known(library) || !fits(d, la, lb, lc) || lc != ly || c != y || *alpha != 1 || *beta != 0) return INVALID_VALUE;
    if (algorithm->magic != 0x600d || algorithm->workspace > bytes || !aligned(workspace, 16)) return INVALID_VALUE;
    const void *operands[] = {a, b, c, y};
    for (int i = 0; i < 4; i++) if (!aligned(operands[i], algorithm->alignment[i])) return INVALID_VALUE;
    Layout A = *la, B = *lb, C = *lc;
    size_t used = algorithm->workspace;
    int code = enqueue(stream, [=] {
        memset(workspace, 0xff, used);
        for (int64_t n = 0; n < C.count; n++)
            for (uint64_t j = 0; j < C.columns; j++)
                for (uint64_t i = 0; i < C.rows; i++) {
                    float sum = 0;
                    for (uint64_t k = 0; k < A.columns; k++)
                        sum += number(a, A.type, n * A.offset + i + k * A.ld) * number(b, B.type, n * B.offset + k + j * B.ld);
                    put(y, C.type, n * C.offset + i + j * C.ld, sum);
                }
    });
    return code ? EXECUTION_FAILED : OK;
}
}
